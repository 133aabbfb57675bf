//! Who takes a connection: the ports that are published, and what listens behind them.

use crate::fact::Fact;
use crate::model::journey::hop::{At, Trail};
use crate::model::journey::request::{From, Request};
use crate::model::journey::{End, Journeys};
use crate::model::scheme::Peer;
use crate::model::{Deployment, Endpoint, Engine, Host, Listener, ViewId, caddy, nginx, traefik};

/// A web server's configuration, in the network that it listens in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Front<'d> {
    pub(super) engine: &'d Engine,
    pub(super) view: ViewId,
}

/// What a connection reaches.
pub(super) enum Entered<'d> {
    Nginx { config: &'d nginx::Config, view: ViewId, port: u16 },
    Caddy { config: &'d caddy::Config, view: ViewId, port: u16 },
    Traefik { config: &'d traefik::Config, view: ViewId, port: u16 },
    Process { index: usize, peer: Peer },
}

/// How well a deployment fits a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// Nothing in it listens there.
    Nowhere,
    Port,
    /// A site has the name.
    Host,
}

/// A port of a network, and how a client comes to it.
struct Door {
    view: ViewId,
    port: u16,
    /// The line that publishes it, where it is a container's.
    published: Option<Fact<()>>,
    /// Whether a client of another machine comes in here.
    is_public: bool,
    peer: Peer,
}

/// Each configuration once, with the sites that are made of it in one view.
pub(super) fn fronts(deployment: &Deployment) -> Vec<Front<'_>> {
    let mut found: Vec<Front> = Vec::new();
    for site in &deployment.sites {
        let is_same = |known: &Front| known.view == site.view && known.engine.is_of(&site.engine);
        if !found.iter().any(is_same) {
            found.push(Front { engine: &site.engine, view: site.view });
        }
    }
    found
}

impl<'d> Journeys<'d> {
    pub(super) fn enter(&self, request: &Request, trail: &mut Trail) -> Result<Entered<'d>, End> {
        let mut behind_tls = None;
        for door in self.doors(request)? {
            let mut fronts: Vec<Front<'d>> =
                self.fronts.iter().filter(|front| self.listens(front, &door)).copied().collect();
            if fronts.len() > 1 {
                fronts.retain(|front| self.has_host(front, &request.host));
            }
            match fronts.as_slice() {
                [] => {}
                [front] => {
                    if let Some(published) = &door.published {
                        let text = format!(
                            "port {} of the machine leads to `{}`",
                            request.port,
                            self.shown(door.view)
                        );
                        trail.hop(At::Client, text).shows(published, "published here");
                    }
                    return Ok(match front.engine {
                        Engine::Nginx { config, .. } => {
                            Entered::Nginx { config, view: front.view, port: door.port }
                        }
                        Engine::Caddy { config, .. } => {
                            Entered::Caddy { config, view: front.view, port: door.port }
                        }
                        Engine::Traefik { config, .. } => {
                            Entered::Traefik { config, view: front.view, port: door.port }
                        }
                    });
                }
                [_, _, ..] => {
                    let why = format!("several web servers here listen on port {}", door.port);
                    return Err(End::Unknown(why));
                }
            }
            if let Some((index, listening)) = self.listener(&door) {
                let process = &self.deployment.processes[index];
                let text = format!("port {} is `{}` itself", request.port, process.name);
                let hop = trail.hop(At::Client, text);
                hop.shows(&listening, "it listens here");
                if let Some(published) = &door.published {
                    hop.shows(published, "published here");
                }
                behind_tls = Some(index);
                if request.scheme == crate::model::Scheme::Http {
                    return Ok(Entered::Process { index, peer: door.peer });
                }
            }
        }
        Err(match behind_tls {
            Some(index) => self.without_tls(index, trail),
            None => self.nobody_inside(request, trail).unwrap_or_else(|| {
                End::Unknown(format!("nothing in view listens on port {}", request.port))
            }),
        })
    }

    /// Nothing of a container listens where it asks itself.
    fn nobody_inside(&self, request: &Request, trail: &mut Trail) -> Option<End> {
        let From::Process(name) = &request.from else { return None };
        let Host::Loopback = Host::parse(&request.host) else { return None };
        let container = self.deployment.container(name)?;
        let process = self.deployment.closed_to_itself(container, request.port)?;
        let text = format!("nothing in `{name}` listens on port {}", request.port);
        let hop = trail.hop(At::Client, text);
        for listening in &process.value.listens {
            hop.shows(listening, format!("it listens at {}", listening.value.endpoint));
        }
        trail.because(&process);
        Some(End::Refused)
    }

    /// A server of applications that is asked by https itself. A certificate of its own would be
    /// named by an option.
    fn without_tls(&self, index: usize, trail: &mut Trail) -> End {
        let process = &self.deployment.processes[index];
        match &process.started {
            Some(it) if it.has_no_certificate() => {
                let text = format!("`{}` speaks no TLS", process.name);
                trail.hop(At::Client, text).shows(&it.program, "started without a certificate");
                End::Refused
            }
            _ => End::Unknown("whether the server itself speaks TLS is not known".to_owned()),
        }
    }

    /// Whether something takes the request, and knows its host.
    pub fn fit(&self, request: &Request) -> Fit {
        let mut trail = Trail::default();
        let front = match self.enter(request, &mut trail) {
            Ok(Entered::Nginx { .. } | Entered::Caddy { .. } | Entered::Traefik { .. }) => true,
            Ok(Entered::Process { .. }) => return Fit::Port,
            Err(_) => false,
        };
        match front {
            true if self.fronts.iter().any(|it| self.has_host(it, &request.host)) => Fit::Host,
            true => Fit::Port,
            false => Fit::Nowhere,
        }
    }

    fn doors(&self, request: &Request) -> Result<Vec<Door>, End> {
        let host = Host::parse(&request.host);
        let From::Process(name) = &request.from else {
            return Ok(self.public_doors(request));
        };
        let deployment = self.deployment;
        let Some(process) = deployment.processes.iter().find(|it| it.name == *name) else {
            return Err(End::Unknown(format!("there is no process `{name}`")));
        };
        let own = |peer| Door {
            view: process.view,
            port: request.port,
            published: None,
            is_public: false,
            peer,
        };
        if host == Host::Loopback {
            return Ok(vec![own(Peer::Loopback)]);
        }
        let project = deployment.compose.as_ref();
        let caller = project.and_then(|project| project.service(name));
        if let (Some(project), Some(caller), Host::Name(host)) = (project, caller, &host)
            && let Some(service) = project.resolve(caller, host)
            && let Some(view) = self.view_of(&service.name.value)
        {
            let peer = if view == process.view { Peer::Loopback } else { Peer::Elsewhere };
            return Ok(vec![Door { view, ..own(peer) }]);
        }
        Ok(self.public_doors(request))
    }

    /// The machine's own port, and those of containers that are published under its number.
    fn public_doors(&self, request: &Request) -> Vec<Door> {
        let local = request.from != From::Outside;
        let peer = if local { Peer::Loopback } else { Peer::Elsewhere };
        let (port, is_public) = (request.port, !local);
        let mut doors = vec![Door { view: ViewId(0), port, published: None, is_public, peer }];
        let Some(project) = &self.deployment.compose else { return doors };
        for service in project.active(&[]) {
            for entry in &service.ports {
                let (Some(published), Some(target)) =
                    (entry.published_range(), entry.target_range())
                else {
                    continue;
                };
                let (first, last) = published.value;
                if !(first..=last).contains(&port) || (is_public && entry.open().is_none()) {
                    continue;
                }
                let port = target.value.0.saturating_add(port - first);
                let Some(view) = self.view_of(&service.name.value) else { continue };
                let published = Some(published.map(|_| ()).given(&target));
                doors.push(Door { view, port, published, is_public: false, peer: Peer::Elsewhere });
            }
        }
        doors
    }

    fn view_of(&self, service: &str) -> Option<ViewId> {
        let is = |view: &crate::model::View| view.container.as_deref() == Some(service);
        self.deployment.views.iter().position(is).map(ViewId)
    }

    fn shown(&self, view: ViewId) -> &str {
        self.deployment.view(view).container.as_deref().unwrap_or("the machine")
    }

    fn sites_of(&self, front: &Front<'d>) -> impl Iterator<Item = &'d crate::model::Site> {
        let (view, engine) = (front.view, front.engine);
        let sites = self.deployment.sites.iter();
        sites.filter(move |site| site.view == view && site.engine.is_of(engine))
    }

    fn listens(&self, front: &Front<'d>, door: &Door) -> bool {
        if front.view != door.view {
            return false;
        }
        if let Engine::Caddy { config, .. } = front.engine {
            return config.servers.iter().any(|server| server.port == door.port);
        }
        let open = |it: &Listener| it.port == Some(door.port) && !(door.is_public && it.loopback);
        self.sites_of(front).flat_map(|site| &site.listeners).any(|it| open(&it.value))
    }

    fn has_host(&self, front: &Front<'d>, host: &str) -> bool {
        let is = |name: &Fact<crate::model::SiteName>| matches!(&name.value, crate::model::SiteName::Host(it) if it == host);
        self.sites_of(front).any(|site| site.names.iter().any(is))
    }

    /// The process that listens behind a door itself.
    fn listener(&self, door: &Door) -> Option<(usize, Fact<()>)> {
        let open = |endpoint: &Endpoint| match endpoint {
            Endpoint::Tcp { host: Host::Loopback, port } => {
                *port == door.port && door.peer == Peer::Loopback
            }
            Endpoint::Tcp { port, .. } => *port == door.port,
            Endpoint::Unix(_) => false,
        };
        let mut all = self.deployment.processes.iter().enumerate();
        all.find_map(|(index, process)| {
            let found = process.listens.iter().find(|it| open(&it.value.endpoint))?;
            (process.view == door.view).then(|| (index, found.map(|_| ())))
        })
    }
}
