//! By what a service says whose code it runs, or its image's name does.

use crate::model::build::host::SERVERS;
use crate::model::build::image_builds::{self, Named, Recipe};
use crate::model::build::image_of::{self, Builds, Built};
use crate::model::compose::{self, Service};
use crate::model::django::{self, Project};
use crate::model::image::{Flavour, Reference};
use crate::model::text::Text;
use crate::source::alike;
use camino::Utf8Path;
use std::collections::BTreeSet;

/// What many images and packages are called: of such a name, an image may be anybody's.
const COMMON: [&str; 11] = [
    "api", "app", "apps", "backend", "common", "config", "core", "project", "server", "utils",
    "web",
];

pub(super) struct Signs<'s> {
    pub(super) builds: &'s Builds<'s>,
    pub(super) project: &'s Project,
    pub(super) compose: &'s compose::Project,
    pub(super) service: &'s Service,
}

impl Signs<'_> {
    /// Whether a service says that it runs the project: by its command, by the settings that it names, by
    /// two variables that the settings ask for, or by the name of its image.
    pub(super) fn are_of_service(&self) -> bool {
        self.runs_it()
            || self.names_settings()
            || self.sets_what_is_asked()
            || self.is_called_after()
    }

    /// Whether what the tree builds is what the service is of: the same service of another file is built
    /// of it, or something else builds it under such a name. Where no other image of the file is anybody's,
    /// it is also told by the place of what the service starts, or by a name that only a variable says.
    pub(super) fn are_of(&self, recipe: &Recipe, built: &Built) -> bool {
        if self.is_a_web_server() {
            return false;
        }
        self.is_built_elsewhere(recipe)
            || self.is_pushed_as(recipe)
            || self.starts_a_server() && self.starts_what_is_in(built)
            || self.is_the_only_one()
                && (self.starts_what_is_in(built)
                    || self.starts_celery()
                    || self.is_of_a_variable(recipe))
    }

    fn words(&self) -> Vec<String> {
        let words = self.service.words();
        words.flat_map(|it| it.split_whitespace().map(str::to_owned).collect::<Vec<_>>()).collect()
    }

    fn runs_it(&self) -> bool {
        self.words().iter().any(|word| {
            let module = word.split(':').next().unwrap_or_default();
            word.contains("manage.py") || module.contains('.') && self.project.finds(module)
        })
    }

    fn names_settings(&self) -> bool {
        let variable = self.service.variable(django::VARIABLE);
        let value = variable.and_then(|it| it.value.as_ref()).and_then(Text::known);
        value.is_some_and(|it| self.project.modules.iter().any(|module| module.name == it.value))
    }

    fn sets_what_is_asked(&self) -> bool {
        let files = self.builds.files;
        let read = self.project.modules.iter().filter_map(|it| files.find(&it.path).read());
        let texts = read.map(|it| it.text).collect::<Vec<_>>();
        let is_asked = |name: &str| {
            let quoted = [format!("'{name}'"), format!("\"{name}\"")];
            texts.iter().any(|text| quoted.iter().any(|it| text.contains(it.as_str())))
        };
        // Databases and what looks after them are given the same names and passwords.
        let of_django = ["SECRET_KEY", "ALLOWED_HOSTS", "DJANGO", "CSRF", "CELERY"];
        let names = self.service.environment.iter().map(|it| it.name.value.as_str());
        let asked: Vec<&str> = names.filter(|it| is_asked(it)).collect();
        asked.len() > 1 && asked.iter().any(|name| of_django.iter().any(|it| name.contains(it)))
    }

    /// Whether somebody's image is called as a package of the project's is, be it that of the settings or of
    /// an application, or as the repository that guides clone: `acme/shop`, `acme/shop-backend` for
    /// `shop.settings`.
    fn is_called_after(&self) -> bool {
        let Some(image) = self.name().filter(|it| !it.repository.contains('$')) else {
            return false;
        };
        // Of several images of one name, `acme/shop:web` beside `acme/shop:page`, the name tells of none.
        if image_of::is_told_by_tag(self.compose, &image) {
            return false;
        }
        let Some((owner, name)) = image.repository.rsplit_once('/') else { return false };
        let name = plain(name);
        let modules = self.project.modules.iter();
        let of_settings = modules.filter_map(|it| Some(it.name.split_once('.')?.0));
        let folders = self.builds.files.files_named("__init__.py").filter_map(|it| it.parent());
        let beside = folders.filter(|it| it.parent() == Some(&self.project.root));
        let mut packages = of_settings.chain(beside.filter_map(Utf8Path::file_name));
        let is_after = |package: &str| {
            let rest = name.strip_prefix(&plain(package));
            !COMMON.contains(&package)
                && rest.is_some_and(|it| it.is_empty() || COMMON.contains(&it) || it == "django")
        };
        // Guides are gone through last: they are long.
        owner != "library" && (packages.any(is_after) || self.cloned().is_some_and(is_after))
    }

    /// What the one repository is called that guides have people clone.
    fn cloned(&self) -> Option<&str> {
        let guides = image_builds::guides(self.builds.files);
        let addresses = guides.iter().flat_map(|it| it.text.split("git clone ").skip(1));
        let words = addresses.flat_map(|it| it.split_whitespace().find(|it| !it.starts_with('-')));
        let names = words.filter_map(|it| it.trim_end_matches(['/', '`']).rsplit_once('/'));
        let names = names.map(|(_, name)| name.trim_end_matches(".git"));
        alike(names.filter(|it| !it.contains(['<', '$', '{'])))
    }

    fn name(&self) -> Option<Reference> {
        self.service.image.as_ref().and_then(image_of::name_of)
    }

    /// Whether files of nginx or Caddy are mounted, whatever the image is called.
    fn is_a_web_server(&self) -> bool {
        let targets = self.service.volumes.iter().filter_map(|it| it.target.known());
        let folders = ["/etc/nginx", "/etc/caddy", "/etc/traefik", "/usr/share/nginx"];
        targets.into_iter().any(|at| folders.iter().any(|it| at.value.starts_with(it)))
    }

    /// Whether a service of the same name, in a file for others, is built of it.
    fn is_built_elsewhere(&self, recipe: &Recipe) -> bool {
        let files = self.builds.files;
        let is_it = |it: &Service| {
            let built = it.build.as_ref().and_then(|build| image_of::recipe(files, build));
            it.name.value == self.service.name.value
                && built.is_some_and(|it| it.dockerfile == recipe.dockerfile)
        };
        compose::every_service(files).iter().any(is_it)
    }

    /// Whether something builds it under the image's name, but for the registry or for an owner that only one
    /// of the two has, and nothing else is called so.
    fn is_pushed_as(&self, recipe: &Recipe) -> bool {
        let Some(image) = self.name() else { return false };
        let last = image.name();
        if last.contains('$')
            || COMMON.contains(&last)
            || image_of::is_told_by_tag(self.compose, &image)
        {
            return false;
        }
        let is_it = |name: &Named| match name {
            Named::Exactly(name) if name.name() == last => {
                let (own, other) = (owner(name), owner(&image));
                own.is_none() || other.is_none() || own == other
            }
            _ => false,
        };
        let named = self.builds.by_scripts().iter();
        let mut recipes = named.filter(|(name, _)| is_it(name)).peekable();
        recipes.peek().is_some() && recipes.all(|(_, it)| it.dockerfile == recipe.dockerfile)
    }

    /// Whether a variable holds the name, as that of the registry may be a secret to whatever builds it, and
    /// the service is called as those of an application are.
    fn is_of_a_variable(&self, recipe: &Recipe) -> bool {
        let name = self.service.name.value.as_str();
        let mut words = name.split(['-', '_']);
        let is_open = self.name().is_some_and(|it| it.name().contains('$'));
        let is_it = |it: &Recipe| it.dockerfile == recipe.dockerfile;
        let is_built = || {
            let all = image_builds::recipes(self.builds.files, &|_| true);
            all.iter().any(is_it) && !self.builds.by_scripts().iter().any(|(_, it)| is_it(it))
        };
        is_open && words.any(|it| COMMON.contains(&it) || it == "django") && is_built()
    }

    /// Whether no other image of the file is one that nobody knows.
    fn is_the_only_one(&self) -> bool {
        let pulled = self.compose.services.iter().filter(|it| it.build.is_none());
        let names = pulled.filter_map(|it| it.image.as_ref()).filter(|image| {
            let known = image.known();
            known.is_none_or(|it| Flavour::of(&it.value).is_none())
        });
        let names: BTreeSet<String> = names.map(ToString::to_string).collect();
        names.len() == 1
    }

    /// Whether it starts a server of Python's: what that reads by a path is the project's.
    fn starts_a_server(&self) -> bool {
        let name = |word: &String| word.rsplit('/').next().is_some_and(|it| SERVERS.contains(&it));
        self.words().iter().any(name)
    }

    /// Whether it names a file by the path at which the image has one of the tree's: the script that it
    /// starts, or what that is told to read.
    fn starts_what_is_in(&self, built: &Built) -> bool {
        let files = self.builds.files;
        let targets: Vec<String> =
            self.service.volumes.iter().filter_map(|it| Some(it.target.known()?.value)).collect();
        let is_there = |word: &String| {
            let path = Utf8Path::new(word.trim_matches(['"', '\'', ';']));
            // What is mounted there is the service's own.
            path.is_absolute()
                && !targets.iter().any(|it| path.starts_with(it))
                && built.in_tree(files, path).is_some_and(|it| files.tree.is_file(&it))
        };
        self.words().iter().any(is_there)
    }

    /// Whether it starts Celery with an application of the project's.
    fn starts_celery(&self) -> bool {
        let words = self.words();
        let apps = words.windows(2).filter_map(|pair| match pair[0].as_str() {
            "-A" | "--app" => Some(pair[1].as_str()),
            _ => pair[1].strip_prefix("--app="),
        });
        let is_of_it = |app: &str| self.project.finds(app.split(':').next().unwrap_or(app));
        words.iter().any(|it| it.ends_with("celery")) && apps.into_iter().any(is_of_it)
    }
}

/// The first part of a name, where its image is not named alone.
fn owner(name: &Reference) -> Option<&str> {
    let (owner, _) = name.repository.split_once('/')?;
    (owner != "library").then_some(owner)
}

fn plain(name: &str) -> String {
    name.to_ascii_lowercase().replace(['-', '_'], "")
}
