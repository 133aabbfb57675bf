//! Who answers under a name in the network of a container.

use crate::fact::Fact;
use crate::model::compose::{Condition, Project, Service};
use crate::model::datastore::INITDB;
use crate::model::{
    Connection, Container, Deployment, Endpoint, Host, Process, Redis, RedisServer,
};

/// What a connection of a container leads to.
#[derive(Debug)]
pub enum Target<'a> {
    /// A service, with its process.
    Service(&'a Service, &'a Process),
    /// The container itself, where nothing listens. A service that offers the port, if one does.
    Itself(Option<&'a Service>),
    /// Surely nobody: a name that no service has on the networks of the caller. The service that
    /// has it on another one.
    Nobody(Option<&'a Service>),
}

impl Deployment {
    /// Where a connection leads that is made from a container; `None` if nobody can tell.
    pub fn target(&self, from: &Process, connection: &Connection) -> Option<Target<'_>> {
        let project = self.compose.as_ref()?;
        let caller = project.service(&from.name)?;
        match connection.address() {
            Host::Loopback => self.itself(project, caller, from, connection),
            Host::Name(name) => match project.resolve(caller, &name) {
                Some(service) => {
                    let process = self.processes.iter().find(|it| it.name == service.name.value)?;
                    Some(Target::Service(service, process))
                }
                // Docker answers to the names of containers, and compose makes those of services.
                None if project.names_a_container(&name) => None,
                None if self.surroundings.named_by_hand.contains(&name) => None,
                // A name that a variable is to give may be this one.
                None if project.services.iter().any(Service::has_an_unknown_name) => None,
                None if is_closed(project, caller, &name) => {
                    Some(Target::Nobody(project.answering_to(&name)))
                }
                None => None,
            },
            Host::Any | Host::Address(_) => None,
        }
    }

    /// Whether some service listens where a connection leads, whatever that is called.
    pub fn offers(&self, connection: &Connection) -> bool {
        let listens = |port: u16| self.processes.iter().any(|it| it.listens_at(port));
        connection.port.as_ref().is_none_or(|it| listens(it.value))
    }

    fn itself(
        &self,
        project: &Project,
        caller: &Service,
        from: &Process,
        connection: &Connection,
    ) -> Option<Target<'_>> {
        let port = connection.port.as_ref()?.value;
        if from.listens_at(port) || !self.is_alone(project, caller) {
            return None;
        }
        let offers = |it: &&Process| {
            it.name != from.name
                && it.listens.iter().any(|it| it.value.endpoint.port() == Some(port))
        };
        let offering = self.processes.iter().find(offers);
        let offering = offering.and_then(|it| self.compose.as_ref()?.service(&it.name));
        let exposes = |it: &&Service| {
            let exposed = it.expose.iter().any(|it| it.to_string() == port.to_string());
            it.name.value != from.name && exposed
        };
        let offering = offering.or_else(|| self.compose.as_ref()?.services.iter().find(exposes));
        Some(Target::Itself(offering))
    }

    /// Whether a container has its loopback to itself: one program, and a network of its own.
    pub(super) fn is_alone(&self, project: &Project, service: &Service) -> bool {
        let shared = |it: &Service| {
            it.network_mode.as_ref().is_some_and(|mode| mode.to_string().starts_with("service:"))
        };
        let container = self.container(&service.name.value);
        container.is_some_and(|it| !it.runs_more())
            && service.network_mode.is_none()
            && !project.services.iter().any(shared)
    }

    /// Whether no container of Django's in the same files is on a network with a service: they have no other
    /// way to it than the port that it publishes.
    pub fn is_reached_by_port_alone(&self, service: &Service) -> bool {
        let Some(project) = &self.compose else { return false };
        let callers = self.processes.iter().filter(|it| it.kind.is_app());
        let callers = callers.filter_map(|it| project.service(&it.name));
        let mut callers = callers.filter(|it| it.name.value != service.name.value).peekable();
        let is_own = || service.networks.iter().all(|it| !self.is_external(&it.network.value));
        callers.peek().is_some()
            && callers.all(|it| it.network_mode.is_none() && !project.share_network(it, service))
            && is_own()
    }

    fn is_external(&self, network: &str) -> bool {
        let networks = self.compose.iter().flat_map(|it| &it.networks);
        networks.into_iter().any(|it| it.key.value == network && it.external)
    }

    /// Where a proxy in another container passes requests on to a port of a service.
    pub fn passes_to(&self, service: &Service, wanted: u16) -> Option<Fact<()>> {
        let project = self.compose.as_ref()?;
        self.sites.iter().find_map(|site| {
            let caller = self.service_of(site)?;
            let upstreams = site.routes.iter().flat_map(|route| &route.upstreams);
            upstreams.into_iter().find_map(|upstream| {
                let Endpoint::Tcp { host: Host::Name(name), port } = &upstream.value else {
                    return None;
                };
                let target = project.resolve(caller, name)?;
                let meant = target.name.value == service.name.value && *port == wanted;
                meant.then(|| upstream.map(|_| ()))
            })
        })
    }

    /// Whether a service is started after another: by compose, directly or by what it depends on, or by a
    /// script that brings the other up first.
    pub fn starts_after(&self, service: &Service, other: &str) -> bool {
        let Some(project) = &self.compose else { return false };
        let first = &project.usage.first;
        if first.contains(other) && !first.contains(&service.name.value) {
            return true;
        }
        let mut seen: Vec<&str> = Vec::new();
        let mut next: Vec<&Service> = vec![service];
        while let Some(service) = next.pop() {
            // A link is a dependency as well.
            if service.links_to(other).is_some() {
                return true;
            }
            for dependency in &service.depends_on {
                let name = dependency.service.value.as_str();
                if name == other {
                    return true;
                }
                if !seen.contains(&name) {
                    seen.push(name);
                    next.extend(project.service(name));
                }
            }
        }
        false
    }

    /// The Redis that a process reaches by a URL, if its set-up is in view.
    pub fn redis_at(&self, from: &Process, url: &str) -> Option<&RedisServer> {
        let address = Redis::parse(url)?;
        let Some(project) = &self.compose else {
            let own = address.host == Host::Loopback && address.port == 6379;
            return self.surroundings.redis.as_ref().filter(|_| own);
        };
        let Host::Name(name) = address.host else { return None };
        let service = project.resolve(project.service(&from.name)?, &name)?;
        self.container(&service.name.value)?.redis.as_ref()
    }

    /// Whether compose starts a service only when another is healthy or has ended, directly or by
    /// what it waits for.
    pub fn waits_for(&self, service: &Service, other: &str) -> bool {
        let Some(project) = &self.compose else { return false };
        let mut seen: Vec<&str> = Vec::new();
        let mut next: Vec<&Service> = vec![service];
        while let Some(service) = next.pop() {
            for dependency in &service.depends_on {
                let name = dependency.service.value.as_str();
                if dependency.condition.value == Condition::Started || seen.contains(&name) {
                    continue;
                }
                if name == other {
                    return true;
                }
                seen.push(name);
                next.extend(project.service(name));
            }
        }
        false
    }

    /// That nothing of a service listens on a port of it, with where it does listen.
    pub fn closed_port(&self, process: &Process, port: u16) -> Option<Fact<Vec<u16>>> {
        let container: &Container = self.container(&process.name)?;
        let flavour = container.stock()?;
        // What a stock image is told on its command line may move its port.
        let moved = |word: &Fact<String>| {
            let text = word.value.as_str();
            text.contains("port") || text.contains('$') || text.ends_with(".conf") || text == "-p"
        };
        let service = self.compose.as_ref()?.service(&process.name)?;
        let words = service.command.iter().chain(&service.entrypoint).flat_map(|it| &it.words);
        let told = ["PGPORT", "POSTGRESQL_PORT_NUMBER", "REDIS_PORT", "REDIS_PORT_NUMBER"];
        let told = told.iter().any(|name| !process.environment.layers(name).is_empty());
        let said = words.map(crate::model::text::Text::fact).any(|word| moved(&word));
        // What an image runs when it makes its data may write the server's configuration.
        let prepared = service.volumes.iter().any(|it| it.target.to_string().starts_with(INITDB));
        let ports = flavour.value.stock.ports;
        if told || said || prepared || ports.is_empty() || ports.contains(&port) {
            return None;
        }
        let listening = process.listens.iter().any(|it| it.value.endpoint.port() == Some(port));
        (!listening).then(|| flavour.map(|_| ports.to_vec()))
    }
}

/// Whether all that a name could mean to a container is in view.
fn is_closed(project: &Project, caller: &Service, name: &str) -> bool {
    let networks = || {
        let named = |name: &String| project.networks.iter().find(|it| it.key.value == *name);
        caller.networks.iter().filter_map(move |it| named(&it.network.value))
    };
    // Docker answers no names on the network that it has by itself, but those of links.
    let is_by_number = caller.is_on_docker0() && project.answering_to(name).is_some();
    // Under a name of its own the containers of other projects join it.
    let is_shared = || networks().any(|it| it.name.is_some());
    let open = caller.networks.is_empty() && !is_by_number
        || caller.has_own_names
        || networks().any(|it| it.external)
        || is_shared() && project.answering_to(name).is_none()
        || !project.missing.is_empty()
        || (project.elsewhere.contains(name) && project.service(name).is_none());
    let given = caller.extra_hosts.iter().chain(&caller.links);
    let given = given.map(ToString::to_string).any(|it| it.contains(name));
    !open && !given && !name.contains('.')
}
