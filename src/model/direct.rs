//! How visitors come to a process that no web server in view stands before.
//!
//! Such a server may be on the machine all the same. What says that there is none, or that it sends
//! no files: a platform that runs the project's own programs and nothing else, Traefik, which has no
//! files to send, and a tree that publishes the port and speaks of no web server.

use crate::fact::{Certainty, Fact};
use crate::model::{Asset, Deployment, Process, ProcessKind, Storage};

/// What leads visitors to a process itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// A port of the host.
    Published,
    /// Traefik, by the labels of the service.
    Routed,
    /// The router of the platform that reads the Procfile (Heroku Dev Center, "HTTP Routing"), or a description
    /// of its own.
    Platform,
}

impl Deployment {
    /// How files that a process collects or keeps are asked of that process, and of nobody else.
    pub fn asked_directly(&self, app: &Fact<&Process>, asset: Asset) -> Option<Fact<Way>> {
        let is_traefik =
            |it: &Process| self.container(&it.name)?.stock().map(|it| it.value.is("traefik"));
        let is_server =
            |it: &Process| it.kind == ProcessKind::Proxy && is_traefik(it) != Some(true);
        if !self.sites.is_empty() || self.processes.iter().any(is_server) {
            return None;
        }
        let mut services = self.services().into_iter();
        let Some((service, ..)) = services.find(|(_, it, _)| std::ptr::eq(*it, app.value)) else {
            return self.by_platform(app);
        };
        let root = match asset {
            Asset::Static => app.collects_into()?,
            Asset::Media => app.keeps_uploads_in()?,
        };
        let kept = self.located(&app.dir(self.view(app.value.view), &root)?)?;
        if self.is_lent(app, &kept) {
            return None;
        }
        if let Some(router) = service.routed_whole() {
            return Some(router.map(|()| Way::Routed));
        }
        let (_, port) = service.open_to(app.value)?;
        // A program of the machine may read them there. What the container has to itself nobody can.
        let around = &self.surroundings;
        let is_on_host = matches!(kept, Storage::Checkout(_) | Storage::Host(_));
        let is_within = matches!(kept, Storage::Container { .. });
        let is_in_reach = !is_within || around.carried.is_out_of_containers();
        if is_on_host || around.tells_of_web_server && is_in_reach {
            return None;
        }
        let why = "a web server that is not in view may send them";
        Some(port.map(|()| Way::Published).doubt(Certainty::Likely, why))
    }

    /// That a platform starts a process, by a Procfile or a description, and nothing speaks of another server there.
    fn by_platform(&self, app: &Fact<&Process>) -> Option<Fact<Way>> {
        let is_platform =
            self.compose.is_none() && self.containers.is_empty() && self.alone.is_none();
        let is_dyno = is_platform && !self.is_on_host(app.value);
        if !is_dyno || self.surroundings.tells_of_web_server {
            return None;
        }
        let why = "the platform may have a web server of its own that sends them";
        Some(app.value.declared.map(|()| Way::Platform).doubt(Certainty::Likely, why))
    }

    /// Whether a container that does not run the project has files of it as well, or may.
    fn is_lent(&self, app: &Fact<&Process>, kept: &Storage) -> bool {
        let is_external = |name: &str| {
            let mut all = self.compose.iter().flat_map(|it| &it.volumes);
            all.any(|it| it.key.value == name && it.external)
        };
        if matches!(kept, Storage::Volume { name, .. } if is_external(name)) {
            return true;
        }
        let others = self.processes.iter().filter(|it| !it.has_project_of(app.value));
        let mut mounts = others.flat_map(|it| &self.view(it.view).mounts);
        mounts.any(|it| kept.below(&it.value.from).is_some())
    }
}
