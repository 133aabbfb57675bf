//! What an image starts that no file in view runs: somebody builds the project's Dockerfile, and
//! gives the container its variables where nobody sees it.
//!
//! Only what the image itself says counts: no port is published, no volume mounted, as far as
//! anybody knows, and nothing of a service of compose is asked.

use crate::fact::Certainty;
use crate::model::build::connect::connect;
use crate::model::build::image_apart;
use crate::model::build::image_builds::{self, Recipe};
use crate::model::build::image_of::{self, Builds, Built};
use crate::model::build::named_stage::{is_for_few, only_live_stage, stage_of};
use crate::model::build::nginx_installed::by_image_of;
use crate::model::build::single::{GivenBeside, Single};
use crate::model::build::unclaimed::of_processes;
use crate::model::django::Project;
use crate::model::image::{Base, Stage as BuildStage};
use crate::model::nginx;
use crate::model::site::names_asked;
use crate::model::{Deployment, Engine, Files, Found, Kind, Process, Read, Site, Stage, ViewId};
use crate::source::Place;
use crate::syntax::Parsed;
use camino::{Utf8Path, Utf8PathBuf};
use std::cell::LazyCell;
use std::sync::Arc;

/// What compose files have to do with the images of a tree.
pub(super) enum Used {
    /// There is none.
    Nowhere,
    /// They are developers' own: what is deployed is run by something else. What they build.
    ByDevelopers(Vec<Build>),
    /// None of their services is seen to run a project, and one whose image is not in view may.
    Perhaps,
    ByThemselves,
}

/// From which Dockerfile a project's container is built in which folder.
pub(super) struct Build {
    project: Arc<Project>,
    /// Developers run all that the image is, so that it is nobody else's.
    whole: bool,
    dockerfile: Utf8PathBuf,
    context: Utf8PathBuf,
}

impl Used {
    pub(super) fn of(files: &Files, deployments: &[Deployment]) -> Self {
        let composed = || deployments.iter().filter(|it| it.compose.is_some());
        let mut live = composed().filter(|it| it.stage.value == Stage::Production);
        let runs = |it: &Deployment| it.processes.iter().any(|it| it.django.is_some());
        if files.of(Kind::Compose).iter().all(says_nothing) {
            Self::Nowhere
        } else if composed().next().is_some() && live.next().is_none() {
            Self::ByDevelopers(composed().flat_map(Build::all).collect())
        } else if composed().any(runs) {
            Self::ByThemselves
        } else {
            Self::Perhaps
        }
    }

    fn built(&self) -> &[Build] {
        match self {
            Self::ByDevelopers(built) => built,
            Self::Nowhere | Self::Perhaps | Self::ByThemselves => &[],
        }
    }
}

/// Whether all that a compose file has is commented out, or taken out: compose refuses it.
fn says_nothing(read: &Read<'_>) -> bool {
    let Parsed::Compose(tree) = read.parsed else { return false };
    tree.problems.is_empty() && tree.documents.iter().all(|it| it.pairs().is_empty())
}

impl Build {
    fn all(deployment: &Deployment) -> impl Iterator<Item = Self> {
        deployment.services().into_iter().filter_map(|(service, process, container)| {
            let project = Arc::clone(&process.django.as_ref()?.project);
            let (dockerfile, context) =
                container.dockerfile.clone().zip(container.context.clone())?;
            let build = service.build.as_ref()?;
            // A variable or an argument may make an image something else for them: where they get
            // `runserver` of it, what it starts by itself is somebody else's. So it is where a platform
            // has the site.
            let whole = build.target.is_none()
                && deployment.platform().is_none()
                && service.commands().next().is_none()
                && !process.is_for_developers();
            Some(Self { project, whole, dockerfile, context })
        })
    }
}

/// The deployment of a project's Dockerfile. `assumed` is what is taken for the project's settings
/// where nobody says which they are.
pub(super) fn deployment<'a>(
    files: &Files<'a>,
    projects: &[Arc<Project>],
    project: &Arc<Project>,
    (assumed, used): (Option<&Process>, &Used),
) -> Option<Deployment> {
    if matches!(used, Used::ByThemselves) {
        return None;
    }
    let built = used.built();
    let is_open = !matches!(used, Used::Perhaps);
    let found = dockerfiles_of(files, project);
    let builds = Builds::of_tree(files);
    let pushed = LazyCell::new(|| pushed(files, &builds, project));
    let in_folder = |read: Read<'a>| (read, read.path.parent().unwrap_or("".into()).to_owned());
    let chosen = for_production(found.clone()).filter(|_| is_open).map(in_folder);
    let made = |(read, context): (Read<'a>, Utf8PathBuf)| {
        let is_pushed = || pushed.as_ref().is_some_and(|(it, _)| it.path == read.path);
        made(&builds, projects, project, (assumed, used), (read, context), &is_pushed)
    };
    // Of `Dockerfile.api` and `Dockerfile.frontend` the one that starts the project, and keeps it in front.
    let is_daemon = |it: &Process| it.started.as_ref().is_some_and(|it| it.daemon.is_some());
    let started = |of: Vec<(Read<'a>, Utf8PathBuf)>| {
        let made = of.into_iter().filter_map(&made);
        let mut kept = made.filter(|it| !it.processes.iter().any(is_daemon));
        let (only, None) = (kept.next()?, kept.next()) else { return None };
        Some(only)
    };
    // Beside `docker/Dockerfile.prod` a `Dockerfile` is for developers. What is pushed and starts no server may
    // be a script's of another project.
    if is_open
        && !found.is_empty()
        && found.iter().all(|it| stage(it).is_none())
        && pushed.clone().and_then(&made).is_none()
    {
        let mut apart = image_apart::find(files, &builds, project);
        apart.retain(|(read, _)| stage(read) == Some(Stage::Production));
        if let Some(made) = started(apart) {
            return Some(made);
        }
    }
    // What is pushed goes before a file that is called after nothing.
    let named = chosen.clone().filter(|(it, _)| stage(it).is_some());
    if let Some(chosen) = named.or_else(|| pushed.clone()).or(chosen) {
        return made(chosen);
    }
    let apart = if is_open && found.is_empty() {
        image_apart::find(files, &builds, project)
    } else {
        Vec::new()
    };
    started(apart).or_else(|| match built_for(files, project, built) {
        Some(chosen) => made(chosen),
        None if is_open => started(found.into_iter().map(in_folder).collect()),
        None => None,
    })
}

/// What runs of an image that is built of a Dockerfile in a folder, if that is a server of the project.
fn made(
    builds: &Builds<'_>,
    projects: &[Arc<Project>],
    project: &Arc<Project>,
    (assumed, used): (Option<&Process>, &Used),
    (read, context): (Read<'_>, Utf8PathBuf),
    is_pushed: &dyn Fn() -> bool,
) -> Option<Deployment> {
    let built = used.built();
    // What is pushed as well is somebody else's.
    if built.iter().any(|it| it.whole && it.dockerfile == read.path) && !is_pushed() {
        return None;
    }
    let mut recipe = Recipe::unseen(read.path, &context);
    let mut image = image_of::of_recipe(builds, &recipe)?;
    // Behind the stage for production stands one for developers: who deploys names the first.
    if let Some(target) = production_before_few(&image) {
        recipe.target = Some(target);
        image = image_of::of_recipe(builds, &recipe)?;
    }
    let beside = GivenBeside {
        name: read.path.as_str(),
        entrypoint: None,
        command: None,
        environment: None,
        why_open: "whoever starts the container sets variables",
        view: ViewId(0),
    };
    let single = Single::of(builds, image, Place::new(read.id, 0, 0), &beside)?;
    let (mut process, begun) = single.process(projects)?;
    let started = process.started.as_ref()?;
    // What is called after production is deployed with whatever server it starts.
    let is_put_up_with =
        started.program.value.is_runserver() && stage(&read) == Some(Stage::Production);
    let is_server = started.program.value.is_production_server() || is_put_up_with;
    process.declared = started.program.map(|_| ());
    let django = process.django.as_ref()?;
    if !is_server || !Arc::ptr_eq(&django.project, project) {
        return None;
    }
    if django.may_be_replaced()
        && let Some(assumed) = assumed.and_then(|it| it.django.clone())
    {
        process.django = Some(assumed);
    }
    process.listens_known = false;
    let mut stage = process.declared.map(|()| Stage::Production);
    let is_deployed =
        || is_for_production(&single.image) || is_pushed() || image_apart::is_named(read.path);
    if matches!(used, Used::ByDevelopers(_)) && !is_deployed() {
        let is_theirs = built.iter().any(|it| it.dockerfile == read.path);
        let why = match is_theirs {
            true => "only developers are seen to use the image",
            false => "nothing in view builds the image",
        };
        stage = stage.doubt(Certainty::Likely, why);
        process.declared = process.declared.doubt(Certainty::Likely, why);
    }
    let (made, view) = single.container(projects, &process.name, begun)?;
    let deployment = of_processes(read.path.to_string(), stage, vec![view], vec![process]);
    Some(Deployment { alone: Some(made), ..deployment })
}

/// Gives an image the web server that its build brings along: nginx's files, which were taken for the
/// machine's own as nothing else runs the project behind them. Where no other site is left, neither is the
/// machine.
pub(super) fn take_server(files: &Files, others: &mut Vec<Deployment>, image: &mut Deployment) {
    let is_of_it = |process: &Process| {
        process.started.is_none() && image.processes.iter().any(|own| own.has_project_of(process))
    };
    // Another image may have the web server, and serve what lies there.
    let own = image.alone.as_ref().and_then(|it| it.dockerfile.as_ref());
    let Some(own) = own.and_then(|it| files.find(it).read()) else { return };
    let is_brought = |site: &Site| {
        let declared = site.declared.evidence();
        let at = declared.place().filter(|_| declared.is_written());
        at.is_none_or(|at| by_image_of(files, &own, files.read(at.file).path))
    };
    // Beside it the machine may have a site of its own, for the same project.
    let is_taken = |site: &Site| site.of_image && is_brought(site) && !asks_another(site);
    let is_it = |it: &Deployment| {
        it.is_machine()
            && it.sites.iter().any(|site| is_taken(site) && !site.routes.is_empty())
            && it.processes.iter().all(is_of_it)
    };
    let is_whole =
        |it: &Deployment| it.sites.iter().all(is_brought) && !it.sites.iter().any(asks_another);
    let Some(at) = others.iter().position(is_it) else { return };
    if is_whole(&others[at]) {
        let machine = others.remove(at);
        image.sites = machine.sites;
        image.nginx = machine.nginx;
    } else {
        let machine = &mut others[at];
        let sites = std::mem::take(&mut machine.sites);
        (image.sites, machine.sites) = sites.into_iter().partition(is_taken);
        let is_its = |config: &Arc<nginx::Config>| {
            image.sites.iter().any(|site| match &site.engine {
                Engine::Nginx { config: own, .. } => Arc::ptr_eq(own, config),
                Engine::Caddy { .. } | Engine::Traefik { .. } => false,
            })
        };
        let configs = std::mem::take(&mut machine.nginx);
        (image.nginx, machine.nginx) = configs.into_iter().partition(is_its);
    }
    connect(files, image);
}

/// Whether a site passes requests on to a container of another name: it is of an image of its own.
fn asks_another(site: &Site) -> bool {
    names_asked(std::slice::from_ref(site)).next().is_some()
}

/// What developers build of a project, in a folder that Docker would not take by itself.
fn built_for<'a>(
    files: &Files<'a>,
    project: &Arc<Project>,
    built: &[Build],
) -> Option<(Read<'a>, Utf8PathBuf)> {
    let build = built.iter().find(|it| Arc::ptr_eq(&it.project, project))?;
    let name = build.dockerfile.file_name().unwrap_or_default();
    let Found::Read(read) = files.find(&build.dockerfile) else { return None };
    if build.dockerfile.parent().is_some_and(is_for_few) {
        return None;
    }
    if matches!(stage_of(name), None | Some(Stage::Production)) {
        return Some((read, build.context.clone()));
    }
    // `Dockerfile` beside `Dockerfile.dev` is built as that is.
    let beside = |it: &Read<'_>| it.path.parent() == build.dockerfile.parent();
    let dockerfiles = files.of(Kind::Dockerfile).into_iter().filter(beside).collect();
    Some((for_production(dockerfiles)?, build.context.clone()))
}

/// What is built of a project to be taken elsewhere: the one Dockerfile of which a script or a workflow
/// builds an image that has it, where some image is pushed.
fn pushed<'a>(
    files: &Files<'a>,
    builds: &Builds<'_>,
    project: &Project,
) -> Option<(Read<'a>, Utf8PathBuf)> {
    const PUSHES: [&str; 4] = ["docker push", "push: true", "--push", "podman push"];
    let mut lists = [Kind::Shell, Kind::Workflow, Kind::Makefile].into_iter();
    let pushes = |read: &Read<'_>| PUSHES.iter().any(|it| read.has(it));
    if !lists.any(|kind| files.of(kind).iter().any(pushes)) {
        return None;
    }
    let name = |recipe: &Recipe| recipe.dockerfile.file_name().unwrap_or_default().to_owned();
    let may_be = |it: &&Recipe| {
        project.root.starts_with(&it.context)
            && matches!(stage_of(&name(it)), None | Some(Stage::Production))
    };
    let named = builds.by_scripts().iter().map(|(_, recipe)| recipe);
    let mut recipes: Vec<&Recipe> = named.filter(may_be).collect();
    // What a workflow calls it by may be a secret, or an output of the cloud's own action.
    let unnamed = match recipes.is_empty() {
        true => image_builds::recipes(files, &pushes),
        false => Vec::new(),
    };
    recipes.extend(unnamed.iter().filter(may_be));
    let is_one =
        |recipes: &[&Recipe]| recipes.iter().all(|it| it.dockerfile == recipes[0].dockerfile);
    if !is_one(&recipes) {
        recipes.retain(|it| has(builds, it, project));
    }
    let first = recipes.first().filter(|_| is_one(&recipes))?;
    let Found::Read(read) = files.find(&first.dockerfile) else { return None };
    Some((read, first.context.clone()))
}

/// Whether an image may have a project's code, as far as its build is in view.
fn has(builds: &Builds<'_>, recipe: &Recipe, project: &Project) -> bool {
    let built = image_of::of_recipe(builds, recipe);
    let image = built.as_ref().and_then(|it| it.in_context(builds.files));
    image.is_none_or(|(image, context)| !image.places_of(&project.root, &context).is_empty())
}

/// The only stage of a Dockerfile that is called after production, where the last one, which Docker builds
/// if nobody names any, is called after developers or tests; or else the stage that those are built on, if it
/// starts something by itself: `FROM app AS dev`.
fn production_before_few(image: &Built) -> Option<String> {
    let image = image.image.as_ref()?;
    let is_for_few = |it: &BuildStage| {
        it.name.as_ref().and_then(|it| stage_of(&it.value)).is_some_and(Stage::is_for_few)
    };
    let mut stage = image.target();
    if !is_for_few(stage) {
        return None;
    }
    if let Some(live) = only_live_stage(image) {
        return Some(live.to_owned());
    }
    while is_for_few(stage) {
        let Base::Stage(below) = &stage.base else { return None };
        stage = image.stages.get(*below)?;
    }
    Some(stage.name.as_ref().filter(|_| stage.starts_something())?.value.clone())
}

/// Whether the stage that runs says so, beside others of the same file.
fn is_for_production(image: &Built) -> bool {
    let name = image.image.as_ref().and_then(|it| it.target().name.as_ref());
    name.is_some_and(|it| stage_of(&it.value) == Some(Stage::Production))
}

/// The nearest, from the project's folder up, of those that are not for developers or tests.
fn dockerfiles_of<'a>(files: &Files<'a>, project: &Project) -> Vec<Read<'a>> {
    let folder = |read: &Read<'a>| read.path.parent().unwrap_or(Utf8Path::new(""));
    let mut found = files.of(Kind::Dockerfile);
    found.retain(|read| project.root.starts_with(folder(read)) && is_deployed(read));
    let depth = |read: &Read<'_>| read.path.components().count();
    let nearest = found.iter().map(depth).max();
    found.retain(|read| Some(depth(read)) == nearest);
    found
}

fn stage(read: &Read<'_>) -> Option<Stage> {
    stage_of(read.path.file_name().unwrap_or_default())
}

fn is_deployed(read: &Read<'_>) -> bool {
    matches!(stage(read), None | Some(Stage::Production))
}

/// Of several in one folder that for production, or that which Docker takes by itself.
fn for_production<'a>(mut found: Vec<Read<'a>>) -> Option<Read<'a>> {
    found.retain(is_deployed);
    if let [only] = found.as_slice() {
        return Some(*only);
    }
    let mut for_production = found.iter().filter(|read| stage(read).is_some());
    match (for_production.next(), for_production.next()) {
        (Some(only), None) => Some(*only),
        (None, _) => found.into_iter().find(|read| read.path.file_name() == Some("Dockerfile")),
        (Some(_), Some(_)) => None,
    }
}
