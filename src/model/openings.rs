//! What a deployment has open to other machines.

use crate::diagnostic::Subject;
use crate::fact::Fact;
use crate::model::{Deployment, Endpoint, Host};

/// Ports that other machines reach.
#[derive(Clone, Debug)]
pub struct Opening {
    pub subject: Subject,
    /// The service, unit or site.
    pub by: String,
    /// What it is commonly called: the names of its image.
    kinds: Vec<&'static str>,
    /// First and last.
    pub ports: (u16, u16),
    pub at: Fact<()>,
}

impl Opening {
    /// Whether an operator who speaks of a service means this one.
    pub fn is_of(&self, name: &str) -> bool {
        let bare = |it: &str| it.trim_end_matches(".service").to_owned();
        let alike = |kind: &&&str| bare(kind).starts_with(name) || name.starts_with(*kind);
        bare(&self.by) == bare(name) || self.kinds.iter().find(alike).is_some()
    }
}

impl Deployment {
    /// Every port that compose publishes, or that a program of the host takes for all addresses.
    pub fn open_ports(&self) -> Vec<Opening> {
        let mut found = self.published_ports();
        found.extend(self.host_ports());
        let mut seen = Vec::new();
        found.retain(|it| {
            let key = (it.ports, it.at.evidence().place());
            let again = seen.contains(&key);
            seen.push(key);
            !again
        });
        found
    }

    fn published_ports(&self) -> Vec<Opening> {
        let mut found = Vec::new();
        for (service, process, container) in self.services() {
            let kinds = container.stock().map(|it| it.value.stock.names.to_vec());
            for port in &service.ports {
                let Some((open, range)) = port.open().zip(port.published_range()) else { continue };
                found.push(Opening {
                    subject: process.into(),
                    by: process.name.clone(),
                    kinds: kinds.clone().unwrap_or_default(),
                    ports: range.value,
                    at: open.given(&range),
                });
            }
        }
        found
    }

    fn host_ports(&self) -> Vec<Opening> {
        let mut found = Vec::new();
        for process in self.processes.iter().filter(|it| self.is_on_host(it)) {
            for listening in &process.listens {
                let Endpoint::Tcp { host: Host::Any, port } = listening.value.endpoint else {
                    continue;
                };
                found.push(Opening {
                    subject: process.into(),
                    by: process.name.clone(),
                    kinds: Vec::new(),
                    ports: (port, port),
                    at: listening.map(|_| ()),
                });
            }
        }
        for site in self.sites.iter().filter(|it| self.is_on_host_view(it)) {
            for listener in site.listeners.iter().filter(|it| !it.value.loopback) {
                let Some(port) = listener.value.port else { continue };
                found.push(Opening {
                    subject: site.into(),
                    by: site.name.clone(),
                    kinds: Vec::new(),
                    ports: (port, port),
                    at: listener.map(|_| ()),
                });
            }
        }
        let redis = self.surroundings.redis.as_ref().filter(|_| self.compose.is_none());
        if let Some(bind) = redis.and_then(|it| it.open_to_all()) {
            found.push(Opening {
                subject: Subject::Nothing,
                by: "redis".to_owned(),
                kinds: vec!["redis"],
                ports: (6379, 6379),
                at: bind.map(|_| ()),
            });
        }
        let servers = self.surroundings.postgres.iter().filter(|_| self.compose.is_none());
        for (server, listen) in servers.filter_map(|it| Some((it, it.open_to_all()?))) {
            found.push(Opening {
                subject: Subject::Nothing,
                by: "postgresql".to_owned(),
                kinds: vec!["postgres", "postgresql"],
                ports: (server.port(), server.port()),
                at: listen.map(|_| ()),
            });
        }
        found
    }
}
