//! What processes are given that nothing reads.

use crate::fact::{Certainty, Fact, Lookup};
use crate::model::django::VARIABLE;
use crate::model::image::Role;
use crate::model::mention::Use;
use crate::model::text::{Part, Source, Text};
use crate::model::variables::{is_read_by_databases, is_read_from_beside};
use crate::model::{Deployment, Process, compose, is_read_by_programs};
use crate::python;
use crate::source::Place;
use std::collections::HashSet;

/// A variable that a process is given and nothing reads.
#[derive(Clone, Debug)]
pub struct Idle<'a> {
    pub process: &'a Process,
    pub name: String,
    pub at: Fact<()>,
}

/// Images that read no variable but those of their own configuration.
const READ_NONE: &[&str] = &["redis", "valkey/valkey", "valkey", "memcached"];

/// What the official image of PostgreSQL reads where it makes the database, each from a file as well if
/// `_FILE` follows (`docker-entrypoint.sh` of docker-library/postgres).
const OF_POSTGRES: &[&str] = &[
    "POSTGRES_DB",
    "POSTGRES_USER",
    "POSTGRES_PASSWORD",
    "POSTGRES_INITDB_ARGS",
    "POSTGRES_INITDB_WALDIR",
    "POSTGRES_HOST_AUTH_METHOD",
];

/// Whether files of the tree are mounted that may read what they please, as scripts for the first start.
fn has_scripts(service: &compose::Service) -> bool {
    let is_data = |it: &compose::Mount| {
        let target = it.target.known();
        target.is_some_and(|it| it.value.starts_with("/var/lib/postgresql"))
    };
    !service.volumes.iter().all(is_data)
}

/// Whether the settings of a process are others than those in view, which may ask for anything.
fn has_unseen_settings(process: &Process) -> bool {
    match &process.django {
        Some(it) => it.hollow || it.project.module(&it.module.value).is_none(),
        None => !matches!(process.environment.get(VARIABLE), Lookup::Absent),
    }
}

impl Deployment {
    /// What processes are given that neither settings nor any other code asks for.
    pub fn idle(&self) -> Vec<Idle<'_>> {
        let mut idle: Vec<Idle> = Vec::new();
        // What several services share by an anchor is for whichever of them reads it.
        let mut read = HashSet::new();
        let mut places = HashSet::new();
        // What an image reads that is only taken for this one, nobody knows.
        let is_sure = |it: &&Process| it.declared.evidence().certainty() == Certainty::Certain;
        for process in &self.processes {
            let is_told = is_sure(&process) && !process.is_for_developers();
            for name in process.environment.names() {
                let Some(at) = self.supplied_at(process, name) else { continue };
                let place = at.evidence().place();
                if !is_told || self.may_be_read(process, name) {
                    read.insert(place);
                } else if places.insert(place) {
                    idle.push(Idle { process, name: name.to_owned(), at });
                }
            }
        }
        idle.retain(|it| !read.contains(&it.at.evidence().place()));
        idle
    }

    /// Where a file of the tree gives a variable to this very process.
    fn supplied_at(&self, process: &Process, name: &str) -> Option<Fact<()>> {
        let layer = process.environment.layers(name).last()?;
        if !process.environment.sets(name) {
            return None;
        }
        let service = self.compose.as_ref().and_then(|it| it.service(&process.name));
        if let Some(variable) = service.and_then(|it| it.variable(name)) {
            return Some(variable.name.map(|_| ()));
        }
        let place = layer.evidence().place()?;
        if self.is_meant_for_django(process, name, place) {
            return Some(layer.map(|_| ()));
        }
        let unit = self.unit(process)?;
        let of_unit =
            unit.all("Service", "Environment").any(|it| it.value.place().file == place.file);
        of_unit.then(|| layer.map(|_| ()))
    }

    /// Whether the Dockerfile sets a variable that is called like a setting of the project's or of
    /// Django's: what else it sets is often there for programs of the image that nobody sees.
    fn is_meant_for_django(&self, process: &Process, name: &str, place: Place) -> bool {
        let image = self.container(&process.name).and_then(|it| it.image.as_ref());
        let namespace = process.django.as_ref().and_then(|it| it.evaluation.namespace());
        let is_setting = |name: &str| {
            namespace.is_some_and(|it| it.named(name).is_some()) || python::knows_setting(name)
        };
        image.is_some_and(|it| it.target().place.file == place.file)
            && (is_setting(name) || name.strip_prefix("DJANGO_").is_some_and(is_setting))
    }

    fn may_be_read(&self, process: &Process, name: &str) -> bool {
        if is_read_from_beside(name) {
            return true;
        }
        if let Some(flavour) = self.container(&process.name).and_then(|it| it.stock()) {
            let stock = flavour.value.stock;
            let names = |known: &[&str]| stock.names.iter().any(|it| known.contains(it));
            let service = self.compose.as_ref().and_then(|it| it.service(&process.name));
            if names(READ_NONE) {
                return name == "TZ"
                    || name == "REDISCLI_AUTH"
                    || service.is_none_or(|service| service.mentions(name));
            }
            if flavour.value.is_postgres() && name.starts_with("POSTGRES_") {
                return OF_POSTGRES.contains(&name.strip_suffix("_FILE").unwrap_or(name))
                    || service.is_none_or(|it| it.mentions(name) || has_scripts(it));
            }
            if !names(&["caddy"]) {
                return true;
            }
        } else if process.django.is_none() && !self.runs_code_in_view(process)
            || has_unseen_settings(process)
            || self.processes.iter().all(|it| it.django.is_none())
        {
            // What reads it may be of a project that is not in view.
            return true;
        }
        // A server of Django's is no database, and what it runs is in view.
        let is_own_code = process.django.is_some()
            && process.runs_python()
            && (self.container(&process.name).is_none() || self.runs_code_in_view(process));
        is_read_by_programs(name) && !(is_own_code && is_read_by_databases(name))
            || self.asks_for(name)
            || self.surroundings.is_used(name, &[Use::Read])
    }

    /// Whether a process is Python of an image that is built here, on one that has no more than a
    /// language: another brings programs that read what they please.
    fn runs_code_in_view(&self, process: &Process) -> bool {
        let container = self.container(&process.name).filter(|it| it.image.is_some());
        let base = container.and_then(|it| it.flavour.as_ref()).map(|it| it.value.stock.role);
        base == Some(Role::Base) && process.runs_python()
    }
}

impl compose::Service {
    /// Whether anything that runs in the container is told this name: `$$NAME` of a command. What
    /// compose fills in is a value by then.
    fn mentions(&self, name: &str) -> bool {
        let told = |text: &Text| {
            let written = |part: &Fact<Part>| {
                part.value.source == Source::Literal && part.value.text.contains(name)
            };
            text.parts().iter().any(written)
        };
        let commands = self.command.iter().chain(&self.entrypoint);
        let checked = match self.healthcheck.as_ref().and_then(|it| it.test.as_ref()) {
            Some(compose::Test::Exec(words)) => words.iter().any(told),
            Some(compose::Test::Shell(text)) => told(text),
            Some(compose::Test::None(_)) | None => false,
        };
        checked || commands.flat_map(|it| &it.words).any(told)
    }
}
