//! Deployments of compose: one for each set of files that somebody could start.

use crate::fact::{Certainty, Fact};
use crate::model::Container as Made;
use crate::model::build::agreed::Agreed;
use crate::model::build::caddy_sites::Caddyfiles;
use crate::model::build::compose_apart;
use crate::model::build::compose_files::{self, Set};
use crate::model::build::compose_usage::{self, Caller};
use crate::model::build::connect::connect;
use crate::model::build::container_nginx::{Placed, Start};
use crate::model::build::contents;
use crate::model::build::host::Host;
use crate::model::build::image_of::{self, Builds, Built};
use crate::model::build::image_steps;
use crate::model::build::image_taken;
use crate::model::build::named_stage::stage_of;
use crate::model::build::nginx_files;
use crate::model::build::nginx_proxy;
use crate::model::build::nginx_sites;
use crate::model::build::service::{self, Container};
use crate::model::build::stage::{is_deployed_all_the_same, is_kept_up, stage};
use crate::model::build::traefik_sites;
use crate::model::build::uncopied;
use crate::model::build::unlogged;
use crate::model::build::unmade;
use crate::model::build::uploads;
use crate::model::command::Step;
use crate::model::compose::{self, Declaration, Fault, FaultKind, Request};
use crate::model::django::Project;
use crate::model::{Deployment, Files, Found, ProcessKind, Reading, Site, Stage, View, ViewId};
use crate::source::Place;
use camino::Utf8Path;
use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

/// A tree with more sets than this is a collection of samples.
const MOST: usize = 32;

/// The deployments, and the web server files that their containers have.
pub(super) fn deployments<'a>(
    files: &Files<'a>,
    projects: &[Arc<Project>],
    agreed: &Agreed,
    reading: &mut Reading,
) -> (Vec<Deployment>, BTreeSet<&'a Utf8Path>) {
    let mut sets = compose_files::sets(files);
    if sets.len() > MOST {
        let left = sets.len() - MOST;
        reading.notes.push(format!("{left} further sets of compose files are not judged."));
        sets.truncate(MOST);
    }
    let builds = Builds::of_tree(files);
    let mut claimed = BTreeSet::new();
    let callers = Caller::all(files);
    let each = sets.iter().filter_map(|set| {
        deployment(
            files,
            projects,
            (&sets, set, &callers),
            (&builds, agreed),
            &mut claimed,
            reading,
        )
    });
    let mut found: Vec<Deployment> = each.collect();
    mounted_beside(&mut found);
    compose_apart::tell_apart(files, &mut found);
    (found, claimed)
}

/// Says of which volumes other sets make use: an overlay may have a folder in the place of one that
/// the base declares, and the base by itself, or under another overlay, keeps it.
fn mounted_beside(deployments: &mut [Deployment]) {
    let projects = deployments.iter().filter_map(|it| it.compose.as_ref());
    let mounted = |project: &compose::Project, volume: &compose::Volume| {
        project.services.iter().any(|it| it.may_mount(&volume.key.value))
    };
    let mounted: BTreeSet<Place> = projects
        .flat_map(|project| project.volumes.iter().filter(|it| mounted(project, it)))
        .map(|volume| volume.place)
        .collect();
    let projects = deployments.iter_mut().filter_map(|it| it.compose.as_mut());
    for volume in projects.flat_map(|it| &mut it.volumes) {
        volume.mounted_beside = mounted.contains(&volume.place);
    }
}

/// What the run should hear of a project's reading.
fn note_troubles(project: &compose::Project, reading: &mut Reading) {
    for fault in &project.faults {
        let said = Fact::at(fault.problem.message.clone(), fault.problem.place);
        match fault.kind {
            FaultKind::Cycle => reading.cycles.push(said),
            FaultKind::Limit => reading.limit(&said),
            _ => {}
        }
    }
}

/// The profiles that are called after production, and that something of the project's own has: whoever
/// deploys names them. Where a web server alone has one, the rest is what everybody starts.
fn live_profiles(project: &compose::Project) -> Vec<String> {
    let is_own = |it: &&compose::Service| it.build.is_some();
    let services = project.services.iter().filter(is_own);
    let profiles = services.flat_map(|it| &it.profiles).map(ToString::to_string);
    profiles.filter(|it| stage_of(it) == Some(Stage::Production)).collect()
}

/// Whether a service waits for one that these files do not have.
fn waits_for_others(project: &compose::Project) -> bool {
    let awaited = project.services.iter().flat_map(|it| &it.depends_on);
    awaited.into_iter().any(|it| project.service(&it.service.value).is_none())
}

fn deployment<'a>(
    files: &Files<'a>,
    projects: &[Arc<Project>],
    (sets, set, callers): (&[Set], &Set, &[Caller<'_>]),
    (builds, agreed): (&Builds<'_>, &Agreed),
    claimed: &mut BTreeSet<&'a Utf8Path>,
    reading: &mut Reading,
) -> Option<Deployment> {
    let folder = compose::project_folder(files, set.files.first()?);
    let variables = service::variables(files, folder);
    let request = Request {
        files: &set.files,
        folder,
        environment: &variables,
        read_env_files: &|_| {
            crate::fact::Environment::unseen("an include has env files of its own")
        },
    };
    let mut project = compose::Project::load(files, &request)?;
    project.elsewhere.clone_from(&set.elsewhere);
    project.supplied_by_others.clone_from(&set.supplied_by_others);
    project.others_stand_alone = set.others_stand_alone;
    project.usage = compose_usage::usage(files, callers, sets, set, &project);
    if !set.elsewhere.is_empty() {
        // What is for another stage declares nothing that is missing here.
        let is_alone = set.others_are_for_others && !waits_for_others(&project);
        // Nor does a file that has nothing of the name.
        let is_there = |it: &Declaration| set.declared_elsewhere.contains(it);
        let is_found = |missing: &Option<Declaration>| {
            !set.stage_is_said || missing.as_ref().is_none_or(is_there)
        };
        let elsewhere = |it: &Fault| {
            it.kind == FaultKind::NoImage
                || it.kind == FaultKind::Reference && !is_alone && is_found(&it.missing)
        };
        project.faults.retain(|fault| !elsewhere(fault));
    }

    note_troubles(&project, reading);
    let name = set.files.last()?.to_string();
    let contract = agreed.of(&name);
    let mut views = vec![View::host()];
    let (mut processes, mut containers) = (Vec::new(), Vec::new());
    let (mut sites, mut nginx, mut traefiks) = (Vec::new(), Vec::new(), Vec::new());
    let mut unrendered = Vec::new();
    let profiles = live_profiles(&project);
    let profiles: Vec<&str> = profiles.iter().map(String::as_str).collect();
    let active = project.active(&profiles).into_iter().filter(|it| !project.is_template(it));
    let mut active: Vec<(&compose::Service, Option<Built>)> =
        active.map(|it| (it, image_of::built(files, &project, it, builds))).collect();
    // Its sites are what the other containers ask for.
    active.sort_by_key(|(_, image)| nginx_proxy::is_one(image.as_ref()));
    for (service, built) in active {
        let taken =
            if built.is_some() { None } else { image_taken::taken(files, projects, service) };
        let is_taken = taken.is_some();
        let image = built.or(taken);
        let view = ViewId(views.len());
        let container = Container {
            files,
            project: &project,
            service,
            image: image.as_ref(),
            variables: &variables,
            view,
            contract,
        };
        let over = container.view();
        let (mut process, begun) = container.process(projects, &over);
        if is_taken {
            let declared = process.declared.clone();
            process.declared = declared.doubt(Certainty::Likely, image_taken::WHY);
        }
        let health = container.health(&over);
        let mut nginx_ports = None;
        let steps = begun.run.as_ref().map(|run| run.steps.as_slice()).unwrap_or_default();
        if process.kind == ProcessKind::Proxy || steps.iter().any(Step::starts_nginx) {
            let has_own_command = service.command.is_none() && service.entrypoint.is_none();
            let start = Start {
                service: &service.name.value,
                environment: &process.environment,
                steps,
                has_own_command,
                has_own_entrypoint: service.entrypoint.is_none(),
            };
            let mut placed = Placed::find(files, &over, image.as_ref(), &start);
            if nginx_proxy::is_one(image.as_ref()) {
                let (processes, containers) = (&processes, &containers);
                let others = nginx_proxy::Others { project: &project, processes, containers };
                let environment = &process.environment;
                let image = image.as_ref();
                let proxy = nginx_proxy::Proxy { service, environment, view: &over, image };
                proxy.write(files, &others, &mut placed);
            }
            let config = placed.config(files, image.as_ref());
            claimed.extend(placed.paths());
            if let Some(config) = config {
                let mut own = nginx_sites::sites(&config, view);
                nginx_proxy::doubt_unnamed(&mut own);
                sites.extend(own);
                unrendered.extend(placed.unrendered(&config));
                let steps = begun.run.as_ref().map(|_| steps);
                nginx_ports = placed.ports(files, &config, image.as_ref(), steps);
                nginx.push(config);
            }
            if let Some(path) = container.caddyfile(&over)
                && let Found::Read(main) = files.find(&path)
            {
                claimed.insert(main.path);
                let none = Host::default();
                let caddyfiles = Caddyfiles::find(files, &none);
                let run = (&process.environment, view);
                sites.extend(caddyfiles.of_container(main.id, run, service, reading));
            }
        }
        let is_traefik = image.as_ref().and_then(|it| it.flavour.as_ref());
        if is_traefik.is_some_and(|it| it.value.is("traefik")) {
            let in_tree = |path: &Utf8Path| container.in_tree(&over, path);
            let traefik = traefik_sites::Container { service, view, in_tree: &in_tree };
            traefiks.extend(traefik.own(files));
        }
        let migrates = container.migrates(&process, &begun, &over);
        let redis = container.redis(&process, &over);
        let postgres = container.postgres(&process, &over);
        let uploads = uploads::uploads(files, &process, &over);
        let of_build = image.as_ref().map(|it| image_steps::steps(files, projects, it));
        let of_build = of_build.unwrap_or_default();
        let mut contents = contents::contents(files, &project, service, image.as_ref());
        contents.homes = contents::homes(files, &process, image.as_ref());
        contents.uncopied = uncopied::uncopied(files, &process, image.as_ref(), &over);
        contents.unlogged = unlogged::unlogged(files, &process, image.as_ref(), &over);
        contents.unmade = unmade::unmade(files, &process, image.as_ref(), &over);
        let name = &service.name.value;
        let made = image_of::container(name, image, begun, health, of_build, contents);
        containers.push(Made { nginx_ports, redis, postgres, uploads, migrates, ..made });
        views.push(over);
        processes.push(process);
    }
    let place = |name: &str| project.services.iter().position(|it| it.name.value == name);
    processes.sort_by_key(|it| place(&it.name));
    containers.sort_by_key(|it| place(&it.name));
    // Whom labels mean is known when all containers are.
    for traefik in &traefiks {
        sites.extend(traefik.sites(&project, &processes, reading));
    }
    let is_put_up_with = is_deployed_all_the_same(files, set, &project, &views, &processes, &sites);
    let mut stage = stage(files, set, &project, &views, &processes, &containers, is_put_up_with);
    let is_for_this_machine = sites.iter().any(Site::is_for_this_machine)
        || project.services.iter().any(compose::Service::is_routed_on_this_machine);
    if !set.stage_is_said && is_for_this_machine {
        stage = stage.map(|_| Stage::Development);
    }
    // Where developers mount a file may be where it includes itself.
    if stage.value != Stage::Development {
        nginx.iter().for_each(|config| nginx_files::note_troubles(config, reading));
    }
    if is_put_up_with {
        let why = "the server is set as developers have it, where all else speaks for production";
        for process in &mut processes {
            process.declared = process.declared.clone().doubt(Certainty::Likely, why);
        }
    }
    let mut deployment = Deployment {
        surroundings: Arc::default(),
        absent_files: Vec::new(),
        loaded_elsewhere: Vec::new(),
        kept_up: is_kept_up(files, &project, &views, &processes, &containers),
        name,
        stage,
        views,
        processes,
        containers,
        sites,
        unrendered,
        nginx,
        units: Vec::new(),
        taken: BTreeSet::new(),
        compose: Some(project),
        contract: None,
        helpers: Vec::new(),
        alone: None,
        observed: None,
        starts: OnceLock::new(),
    };
    connect(&mut deployment);
    Some(deployment)
}
