//! Who takes whose connections: addresses looked up in the network and file system of the caller.

use crate::fact::{Certainty, Fact, symbol};
use crate::model::compose;
use crate::model::image::{Flavour, Image, Role};
use crate::model::nginx;
use crate::model::{
    Deployment, Endpoint, Engine, Host, Listening, Process, Route, Site, ViewId, reaches,
};
use crate::source::Place;

impl Deployment {
    /// Whether a process takes connections that are made to an address from a view; as its index.
    pub fn takes(&self, from: ViewId, to: &Fact<Endpoint>, index: usize) -> Option<Fact<usize>> {
        takes(self, from, to, index)
    }

    /// Whether an address has the name of a process's container, and that process answers requests on a port
    /// that nobody knows; as its index.
    pub fn may_take(&self, from: ViewId, to: &Fact<Endpoint>, index: usize) -> Option<Fact<usize>> {
        const WHY: &str = "the port that it listens on is not known";
        let Endpoint::Tcp { host: Host::Name(name), .. } = &to.value else { return None };
        let process = &self.processes[index];
        let is_open = process.kind.is_web() && process.listens.is_empty() && !process.listens_known;
        let target = called(self, from, name, process).filter(|_| is_open)?;
        Some(to.map(|_| index).given(&target.name).doubt(Certainty::Likely, WHY))
    }

    /// Where a site asks for a port of the host by an address that everybody has: closed to others, it is
    /// closed to that as well.
    pub fn asked_by_address(&self, published: &compose::Port) -> Option<Fact<()>> {
        let upstreams = self.sites.iter().flat_map(|it| &it.routes).flat_map(|it| &it.upstreams);
        let mut asking = upstreams.filter(|it| match &it.value {
            Endpoint::Tcp { host: Host::Address(_), port } => published.takes(*port),
            _ => false,
        });
        asking.next().map(|it| it.map(|_| ()))
    }

    /// The addresses that a site's server looks up when it starts: those of its routes, and of each
    /// `upstream` of its configuration, used or not.
    pub fn looked_up(&self, site: &Site) -> Vec<Fact<Endpoint>> {
        let mut found: Vec<Fact<Endpoint>> = Vec::new();
        // An address with a variable in it is looked up with each request (ngx_http_proxy_module,
        // "proxy_pass"), whatever the variable is set to.
        let at_start = site.routes.iter().filter(|route| !route.pass.value.contains('$'));
        let of_routes = at_start.flat_map(|route| route.upstreams.iter().cloned());
        let of_groups = match &site.engine {
            Engine::Nginx { config, .. } => {
                config.upstreams().flat_map(|it| it.servers()).filter_map(endpoint).collect()
            }
            Engine::Caddy { .. } | Engine::Traefik { .. } => Vec::new(),
        };
        for it in of_routes.chain(of_groups) {
            let place = it.evidence().place();
            if !found.iter().any(|known| known.evidence().place() == place) {
                found.push(it);
            }
        }
        found
    }

    /// The name of an upstream that nothing in the container's networks answers to. `None` if
    /// something does, or others decide: the machine's network, hosts that are added, networks
    /// that containers of other projects share.
    pub fn unresolved(&self, site: &Site, to: &Fact<Endpoint>) -> Option<String> {
        let Endpoint::Tcp { host: Host::Name(name), .. } = &to.value else { return None };
        let project = self.compose.as_ref()?;
        let caller = service_of(self, project, site.view)?;
        match &site.engine {
            Engine::Nginx { config, .. } => {
                if self.may_be_a_group(config, site, name, to) {
                    return None;
                }
            }
            Engine::Caddy { .. } => {}
            Engine::Traefik { .. } => return None,
        }
        self.answers_nobody(project, caller, name).then(|| name.clone())
    }

    /// The name of an upstream that a container on the network of the host looks up there, and what puts it
    /// there: Docker's own name server knows the names of services, and is asked in networks of Docker's
    /// alone (Docker's documentation, "Host network driver", "Networking overview"). `None` where the
    /// container has names of its own, or the name may be that of a machine.
    pub fn asked_of_host(&self, site: &Site, to: &Fact<Endpoint>) -> Option<(String, Fact<()>)> {
        let Engine::Nginx { config, .. } = &site.engine else { return None };
        let Endpoint::Tcp { host: Host::Name(name), .. } = &to.value else { return None };
        let caller = service_of(self, self.compose.as_ref()?, site.view)?;
        let mode = caller.network_mode.as_ref()?.known().filter(|it| it.value == "host")?;
        let may_be_others = caller.has_own_names
            || !caller.extra_hosts.is_empty()
            || name.contains('.')
            || symbol::is_symbolic(name)
            || self.surroundings.is_word_edited(name)
            || self.may_be_a_group(config, site, name, to);
        (!may_be_others).then(|| (name.clone(), mode.map(|_| ())))
    }

    /// The service of a container that has to run before a site's nginx can start, since its name is
    /// looked up then: what looks for it, and what it looks for.
    pub fn started_upon(
        &self,
        site: &Site,
        to: &Fact<Endpoint>,
    ) -> Option<(&compose::Service, &compose::Service)> {
        let Engine::Nginx { config, .. } = &site.engine else { return None };
        let Endpoint::Tcp { host: Host::Name(name), .. } = &to.value else { return None };
        let project = self.compose.as_ref()?;
        let caller = service_of(self, project, site.view)?;
        // Names that others bring are found without the other's container.
        let is_added = !caller.extra_hosts.is_empty() || caller.network_mode.is_some();
        if is_added || self.may_be_a_group(config, site, name, to) {
            return None;
        }
        let needed = project.resolve(caller, name)?;
        // In the same namespace, or by the container itself, it is answered at once.
        let is_apart = needed.network_mode.is_none() && needed.name.value != caller.name.value;
        (is_apart && !self.nginx_may_wait(site, caller)).then_some((caller, needed))
    }

    /// Whether what starts the nginx of a container may wait for others first: a command or a script that
    /// is not that of nginx's own image.
    fn nginx_may_wait(&self, site: &Site, service: &compose::Service) -> bool {
        let Some(container) = self.container(&service.name.value) else { return true };
        // Commands of a script are in an order of their own.
        if service.by_command {
            return true;
        }
        // It writes the addresses of the containers that are there.
        let is_nginx_proxy = |it: &Fact<Flavour>| it.value.is("nginxproxy/nginx-proxy");
        if container.flavour.as_ref().is_some_and(is_nginx_proxy) {
            return true;
        }
        let image = container.image.as_ref();
        let is_told = service.commands().next().is_some() || self.view(site.view).has_hooks(image);
        let starts_nginx = container.role().is_some_and(|role| role.value == Role::Proxy)
            && image.is_none_or(Image::starts_as_its_base);
        match starts_nginx && !is_told {
            true => false,
            false => container.waits(),
        }
    }

    /// Whether a name is that of a group of nginx's servers, in view or perhaps out of it.
    fn may_be_a_group(
        &self,
        config: &nginx::Config,
        site: &Site,
        name: &str,
        to: &Fact<Endpoint>,
    ) -> bool {
        // nginx refuses an upstream's name with a port, and looks nothing up. The servers of a group
        // it looks up whatever the group is called.
        let place = to.evidence().place();
        let mut servers = config.upstreams().flat_map(|it| it.servers());
        let of_group = servers.any(|server| server.evidence().place() == place);
        if config.upstream(name).is_some() && !of_group {
            return true;
        }
        // A name without a port may be that of a group which is out of view, as what is written when the
        // container starts.
        let has_group_elsewhere =
            || !config.http().scope().unseen.is_empty() || self.may_write_nginx(site, "upstream");
        !of_group && !names_port(site, place) && has_group_elsewhere()
    }

    /// Whether nothing in a container's networks answers to a name, and nobody out of view may.
    fn answers_nobody(
        &self,
        project: &compose::Project,
        caller: &compose::Service,
        name: &str,
    ) -> bool {
        let networks = || caller.networks.iter().map(|it| &it.network.value);
        let known = |name: &str| project.networks.iter().find(|it| it.key.value == *name);
        let shared = networks().any(|name| known(name).is_some_and(|it| it.external));
        let added = !caller.extra_hosts.is_empty() || !caller.links.is_empty();
        let elsewhere = caller.network_mode.is_some() || shared || added;
        let may_be_others = elsewhere
            || name.contains('.')
            || symbol::is_symbolic(name)
            || !project.missing.is_empty()
            || self.surroundings.is_word_edited(name)
            || project.names_a_container(name)
            || project.services.iter().any(compose::Service::has_an_unknown_name);
        !may_be_others && project.resolve(caller, name).is_none()
    }

    /// Whether connections to an address are meant for a process and surely find nobody there.
    pub fn misses(&self, from: ViewId, to: &Fact<Endpoint>, process: &Process) -> bool {
        // A name is another machine's, or a container's.
        let is_named = matches!(to.value, Endpoint::Tcp { host: Host::Name(_), .. });
        if process.view == from && !is_named {
            let away = |it: &Fact<Listening>| reaches(&to.value, &it.value.endpoint) == Some(false);
            return process.listens.iter().all(away);
        }
        let Some(project) = &self.compose else { return false };
        let Some(caller) = service_of(self, project, from) else { return false };
        let Endpoint::Tcp { host, port } = &to.value else { return false };
        let Host::Name(name) = host else {
            // The port that compose publishes of it is the machine's, and not the container's.
            let service = project.service(&process.name);
            let is_published =
                || service.is_some_and(|it| it.ports.iter().any(|it| it.takes(*port)));
            return *host == Host::Loopback
                && (process.listens_at(*port) || is_published())
                && self.container(&process.name).is_some()
                && self.is_only_a_proxy(project, caller, *port);
        };
        // In a network of containers a name says who is meant.
        let target = project.resolve(caller, name);
        target.is_some_and(|it| it.name.value == process.name) && !process.listens_at(*port)
    }

    /// Whether a container runs nothing but a web server, and no site of that listens at a port.
    fn is_only_a_proxy(
        &self,
        project: &compose::Project,
        service: &compose::Service,
        port: u16,
    ) -> bool {
        let Some(container) = self.container(&service.name.value) else { return false };
        let is_own =
            |site: &&Site| self.view(site.view).container.as_ref() == Some(&container.name);
        let own = self.sites.iter().filter(is_own).flat_map(|site| &site.listeners);
        let mut ports = own.map(|it| it.value.port);
        container.role().is_some_and(|role| role.value == Role::Proxy)
            && ports.all(|it| it.is_some_and(|it| it != port))
            && self.is_alone(project, service)
    }
}

fn takes(
    deployment: &Deployment,
    from: ViewId,
    to: &Fact<Endpoint>,
    index: usize,
) -> Option<Fact<usize>> {
    let process = &deployment.processes[index];
    if process.view == from {
        let listening = process
            .listens
            .iter()
            .find(|it| reaches(&to.value, &it.value.endpoint) == Some(true))?;
        return Some(to.map(|_| index).given(listening));
    }
    match &to.value {
        Endpoint::Unix(path) => {
            let at = |view: ViewId, path| {
                let view_of = deployment.view(view);
                view_of.locate(&view_of.dir(view, path))
            };
            let wanted = at(from, path)?;
            process.listens.iter().find_map(|listening| {
                let Endpoint::Unix(bound) = &listening.value.endpoint else { return None };
                let bound = at(process.view, bound)?;
                let same = wanted.value.same(&bound.value) == Some(true);
                same.then(|| to.map(|_| index).given(&wanted).given(&bound).given(listening))
            })
        }
        Endpoint::Tcp { host: Host::Name(name), port } => {
            let target = called(deployment, from, name, process)?;
            let open = process.listens.iter().find(|it| matches!(
                &it.value.endpoint,
                Endpoint::Tcp { host: Host::Any | Host::Address(_) | Host::Name(_), port: bound }
                    if bound == port
            ))?;
            Some(to.map(|_| index).given(&target.name).given(open))
        }
        Endpoint::Tcp { host: Host::Loopback | Host::Any, port } if from == ViewId(0) => {
            published(deployment, process, *port).map(|port| to.map(|_| index).given(&port))
        }
        Endpoint::Tcp { host: Host::Loopback | Host::Any | Host::Address(_), .. } => None,
    }
}

/// The service of a process, if a container finds it under a name.
fn called<'d>(
    deployment: &'d Deployment,
    from: ViewId,
    name: &str,
    process: &Process,
) -> Option<&'d compose::Service> {
    let project = deployment.compose.as_ref()?;
    let target = project.service(&process.name)?;
    let found = project.resolve(service_of(deployment, project, from)?, name)?;
    (found.name.value == target.name.value).then_some(target)
}

fn endpoint(server: Fact<nginx::UpstreamServer>) -> Option<Fact<Endpoint>> {
    server.try_map(|server| match &server.target {
        nginx::Target::Tcp { host, port } if !server.down => {
            Some(Endpoint::Tcp { host: Host::parse(host), port: *port })
        }
        _ => None,
    })
}

fn service_of<'a>(
    deployment: &Deployment,
    project: &'a compose::Project,
    view: ViewId,
) -> Option<&'a compose::Service> {
    project.service(deployment.view(view).container.as_ref()?)
}

/// A port of the host that compose passes on to this process.
fn published(deployment: &Deployment, process: &Process, port: u16) -> Option<Fact<()>> {
    let service = deployment.compose.as_ref()?.service(&process.name)?;
    let entry = service.ports.iter().find(|entry| entry.takes(port))?;
    Some(entry.published_range()?.map(|_| ()))
}

/// Whether the route that passes on to the upstream of a place has a port in its address.
fn names_port(site: &Site, upstream: Option<Place>) -> bool {
    let leads = |route: &&Route| route.upstreams.iter().any(|it| it.evidence().place() == upstream);
    site.routes.iter().filter(leads).all(Route::names_port)
}
