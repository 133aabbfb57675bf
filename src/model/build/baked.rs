//! Env files with secrets, databases and private keys that an image brings along: whoever has the image
//! has them.

use crate::fact::secret::{
    is_own_name, is_placeholder, is_public, is_reference, is_secret_name, is_tried_first,
};
use crate::fact::{Environment, Fact, Supplied};
use crate::model::build::committed;
use crate::model::build::contents::Looked;
use crate::model::build::ignored;
use crate::model::build::image_builds;
use crate::model::build::named_stage::stage_of;
use crate::model::compose::{Location, Project, Service};
use crate::model::contents::{Baked, Expected, Holds};
use crate::model::django::{self, Role};
use crate::model::image::{Copy, From, Layer, Reference};
use crate::model::text::Text;
use crate::model::{CommittedKind, EnvLine, Found, Kind, Process, Read, Stage};
use crate::source::{file_name, normalize};
use crate::syntax::Parsed;
use crate::syntax::dotenv::{self, Dialect};
use crate::syntax::kind;
use camino::{Utf8Path, Utf8PathBuf};
use std::cell::LazyCell;

impl Looked<'_> {
    /// Files with secrets that lie in the image: those of the tree, and those that compose reads
    /// from the same folder on the server.
    pub(super) fn baked(&self, project: &Project, service: &Service) -> Vec<Baked> {
        let mut found: Vec<Baked> = Vec::new();
        let root = self.context.root;
        for path in
            self.files.of_env(root).filter(|path| is_env_file(path) && self.holds_secrets(path))
        {
            found.extend(self.copied_by(path).map(|copy| self.bake(copy, path, None)));
        }
        // Where an image is only pulled, nobody builds it beside the env file.
        let is_pulled =
            LazyCell::new(|| service.build.is_none() || self.is_built_from_clone(service));
        for env_file in &service.env_files {
            let Some(Fact { value: Location::Tree(path), .. }) = &env_file.location else {
                continue;
            };
            if !is_for_server(path) || found.iter().any(|it| it.path == *path) {
                continue;
            }
            let is_there = self.files.tree.get(path).is_some();
            let is_idle = if is_there { !self.holds_secrets(path) } else { *is_pulled };
            if is_idle {
                continue;
            }
            let expected = (!is_there).then(|| Fact::at(Expected::ByService, env_file.path.place));
            found.extend(self.copied_by(path).map(|copy| self.bake(copy, path, expected)));
        }
        for kept in committed::kept_below(self.files, root) {
            // What it holds is looked at last, as databases are large.
            let Some(copy) = self.copied_by(&kept.path) else { continue };
            if !committed::gives_away(self.files, kept) {
                continue;
            }
            let holds = match kept.kind {
                CommittedKind::PrivateKey => Holds::PrivateKey,
                CommittedKind::Sqlite | CommittedKind::Dump | CommittedKind::Accounts => {
                    Holds::Rows
                }
            };
            found.push(Baked { holds, ..self.bake(copy, &kept.path, None) });
        }
        for path in self.named_env_files() {
            let copy = path.map(|_| ());
            if !found.iter().any(|it| it.path == path.value) {
                let expected = copy.map(|()| Expected::ByInstruction);
                found.push(self.bake(copy, &path.value, Some(expected)));
            }
        }
        for path in self.named_keys() {
            let expected = path.map(|_| Expected::ByInstruction);
            let baked = self.bake(path.map(|_| ()), &path.value, Some(expected));
            found.push(Baked { holds: Holds::PrivateKey, ..baked });
        }
        // What an instruction takes by its name is there wherever the image is built, be it by a script; the
        // rest lies beside it at most.
        if service.build.is_none() {
            return found;
        }
        for path in self.taken_back() {
            let Some(copy) = self.copied_by(&path.value) else { continue };
            if !found.iter().any(|it| it.path == path.value) {
                let expected = path.map(|path| match self.is_made(project, path) {
                    true => Expected::ByIgnoreFile,
                    false => Expected::ByIgnoreFileAlone,
                });
                found.push(self.bake(copy, &path.value, Some(expected)));
            }
        }
        for path in self.left_in() {
            let Some(copy) = self.copied_by(&path.value) else { continue };
            if !found.iter().any(|it| it.path == path.value) {
                let expected = path.map(|_| Expected::ByExample);
                found.push(self.bake(copy, &path.value, Some(expected)));
            }
        }
        found
    }

    /// Env files that git leaves to each machine, and that examples in the context are for, where the
    /// ignore file leaves out `.env` alone: who wrote it meant to keep such files out of the image.
    fn left_in(&self) -> Vec<Fact<Utf8PathBuf>> {
        let root = self.context.root;
        if !self.built.has_ignore_file || self.copied_by(&root.join(".env")).is_some() {
            return Vec::new();
        }
        let examples = self.files.of(Kind::Dotenv).into_iter();
        let examples = examples.filter(|read| read.path.parent() == Some(root));
        let found = examples.filter_map(|read| {
            let (name, mark) = read.path.file_name()?.rsplit_once('.')?;
            let path = root.join(name);
            let is_left = ["example", "sample", "template", "dist"].contains(&mark)
                && is_env_file(&path)
                && self.files.tree.leaves(&path);
            let Parsed::Dotenv(tree) = read.parsed else { return None };
            let mut secrets = tree.assignments().filter(|it| is_secret_name(&it.key.value));
            Some(Fact::at(path, secrets.next().filter(|_| is_left)?.key.place))
        });
        found.collect()
    }

    /// Env files that the settings of a process load where the image has the code, and that git leaves to
    /// each machine: whoever builds the image beside the one of theirs puts it in. An image that is only
    /// pulled is built from a clone, for all that is seen; and where the service is given an env file,
    /// or every secret that its settings ask for, that of the settings is what nobody needs there, unless
    /// somebody has it.
    pub(super) fn baked_for_settings(&self, service: &Service, process: &Process) -> Vec<Baked> {
        let is_given = !service.env_files.is_empty() || has_its_secrets(service, process);
        let is_needed = |path: &Utf8Path| !is_given || ignored::is_named(self.files, path);
        let is_there =
            |path: &Utf8Path| is_env_file(path) && self.files.tree.leaves(path) && is_needed(path);
        let awaited = process.django.iter().flat_map(|it| &it.evaluation.awaited);
        let awaited = awaited.filter(|it| service.build.is_some() && is_there(&it.value));
        let found = awaited.filter_map(|it| {
            let copy = self.copied_by(&it.value)?;
            Some(self.bake(copy, &it.value, Some(it.map(|_| Expected::BySettings))))
        });
        found.collect()
    }

    /// Whether a workflow builds the image that a service names: it has no more than git has.
    fn is_built_from_clone(&self, service: &Service) -> bool {
        let image = service.image.as_ref().and_then(|it| Reference::parse(&it.to_string()));
        image.is_some_and(|image| {
            let built = image_builds::by_workflows(self.files);
            built.iter().any(|(named, recipe)| {
                named.fits(&image) && Some(&recipe.dockerfile) == self.built.dockerfile.as_ref()
            })
        })
    }

    /// Env files that an instruction names and that no clone has: the image is built where they were put.
    /// What pages are built with, browsers get anyway.
    fn named_env_files(&self) -> Vec<Fact<Utf8PathBuf>> {
        let mut named = self.named_and_absent();
        named.retain(|it| is_env_file(&it.value));
        named
    }

    /// Keys of Google's service accounts that an instruction names and that no clone has: whoever has the
    /// image acts as the account ("Best practices for managing service account keys" in Google's
    /// documentation).
    fn named_keys(&self) -> Vec<Fact<Utf8PathBuf>> {
        let mut named = self.named_and_absent();
        named.retain(|it| is_for_server(&it.value) && committed::is_key_of_account(&it.value));
        named
    }

    /// What instructions take by name from a folder that has the project, and the tree has not.
    fn named_and_absent(&self) -> Vec<Fact<Utf8PathBuf>> {
        let root = self.context.root;
        if !self.files.files_named("manage.py").any(|path| path.starts_with(root)) {
            return Vec::new();
        }
        let copies = self.image.layers().into_iter().filter_map(Layer::copy);
        let paths = copies.flat_map(named).map(|it| it.map(|below| root.join(below)));
        paths.filter(|it| self.files.tree.get(&it.value).is_none()).collect()
    }

    /// Env files that git leaves to each machine, and that a line of the ignore file takes back by their
    /// names from one which leaves them out: the image is to have the one of whoever builds it, as with
    /// what cookiecutter-django's `merge_production_dotenvs_in_dotenv.py` writes.
    fn taken_back(&self) -> impl Iterator<Item = Fact<Utf8PathBuf>> {
        let root = self.context.root;
        self.context.ignore.taken_back().filter_map(move |line| {
            let below = normalize(Utf8Path::new(line.value.trim_start_matches(['!', '/', ' '])));
            let path = root.join(&below);
            let is_left = self.files.tree.leaves(&path);
            let is_meant = self.context.ignore.takes_back(&below) == Some(line.value.as_str());
            let is_one = is_left && is_meant && is_env_file(&path);
            is_one.then(|| Fact::at(path, line.place))
        })
    }

    /// Whether anything that is in view makes an env file, which git leaves to each machine: an example
    /// is there for it, a command writes it, or compose fills in a secret from it. Otherwise a line that
    /// takes it back may be as old as the template that the project was begun with.
    fn is_made(&self, project: &Project, path: &Utf8Path) -> bool {
        let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else { return false };
        let is_of_it = |other: &Utf8Path| {
            let marks = [".example", ".sample", ".template", ".dist"];
            let other = other.file_name().unwrap_or_default();
            marks.iter().any(|mark| other.strip_suffix(mark) == Some(name))
        };
        let fills_in = |service: &Service| {
            let mut variables = service.environment.iter();
            let is_open = |it: &Text| it.known().is_none() && it.to_string().contains('$');
            variables
                .any(|it| is_secret_name(&it.name.value) && it.value.as_ref().is_some_and(is_open))
        };
        self.files.tree.children(folder).any(|(other, _)| is_of_it(other))
            || self.files.scripted().writes(name)
            || name == ".env" && project.folder == folder && project.services.iter().any(fills_in)
    }

    fn bake(&self, copy: Fact<()>, path: &Utf8Path, expected: Option<Fact<Expected>>) -> Baked {
        let below = path.strip_prefix(self.context.root).unwrap_or(path).to_owned();
        let taken_back = self.context.ignore.takes_back(&below).map(str::to_owned);
        let is_named = self.copies().flat_map(|(_, copy)| named(copy)).any(|it| it.value == below);
        let (holds, path) = (Holds::Variables, path.to_owned());
        Baked { holds, copy, path, below, expected, taken_back, is_named }
    }

    /// The instruction that brings a file into the image that runs.
    fn copied_by(&self, path: &Utf8Path) -> Option<Fact<()>> {
        let places = self.image.places_of(path, &self.context);
        places.first().map(|place| place.map(|_| ()))
    }

    fn holds_secrets(&self, path: &Utf8Path) -> bool {
        let Found::Read(read) = self.files.find(path) else { return false };
        let nothing = Environment::default();
        let variables =
            dotenv::read(Dialect::ComposeEnvFile, read.id, read.text, &nothing).variables;
        variables.iter().any(|(name, value)| {
            let written = match &value.value {
                Supplied::Value(text) => {
                    text.len() > 3
                        && !is_placeholder(text)
                        && !is_tried_first(text)
                        && !is_own_name(name, text)
                        && !is_public(name, text)
                        && !is_elsewhere(text)
                        && !is_for_developers(text)
                        && !self.is_published(name, text)
                }
                _ => false,
            };
            is_secret_name(name) && written
        })
    }

    /// Whether an example of the tree gives a variable this value, or settings for developers have it:
    /// whoever has the repository has it.
    fn is_published(&self, name: &str, value: &str) -> bool {
        let mut code = self.files.of(Kind::Python).into_iter();
        let quoted = [format!("\"{value}\""), format!("'{value}'")];
        let has = |read: &Read<'_>| quoted.iter().any(|it| read.has(it));
        if code.any(|read| is_of_developers(read.path) && has(&read)) {
            return true;
        }
        let examples = self.files.of(Kind::Dotenv).into_iter();
        let mut examples = examples.filter(|read| kind::is_example(read.path));
        examples.any(|read| {
            let Parsed::Dotenv(tree) = read.parsed else { return false };
            tree.lines.iter().any(|line| match line {
                EnvLine::Assignment(it) => it.key.value == name && it.inner() == value,
                _ => false,
            })
        })
    }
}

/// Whether the service itself is given each secret that its settings ask for, and one at least.
fn has_its_secrets(service: &Service, process: &Process) -> bool {
    let reads = process.django.iter().flat_map(|it| &it.evaluation.reads);
    let mut secrets = reads.filter(|it| is_secret_name(&it.name)).peekable();
    let is_given = |name: &str| {
        let own = service.variable(name).and_then(|it| it.value.as_ref());
        own.is_some_and(|it| it.known().is_some())
    };
    secrets.peek().is_some() && secrets.all(|it| is_given(&it.name))
}

/// Whether a value says where the secret is: in a store, a file of the server, or with a command that nothing
/// runs.
fn is_elsewhere(value: &str) -> bool {
    is_reference(value) || value.starts_with('/') || value.starts_with("$(")
}

/// The sources that an instruction takes from the context by their names, below that: `..` leads out of no
/// context.
fn named(copy: &Copy) -> impl Iterator<Item = Fact<Utf8PathBuf>> {
    let sources = matches!(copy.from, From::Context).then_some(&copy.sources);
    let known = sources.into_iter().flatten().filter_map(Text::known);
    known.map(|it| {
        it.map(|source| inside(&normalize(Utf8Path::new(source.trim_start_matches('/')))))
    })
}

/// A path without its ways up.
fn inside(path: &Utf8Path) -> Utf8PathBuf {
    path.components().skip_while(|it| it.as_str() == "..").collect()
}

/// `config/settings/local.py`.
fn is_of_developers(path: &Utf8Path) -> bool {
    path.file_stem().is_some_and(|name| django::role(name) == Role::Development)
}

/// Whether a key says that it is for developers: `django-insecure-dev-only-key`.
fn is_for_developers(value: &str) -> bool {
    let mut words = value.split(['-', '_']);
    words.any(|it| matches!(it, "dev" | "development"))
}

/// An env file that a deployment reads; no example, and none for developers or tests.
fn is_env_file(path: &Utf8Path) -> bool {
    let name = kind::lowered(file_name(path).unwrap_or_default());
    let is_env = name == ".env" || name.starts_with(".env.") || name.ends_with(".env");
    is_env && kind::by_name(path) == Some(Kind::Dotenv) && is_for_server(path)
}

/// Whether an env file is neither an example nor called after developers or tests.
fn is_for_server(path: &Utf8Path) -> bool {
    let others =
        ["local", "dev", "development", "test", "tests", "ci", "debug", "travis", "sample"];
    let stage = path.file_name().and_then(stage_of);
    !kind::is_example(path)
        && !matches!(stage, Some(Stage::Development | Stage::Test))
        && !path.as_str().split(['.', '/', '-', '_']).any(|word| others.contains(&word))
}
