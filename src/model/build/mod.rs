//! Puts together what was read: which files belong to one deployment, who answers whom.
//!
//! Where nothing in the files says that two belong together, the fact that joins them is given
//! the doubt. Each supervisor and each web server has a module; here they are made one.

use crate::fact::Fact;
use crate::fact::version::Range;
use crate::model::build::agreed::Agreed;
use crate::model::build::caddy_sites::Caddyfiles;
use crate::model::build::connect::connect;
use crate::model::contract::Contract;
use crate::model::django::{self, Project};
use crate::model::nginx::Config;
use crate::model::project::Requirements;
use crate::model::scripted;
use crate::model::site::names_in_network;
use crate::model::units::{self, units};
use crate::model::{Deployment, Files, Kind, Model, Process, Reading, Site, Stage, ViewId};
use camino::Utf8Path;
use rayon::iter::{IndexedParallelIterator, IntoParallelRefIterator, ParallelIterator};
use std::collections::BTreeSet;
use std::sync::Arc;

mod absent_files;
mod agreed;
mod aligned;
mod app_json;
mod apps;
mod assembled;
mod baked;
mod beanstalk;
mod caddy_sites;
mod carried;
mod certified;
mod commanded;
mod commented_out;
mod committed;
mod complete;
mod compose;
mod compose_apart;
mod compose_calls;
mod compose_containers;
mod compose_drops;
mod compose_files;
mod compose_meant;
mod compose_named;
mod compose_runs;
mod compose_said;
mod compose_started;
mod compose_usage;
mod connect;
mod contained_units;
mod container_nginx;
mod contents;
mod copied;
mod cron_jobs;
mod cut_short;
mod declared;
mod delivered;
mod described;
mod developers_way;
mod docker_runs;
mod documents;
mod drivers;
mod dumped;
mod early;
mod entrypoint;
mod env_files;
mod env_loads;
mod example;
mod exported;
mod fabric;
mod faults;
mod filled_in;
mod given;
mod guide_lists;
mod helpers;
mod host;
mod hosted;
mod idle_copies;
mod ignored;
mod image_alone;
mod image_apart;
mod image_behind;
mod image_builds;
mod image_installs;
mod image_of;
mod image_steps;
mod image_taken;
mod ini_variables;
mod initdb;
mod installed;
mod installed_units;
mod kept_comments;
mod lasting;
mod left_open;
mod lists_left_out;
mod located;
mod main_step;
mod migration_files;
mod minutes;
mod named_settings;
mod named_stage;
mod network_front;
mod nginx_beside;
mod nginx_files;
mod nginx_image;
mod nginx_installed;
mod nginx_left_out;
mod nginx_proxy;
mod nginx_sites;
mod nginx_unchosen;
mod no_task;
mod none_texts;
mod of_vagrant;
mod other_framework;
mod over_ssh;
mod platform_settings;
mod platforms;
mod play_variables;
mod pm2;
mod postgres;
mod private_key;
mod procfile;
mod provisioned;
mod published;
mod put_in_place;
mod redis;
mod refusals;
mod refused_options;
mod run;
mod script_alone;
mod script_functions;
mod script_secrets;
mod server_config;
mod servers_told;
mod service;
mod service_says;
mod single;
mod speaks;
mod stage;
mod static_roots;
mod static_sources;
mod superusers;
mod supervisord;
mod target;
mod tls_told;
mod told;
mod traefik_sites;
mod trials;
mod tried;
mod tried_servers;
mod unclaimed;
mod uncopied;
mod unfiltered;
mod unheeded;
mod unit_environment;
mod unit_process;
mod unjudged;
mod unlogged;
mod unmade;
mod unnamed;
mod unrunnable;
mod uploads;
mod upstart;
mod uwsgi_lines;
mod uwsgi_vassals;
mod value_files;
mod without_module;

pub(super) use complete::{complete, look_around_settings, want};
pub use named_stage::{is_of_developers, is_of_no_server};
pub use nginx_left_out::is_of_own_machine;

pub(super) fn build(files: &Files) -> Model {
    scripted::read_ahead(files);
    let model = assemble(files, &Agreed::default());
    let agreed = Agreed::find(files, &model);
    let mut model = if agreed.takes_part() { assemble(files, &agreed) } else { model };
    agreed::agree(files, &mut model.deployments);
    published::leave_to_developers(&mut model.deployments);
    early::note(files, &mut model.deployments);
    model
}

fn assemble(files: &Files, agreed: &Agreed) -> Model {
    let mut model = Model::default();
    let rendered = files.of(Kind::Systemd).into_iter();
    let rendered = rendered.filter(|unit| units::is_rendered(files, *unit));
    model.rendered = rendered.map(|unit| unit.id).collect();
    model.reading.files = files.sources.ids().len();
    documents::want(files);
    let projects: Vec<Arc<Project>> = django::projects(files).into_iter().map(Arc::new).collect();
    // Evaluation is for when all that settings import is there.
    if django::prefetch(files, &projects) {
        return model;
    }
    let (mut composed, mut claimed) =
        compose::deployments(files, &projects, agreed, &mut model.reading);
    let run =
        docker_runs::deployments(files, &projects, &composed, &mut claimed, &mut model.reading);
    composed.extend(run);
    let published = published::Ports::of(&composed);
    let in_containers = composed.iter().any(|it| it.webs().next().is_some());
    let alone = projects.first().filter(|_| projects.len() == 1 && !in_containers);
    let beside = Beside { alone, claimed: &claimed, published };
    let mut host = host(files, &projects, agreed.host, beside, &mut model.reading);
    if let Some(host) = &mut host {
        published::join(files, host, &mut composed);
    }
    platforms::leave_to_them(&mut composed);
    model.deployments.extend(host);
    model.deployments.extend(composed);
    network_front::hand_over(files, &mut model.deployments);
    let idle = projects.iter().filter(|it| !model.runs(it) && !it.is_a_sample());
    let is_one_of_many = model.deployments.iter().any(|it| it.webs().next().is_some());
    let is_left = |it: &Arc<Project>| is_one_of_many && commented_out::is_commented_out(files, it);
    let idle = idle.filter(|it| !is_left(it));
    let idle: Vec<_> = idle.cloned().collect();
    let used = image_alone::Used::of(files, &model.deployments);
    let deployment = |project| unclaimed::deployment(files, &projects, project, (agreed, &used));
    let found = idle.par_iter().with_max_len(1).map(deployment).collect::<Vec<_>>();
    found.into_iter().flatten().for_each(|it| take_up(files, &mut model, it));
    // A site in view says that something answers it, and a description for a platform what, or an image that
    // has both.
    let assumed = projects.iter().filter(|it| model.runs(it) && !model.serves(it));
    let started = |it| unclaimed::by_platform(files, &projects, it, (None, &used));
    let platforms: Vec<_> = assumed.filter_map(started).collect();
    platforms.into_iter().for_each(|it| take_up(files, &mut model, it));
    image_behind::put_behind(&mut model.deployments);
    model.reading.notes.extend(unjudged::notes(files, &projects, &model.deployments));
    model.admitted = admitted(files, &projects);
    model.without_django = projects.is_empty() && !has_django(files);
    if model.without_django {
        model.reading.unrelated = model.deployments.first().map(|it| it.stage.map(|_| ()));
        model.reading.of_another = other_framework::find(files, &model.deployments);
    }
    model
}

/// Adds what runs a project that nothing did so far, with the web server that its image brings along.
fn take_up(files: &Files, model: &mut Model, mut deployment: Deployment) {
    if deployment.alone.is_some() {
        image_alone::take_server(files, &mut model.deployments, &mut deployment);
    }
    model.deployments.push(deployment);
}

/// The versions of Django that the tree's only project admits: one whose settings are not in view is
/// known by its `manage.py` alone.
fn admitted(files: &Files, projects: &[Arc<Project>]) -> Option<Fact<Range>> {
    match projects {
        [only] => only.requirements.django(),
        [] => {
            let mut scripts = files.files_named("manage.py");
            let (script, None) = (scripts.next()?, scripts.next()) else { return None };
            Requirements::gather(files, script.parent()?, &[]).django()
        }
        _ => None,
    }
}

/// Whether there is a Django project, be it one that nobody can make out.
fn has_django(files: &Files) -> bool {
    let names = ["manage.py", "settings.py", "wsgi.py"];
    names.into_iter().any(|name| files.files_named(name).next().is_some())
}

/// What containers leave to the machine that they are on.
struct Beside<'a> {
    /// The project that nothing else can be there for.
    alone: Option<&'a Arc<Project>>,
    /// Files of web servers in containers.
    claimed: &'a BTreeSet<&'a Utf8Path>,
    published: published::Ports,
}

/// What runs on the machine itself. A site without any process in view is likely that of the tree's
/// only project, which somebody starts in a way that nobody wrote down.
fn host(
    files: &Files,
    projects: &[Arc<Project>],
    contract: Option<&Contract>,
    beside: Beside,
    reading: &mut Reading,
) -> Option<Deployment> {
    let Beside { alone, claimed, published } = beside;
    let meant = agreed::projects(contract, projects);
    let projects = meant.as_deref().unwrap_or(projects);
    let mut units = units(files);
    let is_of_vagrant = |path: &Utf8Path| {
        files.find(path).read().is_some_and(|it| of_vagrant::is_of_vagrant(files, it))
    };
    units.retain(|it| {
        !no_task::is_of_no_task(files, &it.path)
            && !contained_units::is_of_container(files, &it.path)
            && !is_of_vagrant(&it.path)
    });
    installed_units::mark(files, &mut units);
    left_open::mark(files, &mut units);
    supervisord::take_over(files, &mut units);
    let mut host = host::Host::find(files, contract);
    let only = if let [only] = projects { Some(only) } else { None };
    host.locate(files, projects, &units, only);
    if let Some(project) = alone {
        host.locate_by_commands(files, project);
    }
    let mut processes = unit_process::processes(files, &host, projects, &units);
    processes.extend(uwsgi_vassals::processes(files, &host, projects, &units));
    processes.extend(supervisord::processes(files, &host, projects));
    let of_production =
        |process| unclaimed::with_settings_of_production(files, contract, host.mounts(), process);
    processes.extend(upstart::processes(files, &host, projects).into_iter().map(of_production));
    if alone.is_some() && !processes.iter().any(|it| it.django.is_some()) {
        processes.extend(pm2::processes(files, &host, projects).into_iter().map(of_production));
    }
    let nginx = nginx_files::configs(files, &host, claimed, reading);
    let mut sites: Vec<Site> =
        nginx.iter().flat_map(|config| nginx_sites::sites(config, ViewId(0))).collect();
    if !processes.iter().any(|it| it.kind.is_web()) {
        let started = |project| uwsgi_vassals::alone(files, &host, project, (&sites, contract));
        processes.extend(alone.and_then(started));
    }
    sites.extend(Caddyfiles::find(files, &host).sites(claimed, reading));
    for site in &mut sites {
        let place = site.declared.evidence().place();
        let path = place.map(|place| files.read(place.file).path);
        let etc = host.root.as_ref().map(|root| root.join("etc"));
        site.is_template = path.is_some_and(|path| files.is_to_be_filled_in(path));
        site.of_image = path.is_some_and(|path| nginx_installed::by_image(files, path));
        site.installed = path.zip(etc).is_some_and(|(path, etc)| path.starts_with(etc));
    }
    if processes.is_empty() && sites.is_empty() && units.is_empty() && nginx.is_empty() {
        return None;
    }
    let passes_on = sites.iter().any(|site| !site.routes.is_empty())
        && names_in_network(&sites).next().is_none()
        && !nginx_left_out::are_left_by_another(files, &sites);
    if passes_on && !processes.iter().any(|it| it.kind.is_web()) {
        let checkout = host.mounts();
        processes.extend(alone.and_then(|project| {
            let idle = unclaimed::idle(files, project, contract, checkout);
            script_alone::alone(files, projects, project, idle.as_ref()).or(idle)
        }));
    }
    let jobs = cron_jobs::processes(files, &host, projects);
    let runs = |job: &Process| processes.iter().any(|it| it.has_project_of(job));
    let jobs: Vec<_> = jobs.into_iter().filter(runs).collect();
    processes.extend(jobs);
    let declared = processes.first().map(|it| it.declared.clone());
    let declared = declared.or(sites.first().map(|it| it.declared.clone()));
    let declared = declared.or(units.first().map(|it| it.head("Unit")));
    let declared = declared.or(first_line(&nginx))?;
    let name = name(&processes, &sites);
    let stage = declared.map(|()| Stage::Production);
    let mut deployment = Deployment {
        sites,
        nginx,
        units,
        taken: published.taken,
        fronts: published.fronts,
        helpers: helpers::helpers(files, &host),
        ..unclaimed::of_processes(name, stage, vec![host.view()], processes)
    };
    connect(files, &mut deployment);
    Some(deployment)
}

/// Where something of nginx begins that is no site: a `map` by itself, or lines for every site.
fn first_line(nginx: &[Arc<Config>]) -> Option<Fact<()>> {
    let mut lines = nginx.iter().flat_map(|it| it.levels()).flat_map(|level| level.lines());
    lines.next().map(|line| line.fact(()))
}

impl Model {
    /// Whether some process runs this project for its visitors. How developers run it says nothing
    /// of that, nor do compose files that nothing starts where a platform has the site.
    fn runs(&self, project: &Arc<Project>) -> bool {
        self.running(project).next().is_some()
    }

    /// Whether a command in view starts what answers them: beside workers alone, that may be elsewhere.
    fn serves(&self, project: &Arc<Project>) -> bool {
        self.running(project).any(|it| it.started.is_some() && it.kind.is_web())
    }

    fn running(&self, project: &Arc<Project>) -> impl Iterator<Item = &Process> {
        let live = self.deployments.iter().filter(|it| it.stage.value == Stage::Production);
        let live = live.filter(|it| it.platform().is_none());
        let is_of = |it: &&Process| {
            it.django.as_ref().is_some_and(|django| Arc::ptr_eq(&django.project, project))
        };
        live.flat_map(|it| &it.processes).filter(is_of)
    }
}

/// After the application that it runs, or else its first site.
fn name(processes: &[Process], sites: &[Site]) -> String {
    let web = processes.iter().find(|process| process.kind.is_web());
    let named = web.or(processes.first()).map(|process| process.name.clone());
    named.or(sites.first().map(|site| site.name.clone())).unwrap_or_else(|| "host".to_owned())
}
