//! What runs together: processes and sites of one host, or of one set of compose files.

use crate::fact::{Certainty, Fact};
use crate::model::command::Program;
use crate::model::compose;
use crate::model::contract::Contract;
use crate::model::django::Project;
use crate::model::nginx;
use crate::model::observed::Observed;
use crate::model::text::Fallback;
use crate::model::units::Unit;
use crate::model::{
    AbsentFile, Container, DEBUG, Dir, Elsewhere, Endpoint, Helper, Process, Route, Site, Storage,
    Surroundings, View, ViewId,
};
use crate::source::Place;
use camino::Utf8Path;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, OnceLock};

#[derive(Debug)]
pub struct Deployment {
    pub name: String,
    pub stage: Fact<Stage>,
    pub views: Vec<View>,
    pub processes: Vec<Process>,
    /// Those that compose starts, one for each service.
    pub containers: Vec<Container>,
    pub sites: Vec<Site>,
    /// Names of variables in nginx's files that were to be filled in when a container starts, and
    /// are not.
    pub unrendered: Vec<Fact<String>>,
    /// The configurations of nginx that the sites are of, fragments included.
    pub nginx: Vec<Arc<nginx::Config>>,
    /// Units as they are, for the rules about units.
    pub units: Vec<Unit>,
    /// Ports of the machine that other deployments of the tree publish.
    pub taken: BTreeSet<u16>,
    /// The compose project, for the rules about compose.
    pub compose: Option<compose::Project>,
    /// What the tree holds beside what runs, for all deployments of it.
    pub surroundings: Arc<Surroundings>,
    /// Env files that processes are to read and that are not there.
    pub absent_files: Vec<AbsentFile>,
    /// Scripts that load another env file than the units.
    pub loaded_elsewhere: Vec<Elsewhere>,
    /// What the operator declares of it.
    pub contract: Option<Contract>,
    /// What scripts run `manage.py` with.
    pub helpers: Vec<Helper>,
    /// What the machine showed of itself, if one was asked.
    pub observed: Option<Observed>,
    /// Found when it is first asked for, when all the rest is there.
    pub(in crate::model) starts: OnceLock<Starts>,
}

/// Units and processes by where the command stands that the one starts and the other is. Most rules
/// ask, and to look through all for each would take time in the square.
#[derive(Debug)]
pub(in crate::model) struct Starts {
    units: HashMap<Place, usize>,
    processes: HashMap<Place, usize>,
}

impl Starts {
    fn of(units: &[Unit], processes: &[Process]) -> Self {
        let unit = |(at, unit): (usize, &Unit)| Some((unit.main_command()?, at));
        let process =
            |(at, process): (usize, &Process)| Some((process.declared.evidence().place()?, at));
        // Backwards, so that the first of each place stays.
        Self {
            units: units.iter().enumerate().rev().filter_map(unit).collect(),
            processes: processes.iter().enumerate().rev().filter_map(process).collect(),
        }
    }
}

/// What a deployment is for. Only production is judged, unless somebody asks for more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    Production,
    Development,
    Test,
}

/// The one process that answers requests, and what is passed on to where it does not listen.
#[derive(Debug)]
pub struct Missed<'a> {
    pub process: Fact<&'a Process>,
    pub upstreams: Vec<(&'a Site, Fact<Endpoint>)>,
}

impl Stage {
    pub fn name(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::Development => "development",
            Self::Test => "test",
        }
    }
}

impl Deployment {
    pub fn view(&self, id: ViewId) -> &View {
        &self.views[id.0]
    }

    /// The unit that starts a process.
    pub fn unit(&self, process: &Process) -> Option<&Unit> {
        let place = process.declared.evidence().place()?;
        let unit = *self.starts().units.get(&place)?;
        Some(&self.units[unit])
    }

    /// The process that a unit starts.
    pub fn process_of(&self, unit: &Unit) -> Option<&Process> {
        let process = *self.starts().processes.get(&unit.main_command()?)?;
        Some(&self.processes[process])
    }

    fn starts(&self) -> &Starts {
        self.starts.get_or_init(|| Starts::of(&self.units, &self.processes))
    }

    /// The process behind a route.
    pub fn process(&self, route: &Route) -> Option<Fact<&Process>> {
        Some(route.process.as_ref()?.map(|index| &self.processes[*index]))
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

    /// What sites pass on past the only process that could answer. `None` if something reaches
    /// it, nobody can tell where it listens, or others could answer as well; beside others that are
    /// reached, it has a socket of the same name elsewhere.
    pub fn missed(&self) -> Option<Missed<'_>> {
        let routes =
            || self.sites.iter().flat_map(|site| site.routes.iter().map(move |it| (site, it)));
        let reached = routes().filter(|(_, route)| !route.missed);
        let reached: BTreeSet<usize> =
            reached.filter_map(|(_, route)| Some(route.process.as_ref()?.value)).collect();
        let mut unreached = (0..self.processes.len())
            .filter(|it| self.processes[*it].kind.is_web() && !reached.contains(it));
        let process = &self.processes[unreached.next()?];
        if unreached.next().is_some() || !process.listens_known || process.listens.is_empty() {
            return None;
        }
        let alike = |to: &Endpoint| {
            reached.is_empty() || process.listens.iter().any(|it| it.value.endpoint.is_named_as(to))
        };
        let mut upstreams: Vec<(&Site, Fact<Endpoint>)> = Vec::new();
        for (site, route) in routes() {
            for upstream in &route.upstreams {
                let surely = alike(&upstream.value) && self.misses(site.view, upstream, process);
                let place = upstream.evidence().place();
                let again = upstreams.iter().any(|(_, it)| it.evidence().place() == place);
                let taken = upstream.value.port().is_some_and(|port| self.taken.contains(&port));
                if taken {
                    return None;
                }
                if surely && !again {
                    upstreams.push((site, upstream.clone()));
                }
            }
        }
        // Several addresses are several programs, and nobody can tell which is meant for Django.
        let first = upstreams.first().map(|(_, it)| it.value.clone());
        if upstreams.iter().any(|(_, it)| Some(&it.value) != first.as_ref()) {
            return None;
        }
        Some(Missed { process: process.fact(), upstreams })
    }

    /// Whether DEBUG is on in what may well be a developer's own: nothing says that the deployment
    /// is for others, so what else such settings leave open is no fault.
    pub fn is_a_trial(&self, process: &Process) -> bool {
        let doubted = self.stage.evidence().certainty() < Certainty::Certain;
        doubted && process.fact().get(DEBUG).is_some_and(|debug| debug.value)
    }

    /// Whether it is but a project that nothing in view runs.
    pub fn is_assumed(&self) -> bool {
        self.compose.is_none()
            && self.units.is_empty()
            && self.views.iter().all(|view| view.container.is_none() && !view.complete)
    }

    /// Whether a process runs on the machine itself, and in no container.
    pub fn is_on_host(&self, process: &Process) -> bool {
        self.view(process.view).container.is_none()
    }

    /// Whether a site is the machine's own, and none of a container.
    pub fn is_on_host_view(&self, site: &Site) -> bool {
        self.view(site.view).container.is_none()
    }

    /// The processes that answer requests with Django.
    pub fn webs(&self) -> impl Iterator<Item = &Process> {
        self.processes.iter().filter(|process| process.kind.is_web())
    }

    /// Whether a process of this kind runs a project here, or may: one whose program is not known,
    /// or that belongs to files which may be used together with these.
    pub fn may_run(&self, project: &Arc<Project>, is: fn(&Process) -> bool) -> bool {
        let of_project = |it: &Process| {
            it.django.as_ref().is_none_or(|django| Arc::ptr_eq(&django.project, project))
        };
        let unknown = |it: &Process| {
            let named = it.started.as_ref().map(|it| &it.program.value);
            let container = self.container(&it.name);
            let of_another = container.and_then(|it| it.context.as_ref());
            let of_another = of_another.is_some_and(|it| !project.root.starts_with(it));
            let pulled = container.is_some_and(|it| it.stock().is_some());
            !of_another && !pulled && matches!(named, None | Some(Program::Shell | Program::Other))
        };
        let more = |it: &Process| self.container(&it.name).is_some_and(Container::runs_more);
        let elsewhere = self.compose.as_ref().is_some_and(|it| !it.elsewhere.is_empty());
        let here = &self.processes;
        elsewhere || here.iter().any(|it| of_project(it) && (is(it) || unknown(it) || more(it)))
    }

    pub fn container(&self, service: &str) -> Option<&Container> {
        self.containers.iter().find(|container| container.name == service)
    }

    /// Each service that compose starts, with the process in it and its container.
    pub fn services(&self) -> Vec<(&compose::Service, &Process, &Container)> {
        let Some(project) = &self.compose else { return Vec::new() };
        // Most rules ask, and to look for each by its name would take time in the square.
        let services = first_by_name(&project.services, |it| it.name.value.as_str());
        let containers = first_by_name(&self.containers, |it| it.name.as_str());
        let each = self.processes.iter().filter_map(|process| {
            let name = process.name.as_str();
            Some((*services.get(name)?, process, *containers.get(name)?))
        });
        each.collect()
    }

    /// That a service of compose has no health check. `None` if it has, or nobody can tell.
    pub fn lacks_healthcheck(&self, name: &str) -> Option<Fact<()>> {
        let service = self.compose.as_ref()?.service(name)?;
        if let Some(check) = &service.healthcheck {
            let disabled = check.disable.as_ref().is_some_and(|it| it.value);
            let place = match &check.test {
                Some(compose::Test::None(place)) => Some(*place),
                _ if disabled => Some(check.place),
                Some(compose::Test::Exec(_) | compose::Test::Shell(_)) => return None,
                None => None,
            };
            if let Some(place) = place {
                return Some(Fact::at((), place));
            }
        }
        let has = self.container(name)?.has_healthcheck()?;
        (!has).then(|| service.name.map(|_| ()))
    }

    /// The processes that run the project's own code for others. Those under settings of
    /// development are left out: what is wrong with them is that they are loaded.
    pub fn apps(&self) -> impl Iterator<Item = &Process> {
        let apps = self.processes.iter().filter(|process| process.kind.is_app());
        apps.filter(|process| !process.is_for_developers() && process.has_settings_to_judge())
    }

    /// The processes that answer visitors, under settings that are meant for them. Of a project
    /// whose web process is not in view, another that loads the same settings.
    pub fn serving(&self) -> impl Iterator<Item = Fact<&Process>> {
        let module = |process: &Process| Some(process.django.as_ref()?.module.value.clone());
        let (webs, others): (Vec<&Process>, Vec<&Process>) =
            self.apps().partition(|process| process.kind.is_web());
        let mut seen: Vec<_> = webs.iter().map(|it| module(it)).collect();
        let mut found: Vec<Fact<&Process>> = webs.into_iter().map(Process::fact).collect();
        for process in others {
            let module = module(process);
            if !seen.contains(&module) {
                let why = "no web process with these settings is in view";
                found.push(process.fact().doubt(Certainty::Likely, why));
                seen.push(module);
            }
        }
        found.into_iter()
    }

    /// Those among them with DEBUG off or not known: where it is on, that is what there is to say.
    pub fn live(&self) -> impl Iterator<Item = Fact<&Process>> {
        self.serving().filter(|app| app.get(DEBUG).is_none_or(|debug| !debug.value))
    }

    /// The sites that pass requests on to a process and are reached by https, at what says so.
    pub fn https_sites(&self, process: &Process) -> Vec<(&Site, Fact<()>)> {
        let pairs = self.proxied().into_iter().filter(|(_, it)| std::ptr::eq(it.value, process));
        let https = |(site, app): (&'_ Site, Fact<&Process>)| {
            let https = site.https().filter(|https| https.value && !site.is_local())?;
            Some(https.map(|_| ()).given(&app))
        };
        pairs.filter_map(|(site, app)| Some((site, https((site, app))?))).collect()
    }

    /// What a compose file gives a process for the case that a variable is not set.
    pub fn fallback(&self, process: &Process, name: &str) -> Option<Fallback> {
        let service = self.compose.as_ref()?.service(&process.name)?;
        let value = service.variable(name)?.value.as_ref()?;
        value.defaults().into_iter().next()
    }

    /// Where the bytes of a directory are.
    pub fn located(&self, dir: &Fact<Dir>) -> Option<Storage> {
        Some(self.view(dir.value.view).locate(&dir.value)?.value)
    }

    /// Whether the image of a container may have something at a directory: an image that is
    /// pulled has nothing but its own.
    pub fn brings(&self, dir: &Fact<Dir>) -> Option<bool> {
        let container = self.container(dir.value.container.as_deref()?)?;
        let Some(image) = &container.image else {
            let own = dir.value.path.starts_with("/usr") || dir.value.path.starts_with("/etc");
            return container.stock().map(|_| own);
        };
        Some(image.may_bring_to(&dir.value.path))
    }

    /// Whether a directory is of a container's own files, and the build of its image may put some
    /// there, as those that an earlier stage collected.
    pub fn is_built_in(&self, dir: &Fact<Dir>) -> bool {
        let container = dir.value.container.as_deref().and_then(|it| self.container(it));
        let image = container.and_then(|it| it.image.as_ref());
        matches!(self.located(dir), Some(Storage::Container { .. }))
            && image.is_some_and(|it| it.may_bring_to(&dir.value.path))
    }

    /// Where compose mounts what a directory lies on.
    pub fn mount(&self, dir: &Fact<Dir>) -> Option<Fact<()>> {
        let view = self.view(dir.value.view);
        view.container.as_ref()?;
        Some(view.mount(&dir.value.path)?.map(|_| ()))
    }

    /// Whether two directories are one, or `None` where nothing relates them.
    pub fn same_dir(&self, a: &Fact<Dir>, b: &Fact<Dir>) -> Option<Fact<bool>> {
        let links = &self.surroundings.links;
        let place = |dir: &Fact<Dir>| {
            let found = self.view(dir.value.view).locate(&dir.value)?.given(dir);
            Some(found.map(|storage| match storage {
                Storage::Checkout(path) => Storage::Checkout(links.follow(path)),
                other => other.clone(),
            }))
        };
        let (a, b) = (place(a)?, place(b)?);
        a.zip(&b).try_map(|(a, b)| match (*a, *b) {
            (Storage::Checkout(tree), Storage::Host(_))
            | (Storage::Host(_), Storage::Checkout(tree)) => {
                self.lies_on_host(tree).then_some(false)
            }
            (a, b) => a.same(b),
        })
    }

    /// Whether it is known where the host has a folder of the tree: then a path of the host that
    /// does not lead there leads elsewhere.
    fn lies_on_host(&self, folder: &Utf8Path) -> bool {
        self.views.first().is_some_and(|host| {
            host.container.is_none()
                && host.mounts.iter().any(|mount| match &mount.value.from {
                    Storage::Checkout(from) => folder.starts_with(from),
                    _ => false,
                })
        })
    }
}

/// The first of each name.
fn first_by_name<'t, T>(all: &'t [T], name: impl Fn(&'t T) -> &'t str) -> HashMap<&'t str, &'t T> {
    let mut first = HashMap::new();
    for it in all {
        first.entry(name(it)).or_insert(it);
    }
    first
}
