//! Deployments of compose: one for each set of files that somebody could start.

use crate::fact::{Certainty, Fact};
use crate::model::build::agreed::Agreed;
use crate::model::build::compose_apart;
use crate::model::build::compose_containers::{self, Given, Parts};
use crate::model::build::compose_files::{self, Set};
use crate::model::build::compose_meant::Meant;
use crate::model::build::compose_said;
use crate::model::build::compose_usage::{self, Caller};
use crate::model::build::connect::connect;
use crate::model::build::idle_copies;
use crate::model::build::image_of::Builds;
use crate::model::build::named_stage::stage_of;
use crate::model::build::nginx_files;
use crate::model::build::platforms::Sign;
use crate::model::build::service;
use crate::model::build::stage::{Assembly, is_deployed_all_the_same, is_kept_up, stage};
use crate::model::build::unclaimed::of_processes;
use crate::model::compose::{self, Declaration, Fault, FaultKind, Request};
use crate::model::django::Project;
use crate::model::{Deployment, Files, Reading, Site, Stage};
use crate::source::Place;
use crate::syntax::Parsed;
use camino::Utf8Path;
use std::collections::BTreeSet;
use std::sync::Arc;

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
    let (guides, signs) = match sets.is_empty() {
        true => (Vec::new(), Vec::new()),
        false => (Caller::guides(files), Sign::all(files)),
    };
    let each = sets.iter().filter_map(|set| {
        deployment(
            files,
            projects,
            (&sets, set, &callers, &guides, &signs),
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

/// Whether files of the tree say the image of each service, so that no other repository has what these are
/// laid over.
fn has_all_images(files: &Files<'_>, project: &compose::Project) -> bool {
    let said = images_said(files);
    project.services.iter().all(|it| says_image(it) || said.contains(&it.name.value))
}

fn says_image(service: &compose::Service) -> bool {
    service.image.is_some() || service.build.is_some()
}

/// The services that some file of the tree says the image of.
fn images_said<'f>(files: &'f Files<'_>) -> BTreeSet<&'f String> {
    compose::every_service(files)
        .iter()
        .filter(|it| says_image(it))
        .map(|it| &it.name.value)
        .collect()
}

/// Takes back that services say no image, where what says it may be laid under these files: another file
/// of the tree, whatever its folder, or one of another repository. That one is meant by what is called an
/// override or says that it is a part, and by what says the image of none of its services. What is brought
/// up by itself has no other.
fn forgive_overlays(files: &Files<'_>, set: &Set, project: &mut compose::Project) {
    let lacks = |it: &Fault| it.kind == FaultKind::NoImage;
    if project.usage.is_started_alone || !project.faults.iter().any(lacks) {
        return;
    }
    let mut names = set.files.iter().filter_map(|it| it.file_name());
    let is_override = names.any(|it| it.contains("override"));
    let read = || set.files.iter().filter_map(|it| files.find(it).read());
    let is_part = || read().any(|it| compose_said::is_said_to_be_part(it.text));
    let is_overlay = is_override || !project.services.iter().any(says_image) || is_part();
    let whole = images_said(files);
    let is_said = |it: &Fault| it.missing.as_ref().is_some_and(|(_, name)| whole.contains(name));
    project.faults.retain(|it| !(lacks(it) && (is_overlay || is_said(it))));
}

/// The services of the files of which a variable says which is included.
fn perhaps_included(files: &Files<'_>, project: &compose::Project) -> BTreeSet<String> {
    let open = project.missing.iter().map(|it| it.value.as_str());
    let paths = open.flat_map(|it| compose::fitting(files, Utf8Path::new(""), it));
    let read = paths.filter_map(|path| files.find(&path).read());
    let trees = read.filter_map(|it| match it.parsed {
        Parsed::Compose(tree) => Some(tree),
        _ => None,
    });
    let services = trees.flat_map(|it| &it.documents).flat_map(compose::services);
    services.filter_map(|it| Some(it.key.text()?.to_owned())).collect()
}

fn deployment<'a>(
    files: &Files<'a>,
    projects: &[Arc<Project>],
    (sets, set, callers, guides, signs): (&[Set], &Set, &[Caller<'_>], &[Caller<'_>], &[Sign]),
    (builds, agreed): (&Builds<'_>, &Agreed),
    claimed: &mut BTreeSet<&'a Utf8Path>,
    reading: &mut Reading,
) -> Option<Deployment> {
    let folder = compose::project_folder(files, set.files.first()?);
    let known = compose_files::known(sets);
    let supplied = Meant { known: &known, set }.variable_files(files, callers, folder);
    let variables = service::variables(files, &supplied);
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
    let perhaps = perhaps_included(files, &project);
    project.elsewhere.extend(perhaps);
    project.supplied_by_others.clone_from(&set.supplied_by_others);
    project.others_stand_alone = set.others_stand_alone;
    project.usage = compose_usage::usage(files, (callers, guides, signs), sets, set, &project);
    if !set.elsewhere.is_empty() {
        // What is for another stage declares nothing that is missing here.
        let is_alone = set.others_are_for_others && !waits_for_others(&project);
        // Nor does a file that has nothing of the name.
        let is_there = |it: &Declaration| set.declared_elsewhere.contains(it);
        let is_open = !set.stage_is_said && !has_all_images(files, &project);
        let is_found =
            |missing: &Option<Declaration>| is_open || missing.as_ref().is_none_or(is_there);
        let elsewhere =
            |it: &Fault| it.kind == FaultKind::Reference && !is_alone && is_found(&it.missing);
        project.faults.retain(|fault| !elsewhere(fault));
    }
    forgive_overlays(files, set, &mut project);

    note_troubles(&project, reading);
    let name = set.files.last()?.to_string();
    let contract = agreed.of(&name);
    // What an operator speaks of is deployed.
    project.usage.platform = project.usage.platform.filter(|_| contract.is_none());
    let profiles = live_profiles(&project);
    let profiles: Vec<&str> = profiles.iter().map(String::as_str).collect();
    let active = project.active(&profiles).into_iter().filter(|it| !project.is_template(it));
    let given = Given { files, projects, project: &project, variables: &variables, contract };
    let parts = compose_containers::containers(given, active, builds, reading);
    claimed.extend(&parts.claimed);
    let Parts { views, mut processes, mut containers, sites, nginx, unrendered, .. } = parts;
    idle_copies::leave_out(&project, &sites, &mut processes, &mut containers);
    let assembly = Assembly {
        files,
        set,
        project: &project,
        views: &views,
        processes: &processes,
        containers: &containers,
        sites: &sites,
    };
    let is_put_up_with = is_deployed_all_the_same(assembly);
    let mut stage = stage(assembly, is_put_up_with);
    let kept_up = is_kept_up(assembly);
    let is_for_this_machine = sites.iter().any(Site::is_for_this_machine)
        || project.services.iter().any(compose::Service::is_routed_on_this_machine);
    if !set.stage_is_said && is_for_this_machine && !project.usage.is_deployed {
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
        kept_up,
        containers,
        sites,
        unrendered,
        nginx,
        compose: Some(project),
        ..of_processes(name, stage, views, processes)
    };
    connect(files, &mut deployment);
    Some(deployment)
}
