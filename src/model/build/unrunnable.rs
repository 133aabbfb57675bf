//! Why the script that a container starts with does not run: it is not there, or its mode, its line
//! ends or its first line are in the way.

use crate::fact::{Certainty, Fact};
use crate::model::build::compose_calls::documents;
use crate::model::build::contents::Looked;
use crate::model::build::ignored::{is_ignored, is_made};
use crate::model::compose::{Location, MountKind, Service};
use crate::model::contents::Unrunnable;
use crate::model::image::{Content, Copy, From, Role, Start, Tool};
use crate::model::{Found, Read, scripted};
use crate::source::normalize;
use crate::syntax::dockerfile::Form;
use camino::{Utf8Path, Utf8PathBuf};

pub(super) fn unrunnable(looked: &Looked, service: &Service) -> Option<Fact<Unrunnable>> {
    let first = looked.started(service)?;
    // A name without a slash is looked up in `PATH`.
    if !first.value.contains('/') {
        return None;
    }
    let at = match first.value.starts_with('/') {
        true => Utf8PathBuf::from(&first.value),
        false => looked.image.workdir()?.value.join(&first.value),
    };
    let at = normalize(&at);
    let why = match looked.lies(service, &at)? {
        Lies::Copied(path) => looked.mode(&path, &at).or_else(|| looked.first_line(&path))?,
        Lies::Mounted(path) => match looked.first_line(&path) {
            Some(why) => why,
            None => {
                let why = looked.mode_of_mounted(&path)?;
                let doubt = "somebody may have changed its mode where it is mounted from";
                return Some(first.map(|_| why).doubt(Certainty::Likely, doubt));
            }
        },
        Lies::Nowhere(path) => Unrunnable::Absent(at, path),
    };
    Some(first.map(|_| why))
}

/// Where the tree has what a container starts with.
enum Lies {
    Copied(Utf8PathBuf),
    Mounted(Utf8PathBuf),
    /// Nothing puts a file there; this one has its name.
    Nowhere(Option<Utf8PathBuf>),
}

impl Looked<'_> {
    /// The first word that the container runs.
    fn started(&self, service: &Service) -> Option<Fact<String>> {
        let image_start = || match (self.image.entrypoint(), self.image.command()) {
            (Some(Start::Written(command)), _) | (None, Some(Start::Written(command))) => {
                match command.form {
                    Form::Exec(words) => {
                        words.first().map(|it| Fact::at(it.as_str().to_owned(), it.place()))
                    }
                    Form::Shell(_) => None,
                }
            }
            (Some(Start::Stock(..)), _) | (None, Some(Start::Stock(..)) | None) => None,
        };
        match (&service.entrypoint, &service.command) {
            (Some(entrypoint), _) => entrypoint.words.first()?.known(),
            (None, Some(command)) if self.image.entrypoint().is_none() => {
                command.words.first()?.known()
            }
            (None, _) => image_start(),
        }
    }

    fn lies(&self, service: &Service, at: &Utf8Path) -> Option<Lies> {
        let mut over: Option<(Utf8PathBuf, &MountKind)> = None;
        for mount in &service.volumes {
            let target = Utf8PathBuf::from(mount.target.known()?.value);
            let is_deeper = |(other, _): &(Utf8PathBuf, _)| target.starts_with(other);
            if at.starts_with(&target) && over.as_ref().is_none_or(is_deeper) {
                over = Some((target, &mount.kind));
            }
        }
        if let Some((target, kind)) = over {
            let MountKind::Bind(_, Some(Fact { value: Location::Tree(from), .. })) = kind else {
                return None;
            };
            let path = from.join(at.strip_prefix(target).ok()?);
            return self.files.tree.is_file(&path).then_some(Lies::Mounted(path));
        }
        match self.image.at(at, &self.context) {
            Some(Fact { value: Content::Context(path), .. }) => Some(Lies::Copied(path)),
            Some(_) => None,
            None => self.misses(at).then(|| Lies::Nowhere(self.called_alike(at))),
        }
    }

    /// Whether no step puts a script at this path of an image whose base is known: what is copied
    /// over it or around it is in view and has no such file, and no command names it or brings files
    /// from elsewhere.
    fn misses(&self, at: &Utf8Path) -> bool {
        /// Commands that put files where their words do not always say.
        const BRINGS: &[&str] =
            &["git ", "curl", "wget", "tar ", "unzip", "cp ", "mv ", "ln ", "install -", "rsync"];
        // No package puts a program into the root of the file system.
        let of_nobody = at.extension().is_none() && at.parent().is_some_and(|it| it == "/");
        let is_script = at.extension() == Some("sh") || of_nobody;
        let flavour = self.built.flavour.as_ref();
        let is_base = flavour.is_some_and(|it| it.value.stock.role == Role::Base);
        let name = at.file_name().unwrap_or_default();
        let may_make = |text: &str| BRINGS.iter().chain([&name]).any(|it| text.contains(it));
        is_script
            && is_base
            && self.copies().all(|(_, copy)| self.copies_no(at, copy) == Some(true))
            && !self.steps_say(may_make)
    }

    /// Whether a `COPY` surely puts nothing at a path.
    fn copies_no(&self, at: &Utf8Path, copy: &Copy) -> Option<bool> {
        let into = copy.destination.as_ref()?;
        if !at.starts_with(&into.value) {
            return Some(true);
        }
        let From::Context = copy.from else { return None };
        let below = at.strip_prefix(&into.value).ok()?;
        let tree = self.files.tree;
        for source in &copy.sources {
            let source = source.known()?.value;
            if source.contains(['*', '?', '[', '$', ':']) {
                return None;
            }
            let source = normalize(Utf8Path::new(source.trim_start_matches('/')));
            let from = normalize(&self.context.root.join(&source));
            if tree.is_file(&from) {
                if from.file_name() == at.file_name() {
                    return None;
                }
                continue;
            }
            let path = from.join(below);
            let excluded = tree.is_file(&path) && self.context.ignore.excludes(&source.join(below));
            let absent = tree.is_dir(&from)
                && tree.get(&path).is_none()
                && !tree.is_unseen(&path)
                && !is_ignored(self.files, &path)
                && !is_made(self.files, &path);
            if !excluded && !absent {
                return None;
            }
        }
        Some(copy.inline.is_empty())
    }

    /// The only file of the tree that is called so.
    fn called_alike(&self, at: &Utf8Path) -> Option<Utf8PathBuf> {
        let mut named = self.files.files_named(at.file_name()?);
        let only = named.next()?;
        named.next().is_none().then(|| only.to_owned())
    }

    /// Whether the tree has modes at all: an archive or another system's checkout may have lost
    /// every one.
    fn modes_are_kept(&self) -> bool {
        let tree = self.files.tree;
        tree.files().any(|path| tree.file_stat(path).is_some_and(|it| it.executable))
    }

    /// Whether nobody may execute a file of the tree that the image has at this place. `COPY` may
    /// have given it another name, and later steps know it by that one.
    fn mode(&self, path: &Utf8Path, at: &Utf8Path) -> Option<Unrunnable> {
        let names = [path.file_name()?, at.file_name()?];
        let executable = self.files.tree.file_stat(path)?.executable;
        let kept = self.copies().any(|(_, copy)| copy.chmod.is_some());
        let named = |text: &str| names.iter().any(|name| text.contains(name));
        let touches = |text: &str| named(text) || text.contains('*') || text.contains("-R");
        let changed = kept || self.steps_say(|text| text.contains("chmod") && touches(text));
        let no_more = !executable && !changed && self.modes_are_kept();
        no_more.then(|| Unrunnable::Mode(path.to_owned()))
    }

    /// Whether nobody may execute a file of the checkout that is mounted over the image's: what the
    /// image's own steps make of theirs is not seen then.
    fn mode_of_mounted(&self, path: &Utf8Path) -> Option<Unrunnable> {
        let name = path.file_name()?;
        let scripts = scripted::scripts(self.files).into_iter();
        let readmes = documents(self.files, &[path]).into_iter();
        let changed = scripts.chain(readmes).any(|it| {
            let mut lines = it.text.lines().filter(|line| line.contains("chmod"));
            lines.any(|line| line.contains(name) || line.contains("*") || line.contains("-R"))
        });
        let executable = self.files.tree.file_stat(path)?.executable;
        (!executable && !changed && self.modes_are_kept())
            .then(|| Unrunnable::MountedMode(path.to_owned()))
    }

    /// Why the first line of a script names nothing that the image has.
    fn first_line(&self, path: &Utf8Path) -> Option<Unrunnable> {
        let Found::Read(Read { text, .. }) = self.files.find(path) else { return None };
        let first = text.split('\n').next()?;
        let mended = || {
            let attributes =
                self.files.tree.files().any(|it| it.file_name() == Some(".gitattributes"));
            attributes || self.steps_say(|text| text.contains("dos2unix") || text.contains("\\r"))
        };
        if first.starts_with("#!") && first.ends_with('\r') && !mended() {
            return Some(Unrunnable::LineEnds(path.to_owned()));
        }
        let interpreter = first.strip_prefix("#!")?.trim();
        let mut words = interpreter.split_whitespace();
        let program = words.next()?;
        let program = if program.ends_with("/env") { words.next()? } else { program };
        let is_bash = program == "bash" || program.ends_with("/bash");
        let flavour = self.built.flavour.as_ref()?;
        let has = flavour.value.has(Tool::Bash)?;
        let installs = || self.steps_say(|text| text.contains("bash"));
        (is_bash && !has && !installs())
            .then(|| Unrunnable::NoInterpreter(path.to_owned(), program.to_owned()))
    }
}
