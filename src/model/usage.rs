//! Who starts services, and whether they are there to stay.

use crate::diagnostic::Edit;
use crate::model::{Deployment, compose};
use crate::source::words;

impl Deployment {
    /// Whether Swarm runs it, by the file's name or because a script says so. It reads no `restart`,
    /// and starts everything again by itself (Compose Deploy Specification, "restart_policy").
    pub fn is_stack(&self) -> bool {
        let name = self.name.rsplit('/').next().unwrap_or_default();
        name.contains("stack")
            || name.contains("swarm")
            || self.compose.as_ref().is_some_and(|it| it.usage.is_stack)
    }

    /// Whether Swarm may well run it, as a text for people says or its file, by what nothing else
    /// reads: compose has no store of secrets, and refuses one that is `external`.
    pub fn may_be_stack(&self) -> bool {
        let says = |it: &compose::Project| {
            it.usage.is_told_as_stack
                || it.services.iter().any(|it| it.is_for_swarm)
                || it.secrets.iter().any(|it| it.external)
        };
        self.is_stack() || self.compose.as_ref().is_some_and(says)
    }

    /// What has nobody but the host itself reach a port. Swarm publishes on every address of every node,
    /// whatever stands before it ("ignoring IP-address", docker/cli, cli/compose/loader).
    pub fn keep_on_host(&self, port: &compose::Port) -> Option<Edit> {
        if self.may_be_stack() { None } else { port.keep_on_host() }
    }

    /// Whether its name says that what is to go live is shown or tried there first.
    pub fn is_rehearsal(&self) -> bool {
        let name = self.name.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
        let mut words = name.split(['.', '-', '_']);
        is_before_production(&name)
            || words.any(|it| matches!(it, "staging" | "stage" | "demo" | "uat"))
    }

    /// Whether a service is started together with the others. Scripts that name no server of the
    /// project's own bring up a part, as nginx for its first certificate, and that is not how it is
    /// deployed.
    pub fn starts_with_others(&self, service: &str) -> bool {
        let Some(project) = &self.compose else { return true };
        let started = &project.usage.started;
        let names_some = matches!(started, compose::Started::Named(_));
        let is_a_part = names_some && !self.webs().any(|it| started.names(&it.name));
        is_a_part || project.starts(service)
    }

    /// Whether scripts run a service by itself, as what does its work and ends.
    pub fn is_job(&self, service: &str) -> bool {
        let project = self.compose.as_ref();
        project.is_some_and(|it| it.usage.jobs.contains(service))
            || project.is_some_and(|it| it.waits_for_end_of(service))
            || !self.starts_with_others(service)
    }
}

/// Whether a name is that of what comes before production: `docker-compose.pre-prod.yml`.
pub(in crate::model) fn is_before_production(name: &str) -> bool {
    words(name).concat().contains("preprod")
}
