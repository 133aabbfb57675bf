//! Which sites pass requests on to which processes, and which of them miss.

use crate::fact::{Certainty, Fact};
use crate::model::command::Started;
use crate::model::nginx::Level;
use crate::model::site::{Listener, names_asked};
use crate::model::{Deployment, Endpoint, Engine, Host, Process, ProcessKind, Route, Site, ViewId};
use crate::source::Place;
use std::collections::BTreeSet;

/// The one process that answers requests, and what is passed on to where it does not listen.
#[derive(Debug)]
pub struct Missed<'a> {
    pub process: Fact<&'a Process>,
    pub upstreams: Vec<(&'a Site, Fact<Endpoint>)>,
}

/// Why what misses a process may be for another one.
const STARTED_BY_A_SCRIPT: &str =
    "a script of the tree starts a server where the proxy connects to";

impl Deployment {
    /// The process behind a route.
    pub fn process(&self, route: &Route) -> Option<Fact<&Process>> {
        Some(route.process.as_ref()?.map(|index| &self.processes[*index]))
    }

    /// A site's upstream, if the site misses the process that it is taken to be for, and a script of the
    /// tree starts a server there: the same project, perhaps, in a folder of its own.
    pub fn may_be_for_another(&self, site: &Site) -> Option<Fact<()>> {
        let missed = site.routes.iter().filter(|route| route.missed);
        let mut upstreams = missed.flat_map(|route| &route.upstreams);
        let started = upstreams.find(|it| self.surroundings.starts_at(&it.value))?;
        Some(started.map(|_| ()).doubt(Certainty::Likely, STARTED_BY_A_SCRIPT))
    }

    /// Whether sites pass requests on to what goes by this name in a network of containers.
    pub fn is_asked_by_sites(&self, name: &str) -> bool {
        names_asked(&self.sites).any(|it| it == name)
    }

    /// The process behind a route, if it is this one.
    pub fn leads_to(&self, route: &Route, process: &Process) -> Option<Fact<&Process>> {
        self.process(route).filter(|it| std::ptr::eq(it.value, process))
    }

    /// The routes of a site that lead to a process.
    pub fn routes_of<'d>(
        &self,
        site: &'d Site,
        process: &Process,
    ) -> impl Iterator<Item = &'d Route> {
        site.routes.iter().filter(|route| self.leads_to(route, process).is_some())
    }

    /// The routes that lead to a process, with their sites.
    pub fn routes_before<'d>(
        &'d self,
        process: &Process,
    ) -> impl Iterator<Item = (&'d Site, &'d Route)> {
        let each = self.sites.iter();
        each.flat_map(move |site| self.routes_of(site, process).map(move |it| (site, it)))
    }

    /// Whether all that leads to a process is for WebSockets: no page of it is asked for, and so nobody gets
    /// a cookie from it.
    pub fn is_for_websockets_alone(&self, process: &Process) -> bool {
        let mut routes = self.routes_before(process).peekable();
        routes.peek().is_some() && routes.all(|(_, route)| route.is_for_websockets())
    }

    /// Whether `client_max_body_size` may be set for a route in what is not in view: a file that it
    /// includes, or one that is written before nginx starts.
    pub fn may_limit_bodies_elsewhere(&self, site: &Site, route: &Route) -> bool {
        site.level(route).is_some_and(Level::includes_unseen)
            || self.may_write_nginx(site, "client_max_body_size")
    }

    /// Whether what a site of the machine passes on comes to a container that is none of Django's: a web
    /// server, as a rule, which makes a request of its own of it.
    pub fn leads_to_another_server(&self, site: &Site, route: &Route) -> bool {
        let is_front = |it: &Fact<Endpoint>| match &it.value {
            Endpoint::Tcp { host: Host::Loopback | Host::Any, port } => self.fronts.contains(port),
            Endpoint::Tcp { .. } | Endpoint::Unix(_) => false,
        };
        self.is_on_host_view(site) && route.upstreams.iter().any(is_front)
    }

    /// Each site with each process of Django that it passes requests to, once.
    pub fn proxied(&self) -> Vec<(&Site, Fact<&Process>)> {
        let mut pairs: Vec<(&Site, Fact<&Process>)> = Vec::new();
        for site in &self.sites {
            for process in site.routes.iter().filter_map(|route| self.process(route)) {
                let again = pairs.iter().any(|(it, known)| {
                    std::ptr::eq(*it, site) && std::ptr::eq(known.value, process.value)
                });
                if process.value.kind.is_web() && !again {
                    pairs.push((site, process));
                }
            }
        }
        pairs
    }

    /// Each route that leads to a process of Django.
    pub fn app_routes(&self) -> Vec<(&Site, &Route, Fact<&Process>)> {
        let mut found = Vec::new();
        for site in &self.sites {
            for route in &site.routes {
                let process = self.process(route).filter(|it| it.value.kind.is_web());
                found.extend(process.map(|process| (site, route, process)));
            }
        }
        found
    }

    /// The sites that pass requests on to a process.
    pub fn sites_before(&self, process: &Process) -> impl Iterator<Item = &Site> {
        let pairs = self.proxied().into_iter().filter(|(_, it)| std::ptr::eq(it.value, process));
        pairs.map(|(site, _)| site)
    }

    /// Whether another site of the machine passes requests on to this one, by a name that it answers to: what
    /// visitors get at all, that other one says.
    pub fn is_inner(&self, site: &Site) -> bool {
        self.passing_on_to(site).next().is_some()
    }

    /// Whether all that leads to a process sends it one host, whatever the client asked for.
    pub fn has_one_host(&self, process: &Process) -> bool {
        !self.is_published(process) && self.every_host_sent(process, |it| !it.contains(['$', '{']))
    }

    /// Whether an application is told of no host that a client asked for, as nginx sends the name of its
    /// upstream by itself.
    pub fn hides_hosts(&self, process: &Process) -> bool {
        self.every_host_sent(process, |it| it == "$proxy_host")
    }

    /// Whether something passes requests on to a process, and the host that is sent is always one like this.
    fn every_host_sent(&self, process: &Process, is_it: impl Fn(&str) -> bool) -> bool {
        let mut routes = self.routes_before(process).peekable();
        routes.peek().is_some()
            && routes.all(|(_, route)| route.sends("host").is_some_and(|it| is_it(&it.value)))
    }

    /// Whether each site of nginx that leads to a process leaves hosts that it has no name of to another
    /// (ngx_http_core_module, `listen`, "default_server").
    pub fn leaves_strangers_to_others(&self, process: &Process) -> bool {
        let mut sites = self.sites_before(process).peekable();
        let is_apart =
            |it: &Site| matches!(it.engine, Engine::Nginx { .. }) && !it.takes_any_host();
        !self.is_published(process) && sites.peek().is_some() && sites.all(is_apart)
    }

    /// Whether clients reach a process past whatever stands before it.
    fn is_published(&self, process: &Process) -> bool {
        let service = self.compose.as_ref().and_then(|it| it.service(&process.name));
        service.is_some_and(|it| it.ports.iter().any(|port| port.open().is_some()))
    }

    /// The sites that pass requests on to a process and are reached by https, at what says so. One that
    /// passes them on to another site of the same server, which has the process, is one as well.
    pub fn https_sites(&self, process: &Process) -> Vec<(&Site, Fact<()>)> {
        let pairs = self.proxied().into_iter().filter(|(_, it)| std::ptr::eq(it.value, process));
        let pairs: Vec<_> = pairs.map(|(site, app)| (site, app.map(|_| ()))).collect();
        let fronts = pairs.iter().flat_map(|(site, app)| {
            let fronts = self.passing_on_to(site);
            fronts.map(move |(front, to)| (front, to.given(app)))
        });
        let fronts: Vec<_> = fronts.collect();
        let all = pairs.into_iter().chain(fronts).filter(|(site, _)| !site.is_local());
        let mut found: Vec<(&Site, Fact<()>)> = Vec::new();
        for (site, app) in all {
            if let Some(https) = self.reached_by_https(site)
                && !found.iter().any(|(known, _)| std::ptr::eq(*known, site))
            {
                found.push((site, https.given(&app)));
            }
        }
        found
    }

    /// The sites of a machine that pass requests on to another one of its sites, at what says so:
    /// `proxy_pass http://www.example.com:8000` before `listen 8000`.
    pub fn passing_on_to<'d>(
        &'d self,
        site: &'d Site,
    ) -> impl Iterator<Item = (&'d Site, Fact<()>)> + use<'d> {
        let listens = |at: u16| site.listeners.iter().any(|it| it.value.port == Some(at));
        let leads_here = move |to: &Endpoint| match to {
            Endpoint::Tcp { host: Host::Loopback | Host::Any, port } => listens(*port),
            Endpoint::Tcp { host: Host::Name(name), port } => {
                listens(*port) && site.names.iter().any(|it| it.value.is(name))
            }
            Endpoint::Tcp { host: Host::Address(_), .. } | Endpoint::Unix(_) => false,
        };
        let others =
            self.sites.iter().filter(|it| it.view == site.view && !std::ptr::eq(*it, site));
        others.filter_map(move |front| {
            let mut to = front.routes.iter().flat_map(|route| &route.upstreams);
            Some((front, to.find(|it| leads_here(&it.value))?.map(|_| ())))
        })
    }

    /// That only the settings speak of https, by the header that a proxy tells of it by: what takes it is
    /// not in view, and nothing in view says that nobody does.
    pub fn told_of_https_only(&self, app: &Fact<&Process>) -> Option<Fact<()>> {
        let sites: Vec<&Site> = self.sites_before(app.value).collect();
        let proxies = self.processes.iter().any(|it| it.kind == ProcessKind::Proxy);
        if sites.is_empty() && (proxies || !self.sites.is_empty())
            || sites.iter().any(|site| site.speaks_tls())
        {
            return None;
        }
        // A proxy that says of each request what it was by says that none came by https, and for a mere
        // address nothing in front of it has a certificate.
        let says_http =
            |route: &Route| app.told_scheme(route).is_some_and(|it| it.value == "$scheme");
        let is_plain = |site: &&Site| {
            site.is_without_name()
                && self.behind_traefik(site).is_none()
                && site.routes.iter().any(says_http)
        };
        let all_plain = !sites.is_empty() && sites.iter().all(is_plain);
        if all_plain || sites.is_empty() && self.is_told_of_http(app.value) {
            return None;
        }
        app.is_told_of_https()
    }

    /// What says that browsers reach a site by https.
    pub fn reached_by_https(&self, site: &Site) -> Option<Fact<()>> {
        let Some(https) = site.https().filter(|https| https.value).map(|it| it.map(|_| ())) else {
            return site.sends_to_https_before();
        };
        let Some(ports) = self.keeps_tls_inside(site) else { return Some(https) };
        let why = "the container publishes ports, and none of them for https";
        Some(https.given(&Fact::at((), ports).doubt(Certainty::Likely, why)))
    }

    /// The ports that compose publishes of a site's container, if it takes TLS at none of them.
    pub fn keeps_tls_inside(&self, site: &Site) -> Option<Place> {
        let ports = &self.service_of(site)?.ports;
        let known: Vec<_> = ports.iter().map(|it| it.target_range()).collect::<Option<_>>()?;
        let takes = |listener: &Listener| {
            let leads = |port: u16| ports.iter().any(|it| it.leads_to(port));
            listener.tls && listener.port.is_none_or(leads)
        };
        let is_open = site.listeners.iter().any(|it| takes(&it.value));
        known.first().filter(|_| !is_open)?.evidence().place()
    }

    /// The port by which browsers come to a port of the site's server: of a container, the one that
    /// compose publishes it as. `None` if there are several others, or nobody can tell.
    pub fn public_port(&self, site: &Site, port: u16) -> Option<u16> {
        let Some(service) = self.service_of(site) else { return Some(port) };
        let entries = service.ports.iter().filter(|it| it.leads_to(port));
        let mut published = Vec::new();
        for entry in entries {
            let (first, last) = entry.published_range()?.value;
            let (target, _) = entry.target_range()?.value;
            published.push(first.saturating_add(port - target).min(last));
        }
        match published[..] {
            // Another proxy is in front of it, or it has the machine's own network.
            [] => Some(port),
            [only] => Some(only),
            _ => published.contains(&port).then_some(port),
        }
    }

    /// What sites pass on past the only process that could answer. `None` if something reaches
    /// it, nobody can tell where it listens, or others could answer as well; beside others that are
    /// reached, it has a socket of the same name or the same port elsewhere.
    pub fn missed(&self) -> Option<Missed<'_>> {
        let routes =
            || self.sites.iter().flat_map(|site| site.routes.iter().map(move |it| (site, it)));
        let reached = routes().filter(|(_, route)| !route.missed);
        // What Flower is asked says nothing of what is asked of Django.
        let reached: BTreeSet<usize> = reached
            .filter_map(|(_, route)| Some(route.process.as_ref()?.value))
            .filter(|it| self.processes[*it].kind.is_web())
            .collect();
        let mut unreached = (0..self.processes.len())
            .filter(|it| self.processes[*it].kind.is_web() && !reached.contains(it));
        let process = &self.processes[unreached.next()?];
        if unreached.next().is_some() || !process.listens_known || process.listens.is_empty() {
            return None;
        }
        let alike = |to: &Endpoint| {
            let is_at = |port: u16| process.listens_at(port);
            reached.is_empty()
                || to.port().is_some_and(is_at)
                || process.listens.iter().any(|it| it.value.endpoint.is_named_as(to))
        };
        // Beside what it passes on to another process of the project, all the rest is for this one.
        let root = |it: &Process| it.django.as_ref().map(|it| it.project.root.clone());
        let beside = |site: &Site, route: &Route| {
            let others =
                site.routes.iter().filter(|it| !it.missed).filter_map(|it| self.process(it));
            let mut others = others.filter(|it| it.value.django.is_some());
            (route.missed || route.process.is_none())
                && route.for_everything
                && others.any(|it| root(it.value) == root(process))
        };
        let mut upstreams = self.unmet(process, &|_, _, to| alike(to))?;
        // Only where nothing else is meant for it: what a site asks of others is theirs.
        let guessed = upstreams.is_empty();
        if guessed {
            upstreams = self.unmet(process, &|site, route, _| beside(site, route))?;
        }
        // Several addresses are several programs, and nobody can tell which is meant for Django.
        let first = upstreams.first().map(|(_, it)| it.value.clone());
        if upstreams.iter().any(|(_, it)| Some(&it.value) != first.as_ref()) {
            return None;
        }
        let mut process = process.fact();
        if first.is_some_and(|it| self.surroundings.starts_at(&it)) {
            process = process.doubt(Certainty::Likely, STARTED_BY_A_SCRIPT);
        }
        // With its socket unit put aside, it listens where its own command says.
        let binds = |to: &Endpoint| {
            let own = process.value.started.iter().flat_map(Started::listens);
            own.into_iter().any(|it| it.value.endpoint == *to)
        };
        if process.value.is_activated() && upstreams.iter().any(|(_, it)| binds(&it.value)) {
            process = process.doubt(Certainty::Likely, "by itself it would listen there");
        }
        if guessed && !upstreams.is_empty() {
            let why = "what listens where the proxy connects to is not in view";
            process = process.doubt(Certainty::Likely, why);
        }
        Some(Missed { process, upstreams })
    }

    /// The same, where it is in view what the process listens at.
    pub fn missed_in_view(&self) -> Option<Missed<'_>> {
        self.missed().filter(|it| !it.process.value.listens_unseen())
    }

    /// Where the nginx of another container listens, if a proxy in a container connects to a port that
    /// it does not have.
    pub fn missed_nginx(&self, from: ViewId, upstream: &Endpoint) -> Option<&Fact<u16>> {
        self.view(from).container.as_ref()?;
        let Endpoint::Tcp { host: Host::Name(name), port } = upstream else { return None };
        let service = self.compose.as_ref()?.answering_to(name)?;
        let ports = self.container(&service.name.value)?.nginx_ports.as_ref()?;
        let listens = ports.iter().any(|it| it.value == *port);
        ports.first().filter(|_| !listens)
    }

    /// What sites pass on to where a process does not listen, of what may be meant for it. `None` if
    /// others listen there.
    fn unmet(
        &self,
        process: &Process,
        may_be: &dyn Fn(&Site, &Route, &Endpoint) -> bool,
    ) -> Option<Vec<(&Site, Fact<Endpoint>)>> {
        let mut upstreams: Vec<(&Site, Fact<Endpoint>)> = Vec::new();
        // What an image has is before what that image runs, and it is not in view.
        let sites = self.sites.iter().filter(|site| !site.of_image);
        let routes = sites.flat_map(|site| site.routes.iter().map(move |it| (site, it)));
        for (site, route) in routes.filter(|(_, route)| !process.is_foreign_to(route)) {
            for upstream in &route.upstreams {
                let to = &upstream.value;
                let misses = may_be(site, route, to) && self.misses(site.view, upstream, process);
                let place = upstream.evidence().place();
                let again = upstreams.iter().any(|(_, it)| it.evidence().place() == place);
                // What is published is reached on the machine, and not within a network of containers.
                let published =
                    |port: u16| self.is_on_host_view(site) && self.taken.contains(&port);
                if to.port().is_some_and(published) {
                    return None;
                }
                if misses && !again {
                    upstreams.push((site, upstream.clone()));
                }
            }
        }
        Some(upstreams)
    }
}
