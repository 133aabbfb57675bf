//! What scripts of the tree do with a project: which services they start together, which alone.

use crate::fact::Fact;
use crate::model::compose::{Condition, Project, Service};
use std::collections::BTreeSet;

/// As scripts, Makefiles and workflows say it.
#[derive(Clone, Debug, Default)]
pub struct Usage {
    /// Swarm runs it: `docker stack deploy`.
    pub is_stack: bool,
    /// A text for people says how to hand it to Swarm.
    pub is_told_as_stack: bool,
    /// What deploys a push brings these files up on the server.
    pub is_deployed: bool,
    /// Something brings these files up by their names, and no others over them.
    pub is_started_alone: bool,
    /// A script that is called after deploying brings these files up, or a guide does below such a heading.
    pub is_called_deploying: bool,
    /// No script uses these files, and some deploys others that are called production's.
    pub is_passed_over: bool,
    /// A README says that compose is there for developers. Files of another name may be meant by no
    /// such sentence.
    pub is_told_for_developers: bool,
    /// Editors open one of its containers to work in, and nothing in view brings it up for visitors.
    pub is_opened_by_editors: bool,
    /// What deploys a push brings up others on the server that are called production's and lie beside
    /// these, which are called after no stage.
    pub is_beside_deployed: bool,
    /// What deploys a push brings up the files that compose takes by itself, and nothing names these,
    /// which lie beside them.
    pub is_left_aside: bool,
    /// A script builds its images for a platform that starts them by itself, and nothing in view starts
    /// what it says.
    pub is_only_built: bool,
    /// The platform that something in the tree deploys the site to, where nothing in view starts these
    /// files for visitors.
    pub platform: Option<Fact<&'static str>>,
    /// Some call or document names another env file than compose takes by itself: `--env-file`.
    pub names_env_file: bool,
    /// The option by which something that deploys the project deletes its volumes first.
    pub drops_volumes: Option<Fact<()>>,
    /// The services that are run by themselves, with the command that their file gives them.
    pub jobs: BTreeSet<String>,
    /// Those that are run by themselves with a command of the call, and the entrypoint that they have.
    pub runs: Vec<Fact<Ran>>,
    pub started: Started,
    /// The services that a script brings up by themselves, and gives time, before it brings up others.
    pub first: BTreeSet<String>,
}

/// A service with the command that it is run with: `docker compose run --rm certbot certonly`.
#[derive(Clone, Debug)]
pub struct Ran {
    pub service: String,
    /// As far as quotes leave them whole.
    pub words: Vec<String>,
}

/// What `up` is called with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Started {
    /// Nothing in view calls it.
    #[default]
    Unseen,
    /// Some call names no service, or one that nobody knows.
    All,
    /// Every call names services: these, by call.
    Named(Vec<BTreeSet<String>>),
}

impl Started {
    /// Whether some call names a service.
    pub fn names(&self, service: &str) -> bool {
        match self {
            Self::Named(calls) => calls.iter().any(|names| names.contains(service)),
            Self::Unseen | Self::All => false,
        }
    }
}

impl Project {
    /// Whether a service reads an env file that compose itself does not look at.
    pub fn reads_other_env_files(&self) -> bool {
        let paths =
            self.services.iter().flat_map(|it| &it.env_files).filter_map(|it| it.path.known());
        paths.into_iter().any(|it| it.value.rsplit('/').next() != Some(".env"))
    }

    /// Whether a service is only there for others to extend, as its name says. `up` starts it as well,
    /// but nothing waits for it or reaches it, and what it does then is nobody's care.
    pub fn is_template(&self, service: &Service) -> bool {
        let name = &service.name.value;
        let mut words = name.split(['-', '_', '.']);
        let is_named =
            words.any(|it| ["base", "common", "template", "abstract", "defaults"].contains(&it));
        let is_reached = !service.ports.is_empty() || service.container_name.is_some();
        let needs = |it: &Service| it.depends_on.iter().any(|it| it.service.value == *name);
        is_named
            && self.extended.contains(name)
            && !is_reached
            && !self.usage.started.names(name)
            && !self.services.iter().any(needs)
    }

    /// Whether `up` starts a service, as far as scripts show: `up` brings along what those that it
    /// names depend on (Compose, "docker compose up").
    pub fn starts(&self, name: &str) -> bool {
        match &self.usage.started {
            Started::Unseen => !self.usage.jobs.contains(name),
            Started::All => true,
            Started::Named(calls) => calls.iter().any(|it| self.reached(it).contains(&name)),
        }
    }

    /// Whether some service starts once another has done its work and ended.
    pub fn waits_for_end_of(&self, service: &str) -> bool {
        let mut waits = self.services.iter().flat_map(|it| &it.depends_on);
        waits.any(|it| it.service.value == service && it.condition.value == Condition::Completed)
    }

    /// Whether one call of `up` starts both of two services. Those of different calls may take turns, as
    /// what fetches a certificate at port 80 does while nothing else listens there.
    pub fn start_together(&self, one: &str, other: &str) -> bool {
        match &self.usage.started {
            Started::Unseen | Started::All => true,
            Started::Named(calls) => calls
                .iter()
                .map(|it| self.reached(it))
                .any(|reached| reached.contains(&one) && reached.contains(&other)),
        }
    }

    /// The services that a call starts which names some.
    fn reached<'p>(&'p self, names: &'p BTreeSet<String>) -> Vec<&'p str> {
        let mut reached: Vec<&str> = names.iter().map(String::as_str).collect();
        let mut at = 0;
        while let Some(next) = reached.get(at) {
            at += 1;
            let needs = self.service(next).map(|it| it.depends_on.as_slice());
            let needs = needs.into_iter().flatten().map(|it| it.service.value.as_str());
            let new: Vec<&str> = needs.filter(|it| !reached.contains(it)).collect();
            reached.extend(new);
        }
        reached
    }
}
