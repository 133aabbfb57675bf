//! How visitors come to a process that no web server in view stands before.
//!
//! Such a server may be on the machine all the same. What says that there is none, or that it sends
//! no files: a platform that runs the project's own programs and nothing else, Traefik, which has no
//! files to send, and a tree that publishes the port and speaks of no web server.

use crate::fact::{Certainty, Fact};
use crate::model::{Asset, Deployment, MEDIA_ROOT, Process, ProcessKind, STATIC_ROOT, Storage};

/// What leads visitors to a process itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// A port of the host.
    Published,
    /// Traefik, by the labels of the service.
    Routed,
    /// The router of the platform that reads the Procfile (Heroku Dev Center, "HTTP Routing").
    Platform,
}

impl Deployment {
    /// How files that a process collects or keeps are asked of that process, and of nobody else.
    pub fn asked_directly(&self, app: &Fact<&Process>, asset: Asset) -> Option<Fact<Way>> {
        let sends_none = |it: &Process| {
            let stock = self.container(&it.name).and_then(|it| it.stock());
            stock.is_some_and(|it| it.value.stock.names.contains(&"traefik"))
        };
        let is_server = |it: &Process| it.kind == ProcessKind::Proxy && !sends_none(it);
        if !self.sites.is_empty() || self.processes.iter().any(is_server) {
            return None;
        }
        let Some((service, ..)) =
            self.services().into_iter().find(|(_, it, _)| std::ptr::eq(*it, app.value))
        else {
            let is_platform =
                self.compose.is_none() && self.containers.is_empty() && self.alone.is_none();
            let is_dyno = is_platform && !self.is_on_host(app.value);
            if !is_dyno || self.surroundings.tells_of_web_server {
                return None;
            }
            let why = "the platform may have a web server of its own that sends them";
            let router = app.value.declared.map(|()| Way::Platform);
            return Some(router.doubt(Certainty::Likely, why));
        };
        if self.is_lent(app, asset) {
            return None;
        }
        if let Some(router) = service.routed_whole() {
            return Some(router.map(|()| Way::Routed));
        }
        let port = service.open_to(app.value)?.open()?;
        if self.surroundings.tells_of_web_server || self.is_on_host_disk(app, asset)? {
            return None;
        }
        let why = "a web server that is not in view may send them";
        Some(port.map(|()| Way::Published).doubt(Certainty::Likely, why))
    }

    fn storage_of(&self, app: &Fact<&Process>, asset: Asset) -> Option<Storage> {
        let root = match asset {
            Asset::Static => app.get(STATIC_ROOT)?,
            Asset::Media => app.get(MEDIA_ROOT)?,
        };
        self.located(&app.dir(self.view(app.value.view), &root)?)
    }

    /// Whether files lie where a program of the machine can read them.
    fn is_on_host_disk(&self, app: &Fact<&Process>, asset: Asset) -> Option<bool> {
        Some(matches!(self.storage_of(app, asset)?, Storage::Checkout(_) | Storage::Host(_)))
    }

    /// Whether a container that does not run the project has them as well.
    fn is_lent(&self, app: &Fact<&Process>, asset: Asset) -> bool {
        let Some(kept) = self.storage_of(app, asset) else { return true };
        let is_external = |name: &str| {
            let mut all = self.compose.iter().flat_map(|it| &it.volumes);
            all.any(|it| it.key.value == name && it.external)
        };
        if matches!(&kept, Storage::Volume { name, .. } if is_external(name)) {
            return true;
        }
        let others = self.processes.iter().filter(|it| !it.has_project_of(app.value));
        others.into_iter().any(|it| {
            let mounts = self.view(it.view).mounts.iter();
            mounts.into_iter().any(|it| kept.below(&it.value.from).is_some())
        })
    }
}
