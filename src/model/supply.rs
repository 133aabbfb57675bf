//! What is supplied and asked for: the two lists held against each other.

use crate::fact::Fact;
use crate::fact::secret::{is_placeholder, is_secret_name};
use crate::model::agreement::is_near;
use crate::model::compose::{self, Location, Service};
use crate::model::django;
use crate::model::faults::Faults;
use crate::model::mention::Use;
use crate::model::text::Text;
use crate::model::{
    Answered, Asked, Concern, Container, DATABASES, Deployment, EnvFile, Model, Process,
    is_read_by_programs,
};
use crate::python::{self, StandsIn, Value};
use crate::source::Place;
use camino::Utf8PathBuf;
use std::collections::{BTreeSet, HashSet};

/// An env file that a process is started with, or that its settings load, and that the tree does not have.
#[derive(Clone, Debug)]
pub struct AbsentFile {
    pub process: String,
    /// As it is named.
    pub path: String,
    /// Where the tree would have it.
    pub place: Option<Utf8PathBuf>,
    pub at: Fact<()>,
    /// Nobody would commit it: git ignores it, it lies outside of the tree, or something says that it is
    /// made where the site is deployed.
    pub ignored: bool,
    /// The variables that a script of the tree writes into a file of its name.
    pub written: BTreeSet<String>,
}

/// What a platform sets by itself.
const OF_PLATFORMS: &[&str] = &[
    "PORT",
    "DYNO",
    "PATH",
    "HOME",
    "USER",
    "HOSTNAME",
    "CI",
    "DJANGO_SETTINGS_MODULE",
    "TZ",
    "PWD",
    "LANG",
    "TMPDIR",
    "VIRTUAL_ENV",
];

/// What platforms tell the programs that they run, and no machine of one's own does.
pub(super) const OF_FOREIGN_PLATFORMS: &[&str] = &[
    "RENDER",
    "RENDER_EXTERNAL_HOSTNAME",
    "RENDER_EXTERNAL_URL",
    "RAILWAY_ENVIRONMENT",
    "RAILWAY_PUBLIC_DOMAIN",
    "RAILWAY_STATIC_URL",
    "DYNO",
    "HEROKU_APP_NAME",
    "VERCEL",
    "VERCEL_URL",
    "FLY_APP_NAME",
    "K_SERVICE",
    "GAE_APPLICATION",
    "WEBSITE_HOSTNAME",
    "CODESPACE_NAME",
    "PYTHONANYWHERE_DOMAIN",
];

const PLATFORM_PREFIXES: &[&str] = &[
    "RENDER",
    "HEROKU",
    "RAILWAY",
    "FLY_",
    "PYTEST",
    "GITHUB_",
    "KUBERNETES",
    "WEBSITE_",
    "K_",
    "VERCEL",
    "PYTHON",
    "VCAP_",
    "CODESPACE",
    "GITPOD",
    "GAE_",
    "AWS_EXECUTION",
];

/// What defaults name that is there where the site is developed, and is not what serves others.
const OF_DEVELOPERS: &[&str] = &[
    "localhost",
    "127.0.0.1",
    "sqlite:",
    "backends.sqlite3",
    "backends.console",
    "backends.filebased",
    "backends.locmem",
    "backends.dummy",
];

/// Whether `None` is what Django itself has for the setting that a variable is named after.
fn django_does_without(name: &str) -> bool {
    let name = name.strip_prefix("DJANGO_").unwrap_or(name);
    python::django_default(name, None).is_some_and(|it| matches!(it.value, Value::None))
}

impl Deployment {
    /// Whether what starts a process sets a variable each time: the compose file, the unit, the
    /// image. A line of an env file may get lost, and then so is what compose passes on of it.
    pub fn declares(&self, process: &Process, name: &str) -> bool {
        let service = self.compose.as_ref().and_then(|it| it.service(&process.name));
        let passed_on =
            service.and_then(|it| it.variable(name)).is_some_and(|it| it.value.is_none());
        let file = process.environment.layers(name).last().and_then(|it| it.evidence().place());
        let is_of_file =
            |it: &EnvFile| it.start.evidence().place().map(|it| it.file) == file.map(|it| it.file);
        let declared = file.is_some() && !self.surroundings.env_files.iter().any(is_of_file);
        process.environment.sets(name) && declared && !passed_on
    }

    /// Whether a value that stands there is but what an image has in case that nobody sets the
    /// variable, and an env file that is not in view is laid over it, or a manifest of Kubernetes.
    pub fn may_be_outdone(&self, process: &Process, at: Option<Place>) -> bool {
        let environment = &process.environment;
        let layer = |name: &&str| {
            let layer = environment.layers(name).last();
            let origins = layer.into_iter().flat_map(|it| it.evidence().origins());
            at.is_some() && origins.into_iter().any(|it| it.place() == at)
        };
        let Some(name) = environment.names().find(layer) else { return false };
        if self.alone.is_some() {
            return self.surroundings.is_given_by_manifests(name);
        }
        let service = self.compose.as_ref().and_then(|it| it.service(&process.name));
        service.is_some_and(|it| it.variable(name).is_none())
            && self.declares(process, name)
            && environment.openings().iter().any(|it| it.place.is_some())
    }

    /// Whether what an image has for a variable of a service may be outdone by an env file that is not
    /// in view (Compose, "Environment variables precedence").
    pub fn may_be_supplied_over(&self, process: &Process, name: &str) -> bool {
        let service = self.compose.as_ref().and_then(|it| it.service(&process.name));
        let is_unsaid = service.is_some_and(|it| it.variable(name).is_none());
        is_unsaid && process.environment.openings().iter().any(|it| it.place.is_some())
    }

    /// Whether what starts the image that a process is of gives it the name of other settings, if there are
    /// any.
    pub fn may_load_others(&self) -> bool {
        let mut django = self.processes.iter().filter_map(|it| it.django.as_ref());
        django.any(|it| it.project.only_module().is_none())
            && self.may_be_given_by_manifests(django::VARIABLE)
    }

    /// Whether manifests of Kubernetes start what an image has, and give it a variable, or may.
    pub fn may_be_given_by_manifests(&self, name: &str) -> bool {
        self.alone.is_some() && self.surroundings.is_given_by_manifests(name)
    }

    /// Whether the settings of some process ask for a variable.
    pub(super) fn asks_for(&self, name: &str) -> bool {
        self.processes.iter().any(|it| it.asks_for(name))
    }

    /// What the settings of a process ask for and somebody has to give: nobody in view does, and
    /// no env file lists it.
    pub fn undocumented<'a>(&'a self, process: &'a Process) -> Vec<&'a Asked> {
        let Some(django) = &process.django else { return Vec::new() };
        let files = &self.surroundings.env_files;
        let reads = &django.evaluation.reads;
        let mut found: Vec<&Asked> = Vec::new();
        for read in reads {
            let open = matches!(read.answer, Answered::Absent | Answered::Unknown(_));
            let name = read.name.as_str();
            // pydantic takes a name in whatever case.
            // Without a default it is to be given, whatever developers have.
            let documents = |it: &&EnvFile| !read.required || !it.is_for_developers();
            let is_known = reads.iter().filter(|it| it.name.eq_ignore_ascii_case(name)).any(|it| {
                let name = it.name.as_str();
                !process.environment.layers(name).is_empty()
                    || files.iter().filter(documents).any(|file| file.lists(name).is_some())
            });
            // A file instead of the value is the other way to give it (django-environ's
            // `FileAwareEnv`, Docker's secrets).
            let is_other_way = name
                .strip_suffix("_FILE")
                .is_some_and(|plain| reads.iter().any(|it| it.name == plain));
            if open
                && !is_known
                && !is_other_way
                && !is_of_a_platform(name)
                && !self.surroundings.named_in_compose.contains(name)
                && !self.is_aside(process, read)
                && !django.faults.is_replaced(read)
                && found.iter().all(|it| !it.name.eq_ignore_ascii_case(name))
                && django.missing.iter().all(|it| it.read.name != name)
            {
                found.push(read);
            }
        }
        found
    }

    /// Whether a variable is asked for only in DEBUG, or only without another one that an env file
    /// lists or the process is given.
    fn is_aside(&self, process: &Process, read: &Asked) -> bool {
        let faults = process.django.iter().map(|it| &it.faults);
        let Some(at) = read.asked_at() else { return false };
        faults.flat_map(|it| &it.asides).any(|aside| {
            let within = aside.within;
            let known = |name: &String| {
                let files = &self.surroundings.env_files;
                !process.environment.layers(name).is_empty()
                    || files.iter().any(|file| file.lists(name).is_some())
            };
            within.contains(at) && aside.without.as_ref().is_none_or(known)
        })
    }
}

pub(super) fn is_of_a_platform(name: &str) -> bool {
    OF_PLATFORMS.contains(&name) || PLATFORM_PREFIXES.iter().any(|it| name.starts_with(it))
}

impl Asked {
    /// Whether somebody should know of it before the first start.
    pub fn matters(&self) -> bool {
        self.required || Concern::of(&self.name) != Concern::Other
    }

    /// Whether a server should not do without it: the settings have nothing in its place, what
    /// only a developer's machine has, or what everybody knows. What they work out is their own.
    pub fn is_to_be_given(&self, faults: &Faults) -> bool {
        let mut helpers = faults.helper_defaults.iter();
        let by_helper = helpers.find(|it| Some(it.call) == self.statement);
        let default = self.default.as_ref().filter(|_| !self.required);
        let text = match (by_helper, default) {
            (Some(helper), _) => Some(helper.text.as_str()),
            (None, Some(default)) => default.text.as_deref(),
            (None, None) => return true,
        };
        let Some(text) = text else { return false };
        let bare = text.trim_matches(|it: char| "[]()'\"".contains(it));
        let is_of_developers = OF_DEVELOPERS.iter().any(|it| bare.contains(it));
        let is_public = is_secret_name(&self.name)
            && text.starts_with(['\'', '"'])
            && !bare.bytes().all(|it| it.is_ascii_digit());
        match bare {
            // Django does without some settings just as well.
            "" | "None" => !django_does_without(&self.name),
            "*" => true,
            _ => is_of_developers || is_public || is_placeholder(bare),
        }
    }

    /// Whether what the settings have in its place holds for an empty text, and not without the variable.
    pub fn falls_back_if_empty_only(&self) -> bool {
        self.default.as_ref().is_some_and(|it| it.stands_in == StandsIn::ForEmpty)
    }

    /// Whether the settings have nothing to put in its place.
    pub fn has_no_default(&self) -> bool {
        let none = |text: &Option<String>| {
            text.as_deref().is_some_and(|it| matches!(it, "None" | "''" | "\"\""))
        };
        self.required || self.default.as_ref().is_none_or(|default| none(&default.text))
    }

    /// Whether a platform sets it that this process is not known to run on.
    pub fn is_of_foreign_platform(&self) -> bool {
        OF_FOREIGN_PLATFORMS.contains(&self.name.as_str())
    }

    /// Whether somebody who sets a server up has a say in it.
    pub fn is_to_fill_in(&self) -> bool {
        !is_of_a_platform(&self.name)
    }

    /// Whether another read stands in this one's call, as its default: `getenv("A", getenv("B"))`.
    pub fn stands_around(&self, other: &Self) -> bool {
        let Some((own, inner)) = self.place.zip(other.place) else { return false };
        own != inner && own.contains(inner)
    }

    /// What the module says, or the place of the call itself.
    pub fn asked_at(&self) -> Option<Place> {
        self.statement.or(self.place)
    }
}

impl Model {
    /// Whether a program of an image takes a variable for one of its own settings, as many do that nest
    /// them: `FREQTRADE__API_SERVER__USERNAME` of `freqtradeorg/freqtrade`.
    fn is_of_an_image(&self, name: &str) -> bool {
        let Some((program, _)) = name.split_once("__") else { return false };
        let program = program.to_ascii_lowercase();
        let services = self.deployments.iter().filter_map(|it| it.compose.as_ref());
        let mut images = services.flat_map(|it| &it.services).filter_map(|it| it.image.as_ref());
        images.any(|image| {
            let image = image.to_string().to_ascii_lowercase();
            image.split(['/', ':', '-', '_', '@']).any(|word| word == program)
        })
    }

    /// Whether the file that an example is of is given to a container that is none of the project's
    /// own, which may read anything of it.
    fn is_for_an_image(&self, example: &EnvFile) -> bool {
        let is_it = |named: &str, is_known: bool| {
            let file = named.rsplit('/').next().unwrap_or_default();
            match file {
                "" => false,
                // It is everybody's, and of the images that are known it is known what they read.
                ".env" => !is_known && example.is_for(file),
                _ => example.name() != file && example.name().contains(file),
            }
        };
        let services = |deployment: &Deployment| {
            let project = deployment.compose.as_ref().map(|it| it.services.as_slice());
            let others = project.unwrap_or_default().iter().filter(|service| {
                let name = service.name.value.as_str();
                !deployment.processes.iter().any(|it| it.name == name && it.django.is_some())
            });
            let is_known = |service: &Service| {
                let container = deployment.container(&service.name.value);
                let of_stock = |it: &Container| {
                    it.stock().is_some_and(|flavour| !flavour.value.reads_its_own())
                };
                container.is_some_and(|it| it.image.is_some() || of_stock(it))
            };
            let files = |service: &Service| {
                let is_known = is_known(service);
                service.env_files.iter().any(|it| is_it(&it.path.to_string(), is_known))
            };
            others.into_iter().any(files)
        };
        self.deployments.iter().any(services)
    }

    /// Whether a compose file that is called production's gives an env file to a service, whatever that is
    /// called.
    pub fn is_taken_in_production(&self, file: &EnvFile) -> bool {
        let takes = |it: &compose::EnvFile| {
            let at = it.location.as_ref().map(|it| &it.value);
            matches!(at, Some(Location::Tree(path)) if *path == file.path)
        };
        let deployments = self.deployments.iter().filter(|it| it.is_called_production());
        let services = deployments.flat_map(Deployment::services);
        services.into_iter().any(|(service, ..)| service.env_files.iter().any(takes))
    }

    /// What compose or the settings ask for under nearly the name of a variable that a file offers, and
    /// that the file does not offer.
    pub fn nearly_asked(&self, file: &EnvFile, name: &str) -> Option<String> {
        let django = self.deployments.iter().flat_map(|it| &it.processes);
        let reads = django.filter_map(|it| it.django.as_ref()).flat_map(|it| &it.evaluation.reads);
        let composed = self.deployments.iter().filter_map(|it| it.compose.as_ref());
        let values = composed.flat_map(|it| &it.services).flat_map(|it| &it.environment);
        let filled_in = values.filter_map(|it| it.value.as_ref()).flat_map(Text::unguarded);
        let mut asked =
            filled_in.map(|it| it.value.to_string()).chain(reads.map(|it| it.name.clone()));
        asked.find(|asked| is_near(name, asked) && file.lists(asked).is_none())
    }

    /// Whether every process keeps its data in SQLite, whatever its variables say.
    fn is_on_sqlite(&self) -> bool {
        let processes = self.deployments.iter().flat_map(|it| &it.processes);
        let mut engines = processes.filter(|it| it.django.is_some()).map(|process| {
            let engine = process.fact().entry(DATABASES, &["default", "ENGINE"]);
            engine.is_some_and(|it| it.value.text().is_some_and(|it| it.ends_with(".sqlite3")))
        });
        engines.next() == Some(true) && engines.all(|it| it)
    }

    /// What an env file offers that nothing in the tree reads, be it code, compose or a program
    /// that everybody knows.
    pub fn stale<'a>(&'a self, file: &'a EnvFile) -> Vec<(&'a str, Fact<()>)> {
        let processes = self.deployments.iter().flat_map(|it| &it.processes);
        let django = processes.filter_map(|it| it.django.as_ref());
        // What the packages of another program read, nobody names there.
        if django.clone().all(|it| file.is_of_another(&it.project)) {
            return Vec::new();
        }
        let asked: HashSet<&str> =
            django.flat_map(|it| &it.evaluation.reads).map(|it| it.name.as_str()).collect();
        let names: Vec<&str> = file.assignments().map(|it| it.key.value.as_str()).collect();
        let is_stale = |name: &str| {
            !asked.contains(name)
                && !is_read_by_programs(name)
                && !self.is_of_an_image(name)
                && !self.surroundings.is_used(name, &[Use::Read, Use::FilledIn])
        };
        let stale: Vec<&str> = names.iter().copied().filter(|name| is_stale(name)).collect();
        // Whoever reads such a file is not in the tree, or reads it in a way of its own. What is of a
        // database is for nobody where each one's settings have SQLite.
        let is_of_others = self.surroundings.lacks_code || self.is_for_an_image(file);
        let on_sqlite = self.is_on_sqlite();
        let is_idle = |name: &&str| on_sqlite && is_of_a_database(name);
        let open = stale.iter().filter(|it| !is_idle(it)).count();
        if is_of_others || open * 2 > names.len() || asked.is_empty() {
            return Vec::new();
        }
        let at = |name: &'a str| Some((name, file.lists(name)?));
        stale.into_iter().filter_map(at).collect()
    }
}

/// Whether it is called as the variables of a database's address are: `DB_HOST`, `POSTGRES_PASSWORD`.
fn is_of_a_database(name: &str) -> bool {
    let of = ["DB_", "DATABASE_", "POSTGRES_", "MYSQL_", "SQL_", "PG"];
    let what = ["NAME", "USER", "PASSWORD", "HOST", "PORT", "ENGINE", "DB", "URL", "DATABASE"];
    let rest = of.iter().find_map(|it| name.strip_prefix(it));
    rest.is_some_and(|it| what.contains(&it))
}
