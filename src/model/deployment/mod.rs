//! What runs together: processes and sites of one host, or of one set of compose files.

use crate::fact::{Certainty, Fact, Origin};
use crate::model::command::Program;
use crate::model::compose;
use crate::model::contract::Contract;
use crate::model::django::Project;
use crate::model::nginx;
use crate::model::observed::Observed;
use crate::model::settings::Setting;
use crate::model::site::is_for_everybody;
use crate::model::text::Fallback;
use crate::model::units::Unit;
use crate::model::{
    ALLOWED_HOSTS, AbsentFile, Container, DEBUG, Elsewhere, Helper, Lacking, NeededBy, Process,
    ProcessKind, Site, SiteName, Surroundings, Unrendered, View, ViewId,
};
use crate::source::Place;
use crate::syntax::kind;
use camino::Utf8Path;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, OnceLock};

mod dirs;
mod passing;

pub use passing::Missed;

#[derive(Debug)]
pub struct Deployment {
    pub name: String,
    pub stage: Fact<Stage>,
    /// Whether something in it is only worth its line on a server.
    pub kept_up: bool,
    pub views: Vec<View>,
    pub processes: Vec<Process>,
    /// Those that compose starts, one for each service.
    pub containers: Vec<Container>,
    pub sites: Vec<Site>,
    /// Names of variables in nginx's files that were to be filled in when a container starts, and
    /// are not.
    pub unrendered: Vec<Unrendered>,
    /// The configurations of nginx that the sites are of, fragments included.
    pub nginx: Vec<Arc<nginx::Config>>,
    /// Units as they are, for the rules about units.
    pub units: Vec<Unit>,
    /// Ports of the machine that other deployments of the tree publish.
    pub taken: BTreeSet<u16>,
    /// Those among them that no container of Django's publishes: what answers there may be a proxy itself.
    pub fronts: BTreeSet<u16>,
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
    /// The container of an image that nothing in view runs: only what the image itself decides holds
    /// of it.
    pub alone: Option<Container>,
    /// That its platform keeps nothing of what is written there, but for the volumes in view.
    pub forgets: Option<Fact<()>>,
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

impl Stage {
    pub fn name(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::Development => "development",
            Self::Test => "test",
        }
    }

    /// Whether no visitor comes by: what it is for is developers or tests.
    pub fn is_for_few(self) -> bool {
        matches!(self, Self::Development | Self::Test)
    }
}

impl Deployment {
    pub fn view(&self, id: ViewId) -> &View {
        &self.views[id.0]
    }

    /// The platform that the site is deployed to, where nothing in view starts these compose files.
    pub fn platform(&self) -> Option<&Fact<&'static str>> {
        self.compose.as_ref()?.usage.platform.as_ref()
    }

    /// The unit that starts a process.
    pub fn unit(&self, process: &Process) -> Option<&Unit> {
        self.unit_of(process.declared.evidence().place()?)
    }

    /// The unit that brings a process up: its own, or that of the emperor whose vassal it is.
    pub fn brought_up_by(&self, process: &Process) -> Option<&Unit> {
        self.unit_of(process.emperor.or_else(|| process.declared.evidence().place())?)
    }

    /// The unit whose main command stands at a place.
    fn unit_of(&self, command: Place) -> Option<&Unit> {
        let unit = *self.starts().units.get(&command)?;
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

    /// Whether DEBUG is on in what may well be a developer's own: nothing says that the deployment
    /// is for others, so what else such settings leave open is no fault.
    pub fn is_a_trial(&self, process: &Process) -> bool {
        let doubted = self.stage.evidence().certainty() < Certainty::Certain;
        let is_on = || process.fact().get(DEBUG).is_some_and(|debug| debug.value);
        doubted
            && is_on()
            && !self.sites_before(process).any(Site::has_a_public_name)
            && !answers_publicly(process)
    }

    /// Whether it is but a project that nothing in view runs.
    pub fn is_assumed(&self) -> bool {
        self.compose.is_none()
            && self.units.is_empty()
            && self.views.iter().all(|view| view.container.is_none() && !view.complete)
    }

    /// What settings need and nothing installs, by the first process that lacks it: those of one
    /// project lack it alike.
    pub fn lacking(&self, by: NeededBy) -> Vec<(&Process, &Fact<Lacking>)> {
        let mut found: Vec<(&Process, &Fact<Lacking>)> = Vec::new();
        for process in &self.processes {
            for lacking in process.lacks.iter().filter(|it| it.value.needed_by == by) {
                let place = lacking.evidence().place();
                if found.iter().all(|(_, it)| it.evidence().place() != place) {
                    found.push((process, lacking));
                }
            }
        }
        found
    }

    /// Whether a container starts by a command of manage.py, or its image is built by it.
    pub fn manages_in_container(&self, command: &str) -> bool {
        self.contained().into_iter().any(|(_, container)| container.manages(command))
    }

    /// Whether it is what runs on a machine, with no unit of systemd's: nothing of compose, and no image by
    /// itself.
    pub(in crate::model) fn is_machine(&self) -> bool {
        self.compose.is_none() && self.alone.is_none() && self.units.is_empty()
    }

    /// Whether a process runs on the machine itself, and in no container.
    pub fn is_on_host(&self, process: &Process) -> bool {
        self.view(process.view).container.is_none()
    }

    /// Whether a site is the machine's own, and none of a container.
    pub fn is_on_host_view(&self, site: &Site) -> bool {
        self.view(site.view).container.is_none()
    }

    /// The service in whose container a site is.
    pub fn service_of(&self, site: &Site) -> Option<&compose::Service> {
        self.compose.as_ref()?.service(self.view(site.view).container.as_ref()?)
    }

    /// Whether nginx ignores all names of a site, as earlier servers have them.
    pub fn is_outnamed(&self, site: &Site) -> bool {
        let ignored: Vec<_> = self.nginx.iter().flat_map(|it| it.name_conflicts()).collect();
        let is_ignored = |name: &Fact<SiteName>| {
            ignored.iter().any(|it| it.ignored.written_at() == name.written_at())
        };
        !site.names.is_empty() && site.names.iter().all(is_ignored)
    }

    /// The processes that answer requests with Django.
    pub fn webs(&self) -> impl Iterator<Item = &Process> {
        self.processes.iter().filter(|process| process.kind.is_web())
    }

    /// Whether a process of this kind runs a project here, or may: one whose program is not known,
    /// or that belongs to files which may be used together with these.
    pub fn may_run(&self, project: &Arc<Project>, is: fn(&Process) -> bool) -> bool {
        let elsewhere = self.compose.as_ref().is_some_and(|it| !it.elsewhere.is_empty());
        elsewhere || self.may_run_here(project, is)
    }

    /// That no process of this kind runs a project. Files that are whole by themselves are likely not
    /// used together with these. `None` if one may run.
    pub fn runs_none(&self, project: &Arc<Project>, is: fn(&Process) -> bool) -> Option<Fact<()>> {
        if self.may_run_here(project, is) {
            return None;
        }
        // What doubts the stage does not doubt this.
        let files = self.stage.evidence().place().map_or(Origin::UNSEEN, Origin::At);
        let none = Fact::new((), files);
        match &self.compose {
            Some(compose) if !compose.elsewhere.is_empty() => {
                let why = "other compose files may be used together with this one";
                compose.others_stand_alone.then(|| none.doubt(Certainty::Likely, why))
            }
            _ => Some(none),
        }
    }

    fn may_run_here(&self, project: &Arc<Project>, is: fn(&Process) -> bool) -> bool {
        let of_project = |it: &Process| {
            it.django.as_ref().is_none_or(|django| Arc::ptr_eq(&django.project, project))
        };
        let may_be = |it: &Process| {
            let container = self.container(&it.name);
            let of_another = container.and_then(|it| it.context.as_ref());
            if of_another.is_some_and(|it| !project.root.starts_with(it)) {
                return false;
            }
            let named = it.started.as_ref().map(|it| &it.program.value);
            let is_unknown = matches!(named, None | Some(Program::Shell | Program::Other));
            let is_pulled = container.is_some_and(|it| it.stock().is_some());
            // What it was to run is said, and another rule says that it does not.
            let is_ignored = container.is_some_and(Container::is_deaf_to_command);
            is_unknown && !is_pulled || is_ignored || container.is_some_and(|of| of.runs_beside(it))
        };
        self.processes.iter().any(|it| of_project(it) && (is(it) || may_be(it)))
    }

    /// Whether it is what units and supervisors run on a machine, and several of these are in view: so
    /// one that is not among them is likely not there.
    pub fn is_of_several_units(&self) -> bool {
        let is_host = self.views.iter().all(|it| it.container.is_none());
        let stays = |it: &&Process| it.started.is_some() && it.kind != ProcessKind::OneOff;
        let several = self.processes.iter().filter(stays).count() > 1;
        self.compose.is_none() && is_host && several
    }

    /// Whether its compose file is an example or a template by its name, so that somebody puts other
    /// values in the place of those that stand there.
    pub fn is_an_example(&self) -> bool {
        self.compose.is_some() && kind::is_example(Utf8Path::new(&self.name))
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

    /// Each process with the container that it runs in, those of an image by itself among them, for
    /// what holds wherever the image is run.
    pub fn contained(&self) -> Vec<(&Process, &Container)> {
        let begun = self.begun().into_iter();
        begun.map(|(_, process, container)| (process, container)).collect()
    }

    /// The same with the service of compose that begins it; none of an image by itself.
    pub fn begun(&self) -> Vec<(Option<&compose::Service>, &Process, &Container)> {
        let services = self.services().into_iter();
        let services =
            services.map(|(service, process, container)| (Some(service), process, container));
        let alone = self.alone.iter();
        let alone = alone.flat_map(|it| Some((None, self.processes.first()?, it)));
        services.chain(alone).collect()
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
        apps.filter(|process| !self.is_a_developers(process) && process.has_settings_to_judge())
    }

    /// Whether it is Django's `runserver`, and nothing keeps that running on a server, as a unit, a platform
    /// or a compose file does of which all else speaks for production.
    pub fn is_a_developers(&self, process: &Process) -> bool {
        let is_composed = self.compose.is_some();
        process.is_for_developers() && is_composed && self.stage.value != Stage::Production
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

    /// Those among them that nobody just tries out, be DEBUG on: what such settings say all the same
    /// holds whatever it is.
    pub fn for_others(&self) -> impl Iterator<Item = Fact<&Process>> {
        self.serving().filter(|app| !self.is_a_trial(app.value))
    }

    /// Those among them with DEBUG off or not known: where it is on, that is what there is to say.
    pub fn live(&self) -> impl Iterator<Item = Fact<&Process>> {
        self.serving().filter(Fact::may_be_without_debug)
    }

    /// Whether the names of compose files say that they are production's.
    pub fn is_called_production(&self) -> bool {
        self.compose.is_some()
            && self.stage.value == Stage::Production
            && self.stage.evidence().certainty() == Certainty::Certain
    }

    /// What a compose file gives a process for the case that a variable is not set.
    pub fn fallback(&self, process: &Process, name: &str) -> Option<Fallback> {
        let service = self.compose.as_ref()?.service(&process.name)?;
        let value = service.variable(name)?.value.as_ref()?;
        value.defaults().into_iter().next()
    }

    /// Whether a script that deploys writes the variable that a setting is made of, or the one that a
    /// compose file fills that in with.
    pub fn is_set_by_scripts<T>(&self, app: &Fact<&Process>, setting: Setting<T>) -> bool {
        let Some(django) = &app.value.django else { return false };
        let reads = django.evaluation.reads.iter().filter(|it| app.is_made_of(setting, it));
        reads.map(|read| &read.name).any(|name| {
            let interpolated = self.fallback(app.value, name).map(|it| it.name);
            self.surroundings.is_set(interpolated.as_deref().unwrap_or(name))
        })
    }
}

/// Whether the settings themselves name a host that everybody may ask for.
fn answers_publicly(process: &Process) -> bool {
    let hosts = process.fact().get(ALLOWED_HOSTS);
    let is_of_others = |it: &Fact<String>| {
        it.evidence().certainty() == Certainty::Certain && is_for_everybody(&it.value)
    };
    hosts.is_some_and(|it| it.value.iter().any(is_of_others))
}

/// The first of each name.
fn first_by_name<'t, T>(all: &'t [T], name: impl Fn(&'t T) -> &'t str) -> HashMap<&'t str, &'t T> {
    let mut first = HashMap::new();
    for it in all {
        first.entry(name(it)).or_insert(it);
    }
    first
}
