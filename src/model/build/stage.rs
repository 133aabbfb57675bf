//! What compose files are for, where neither their names nor those beside them say so.
//!
//! Whoever writes for developers mounts the source under a server that starts anew at each change,
//! builds the stage `dev`, or says it in a comment. No single one of these is asked of all.

use crate::fact::{Certainty, Fact};
use crate::model::build::compose_files::Set;
use crate::model::build::compose_said;
use crate::model::build::named_stage::stage_of;
use crate::model::build::service_says::{
    asks_for_runserver, has_a_certificate, has_certificates_of_the_machine, is_a_developers,
    is_built_for_production, is_built_for_tests, is_given_production, is_of_a_mac,
    is_supplied_for_dev, is_supplied_for_tests, mounts_for_production, names_production,
    names_settings_for_dev, starts_for_production,
};
use crate::model::compose::{self, MountKind, Port, Service};
use crate::model::django::{self, Role as ModuleRole};
use crate::model::image::{Image, Role};
use crate::model::process::Named;
use crate::model::{
    Container, DEBUG, Django, Files, Found, Process, ProcessKind, Site, Stage, Storage, View,
};
use camino::Utf8Path;

/// Files that are used together, with all that comes of them.
#[derive(Clone, Copy)]
pub(super) struct Assembly<'a> {
    pub(super) files: &'a Files<'a>,
    pub(super) set: &'a Set,
    pub(super) project: &'a compose::Project,
    pub(super) views: &'a [View],
    pub(super) processes: &'a [Process],
    pub(super) containers: &'a [Container],
    pub(super) sites: &'a [Site],
}

/// The stage of files that are used together. Production that nobody speaks of is doubted.
pub(super) fn stage(of: Assembly<'_>, is_put_up_with: bool) -> Fact<Stage> {
    let Assembly { files, set, project, views, processes, containers, .. } = of;
    if project.usage.is_only_built {
        let why = "its images are built for a platform, and nothing in view starts what it says";
        return set.stage.clone().doubt(Certainty::Likely, why);
    }
    let says = |told: fn(&str) -> bool| {
        set.files.iter().any(|path| match files.find(path) {
            Found::Read(read) => told(read.text),
            Found::Wanted | Found::Folder | Found::Absent => false,
        })
    };
    let is_of_a_mac = || project.services.iter().any(is_of_a_mac);
    if !project.usage.is_deployed && (says(compose_said::is_play) || is_of_a_mac()) {
        return set.stage.map(|_| Stage::Development);
    }
    // Beside what is deployed, the word of a folder around both says nothing of this.
    let is_tried = is_said_by_deploy(set) && tries(views, processes, containers);
    let is_tested = project.services.iter().any(is_supplied_for_tests);
    let is_told = is_said_by_deploy(set) && says(compose_said::is_for_developers);
    let is_chosen = is_said_by_deploy(set)
        && has_production_beside(files, set)
        && project.services.iter().any(names_settings_for_dev);
    let is_said = set.stage_is_said
        && !project.usage.is_beside_deployed
        && !(is_tried || is_tested || is_told || is_chosen);
    // Beside a file for production, the one of the usual name is the developers' until it is deployed, or
    // keeps up what it gives production's variables.
    let is_given = |it: &Service| !it.stays_down() && is_given_production(files, it);
    let is_live_all_the_same = || set.is_beside_production && project.services.iter().any(is_given);
    if set.is_plain() && (project.usage.is_deployed || is_live_all_the_same()) {
        return set.stage.map(|_| Stage::Production);
    }
    if is_said || project.usage.is_deployed {
        return set.stage.clone();
    }
    let is_live = is_live(of);
    let has_certificates = project.services.iter().any(has_certificates_of_the_machine);
    // How a frontend is started says nothing of a site that is started for production.
    let is_live_site = |it: &Process| {
        it.kind.is_web() && project.service(&it.name).is_some_and(starts_for_production)
    };
    let has_live_site = processes.iter().any(is_live_site);
    let is_aside = |process: &Process| has_live_site && process.django.is_none();
    let runs = |process: &Process| {
        let service = project.service(&process.name);
        let asks = |it: &Service| {
            asks_for_runserver(it, process) || is_watched_where_a_variable_says(it, process)
        };
        let tended = match has_certificates {
            // Whoever deploys by `git pull` alone has a server of production's watch what is mounted.
            true => process.is_for_developers(),
            false => is_tended(process, views),
        };
        let reloads = tended || service.is_some_and(asks);
        reloads && !is_put_up_with
            || names_settings(process, ModuleRole::Development)
            || service.is_some_and(|it| !is_aside(process) && is_a_developers(it, process))
            || service.is_some_and(|it| !is_live && is_supplied_for_dev(it, process))
    };
    let for_developers = says(compose_said::is_for_developers)
        || processes.iter().any(runs)
        || containers.iter().any(catches_mail)
        || mounts_virtualenv(views)
        || !processes.iter().any(|it| is_front(project, it))
            && processes.iter().any(has_settings_of_containers)
        || project.services.iter().any(is_built_for_tests)
        || project.services.iter().any(names_settings_for_dev)
        || project.usage.is_passed_over
        || project.usage.is_told_for_developers
        || containers.iter().all(|it| is_beside(it) || holds_data(project, it))
        || !is_put_up_with && is_workshop(files, views, processes, containers);
    match for_developers {
        true => set.stage.map(|_| Stage::Development),
        false if containers.iter().any(serves_as_in_production) => set.stage.clone(),
        false => set.stage.clone().doubt(Certainty::Likely, "nothing says what the files are for"),
    }
}

/// Whether nothing but a folder `deploy/` says that the files are for production, which often has all
/// that there is for containers.
fn is_said_by_deploy(set: &Set) -> bool {
    let is_production = |name: &str| stage_of(name) == Some(Stage::Production);
    let weak = |name: &str| !is_production(name) || matches!(name, "deploy" | "server");
    set.stage.value == Stage::Production
        && set.files.iter().all(|path| path.iter().all(weak))
        && set.files.iter().any(|path| path.parent().is_some_and(|it| it.iter().any(is_production)))
}

/// Whether it is the plain file, and another of its folder is called after production.
fn has_production_beside(files: &Files, set: &Set) -> bool {
    let folder = set.files.first().and_then(|it| it.parent()).unwrap_or(Utf8Path::new(""));
    let mut names = files.tree.children(folder).filter_map(|(path, _)| path.file_name());
    set.is_plain()
        && names.any(|it| it.contains("compose") && stage_of(it) == Some(Stage::Production))
}

/// Whether all that serves is `runserver` on mounted source with DEBUG on, and no web server stands in
/// front of it.
fn tries(views: &[View], processes: &[Process], containers: &[Container]) -> bool {
    let is_on = |it: &Process| it.fact().get(DEBUG).is_none_or(|debug| debug.value);
    let mounts_source = |it: &Process| {
        let mut mounts = views[it.view.0].mounts.iter();
        mounts.any(|mount| matches!(mount.value.from, Storage::Checkout(_)))
    };
    let mut webs = processes.iter().filter(|it| it.kind.is_web()).peekable();
    webs.peek().is_some()
        && webs.all(|it| it.is_for_developers() && is_on(it) && mounts_source(it))
        && !containers.iter().any(is_proxy)
}

/// Whether somebody chose settings for production, or fetches certificates that others trust, and a
/// server that is made for production runs behind a web server: whatever the env file is called then,
/// it is what the site gets. So does a web server that answers to a name of theirs, where no other files
/// could be for the site.
fn is_live(of: Assembly<'_>) -> bool {
    let Assembly { project, processes, containers, .. } = of;
    let of_certificates = |it: &Service| {
        let image = it.image.as_ref().map(ToString::to_string);
        image.is_some_and(|it| it.starts_with("certbot/")) && !it.stays_down()
    };
    let has_name = project.services.iter().any(of_certificates)
        && processes.iter().any(|it| is_front(project, it))
        || project.services.iter().any(has_a_certificate)
        || is_only_site(of);
    let serves = |process: &Process| {
        let reloads = process.started.as_ref().is_none_or(|it| it.reload.is_some());
        process.kind.is_web()
            && !process.is_for_developers()
            && !reloads
            && (has_name || names_settings(process, ModuleRole::Production))
    };
    processes.iter().any(serves) && containers.iter().any(is_proxy)
}

/// Whether it is the plain file, whose web server answers to a name that everybody may ask for, and no file
/// of the tree is called after production.
fn is_only_site(of: Assembly<'_>) -> bool {
    let Assembly { files, set, sites, .. } = of;
    let is_for_production = |path: &Utf8Path| {
        let name = path.file_name().unwrap_or_default();
        name.contains("compose") && path.iter().any(|it| stage_of(it) == Some(Stage::Production))
    };
    set.is_plain()
        && !set.is_beside_developers
        && sites.iter().any(Site::has_a_public_name)
        && !files.tree.below(Utf8Path::new("")).any(|(path, _)| is_for_production(path))
}

/// Whether `runserver`, or a server that watches mounted source, says nothing of the files, as it is what
/// the site is served by: two signs say so that no developer would need. Files for developers lie beside,
/// DEBUG is off, a web server takes the ports that visitors come to, it answers by TLS to a name that is
/// theirs, something is mounted or built that is called after production, or who brings the files up calls it
/// deploying. Or the service is kept up, or lies behind such a web server, and is given an env file for
/// production.
pub(super) fn is_deployed_all_the_same(of: Assembly<'_>) -> bool {
    let Assembly { files, set, project, views, processes, sites, .. } = of;
    let tends = |process: &Process| is_tended(process, views);
    let is_off = |process: &Process| {
        let debug = process.fact().get(DEBUG);
        tends(process) && debug.is_some_and(|it| !it.value && it.evidence().doubt().is_none())
    };
    if set.stage_is_said || !processes.iter().any(tends) {
        return false;
    }
    let has_front = processes.iter().any(|it| is_front(project, it));
    let is_put_to_use = |process: &Process| {
        let service = project.service(&process.name);
        let kept = service.filter(|it| has_front || !it.stays_down());
        tends(process) && kept.is_some_and(|it| is_given_production(files, it))
    };
    if processes.iter().any(is_put_to_use) {
        return true;
    }
    let has_name = has_a_name(sites);
    let has_file =
        project.services.iter().any(|it| mounts_for_production(it) || is_built_for_production(it));
    let is_off = processes.iter().any(is_off);
    let is_called_so = project.usage.is_called_deploying;
    let said = [set.is_beside_developers, is_off, has_front, has_name, has_file, is_called_so];
    said.into_iter().filter(|it| *it).count() > 1
}

/// Whether something in the files is only worth its line on a server: what visitors come to is
/// started again after a reboot, a web server takes the ports that they come to, or production is
/// named. Where the source is mounted from the checkout only the last counts, as developers have all
/// the others as well; or that the web server has the certificate of a name that is theirs, and a server
/// made for production behind it.
pub(super) fn is_kept_up(of: Assembly<'_>) -> bool {
    let Assembly { files, project, views, processes, containers, sites, .. } = of;
    let stays_up = |container: &Container| {
        let service = project.service(&container.name);
        !is_beside(container) && service.is_some_and(|it| !it.stays_down())
    };
    let has_front = processes.iter().any(|it| is_front(project, it));
    let serves = |it: &Process| it.kind.is_web() && !is_tended(it, views);
    let has_certificate = || has_front && has_a_name(sites) && processes.iter().any(serves);
    let is_for_others = || has_front || containers.iter().any(stays_up);
    project.services.iter().any(names_production)
        || processes.iter().any(|it| names_settings(it, ModuleRole::Production))
        || has_certificate()
        || !mounts_source(files, views, processes) && is_for_others()
}

/// Whether a site answers by TLS to a name that is somebody's own.
fn has_a_name(sites: &[Site]) -> bool {
    sites.iter().any(|it| it.has_a_public_name() && it.speaks_tls())
}

fn is_front(project: &compose::Project, process: &Process) -> bool {
    let ports = project.service(&process.name).map(|it| it.ports.as_slice());
    process.kind == ProcessKind::Proxy && ports.unwrap_or_default().iter().any(is_for_visitors)
}

fn is_for_visitors(port: &Port) -> bool {
    port.takes(80) || port.takes(443)
}

fn is_proxy(container: &Container) -> bool {
    container.role().is_some_and(|role| role.value == Role::Proxy)
}

/// Whether what is configured in an image comes from a folder for production, and none of it from one for
/// developers: `COPY config/production/nginx.conf /etc/nginx/nginx.conf`.
fn serves_as_in_production(container: &Container) -> bool {
    let layers = container.image.as_ref().map(Image::layers).unwrap_or_default();
    let copies = layers.into_iter().filter_map(|it| it.copy());
    let own =
        copies.filter(|it| it.destination.as_ref().is_some_and(|it| it.value.starts_with("/etc")));
    let sources = own.flat_map(|it| &it.sources).filter_map(|it| it.known());
    let mut folders: Vec<String> = Vec::new();
    for source in sources {
        let folder = Utf8Path::new(&source.value).parent().unwrap_or(Utf8Path::new(""));
        folders.extend(folder.iter().map(str::to_ascii_lowercase));
    }
    folders.iter().any(|it| matches!(it.as_str(), "prod" | "production"))
        && !folders.iter().any(|it| stage_of(it).is_some_and(Stage::is_for_few))
}

/// What an application needs beside it, which then runs on the developer's machine.
fn is_beside(container: &Container) -> bool {
    container.role().is_some_and(|role| !matches!(role.value, Role::Proxy | Role::Base))
}

/// Whether a container is there for its volumes alone, as it ends at once: others take them from it
/// (`volumes_from`).
fn holds_data(project: &compose::Project, container: &Container) -> bool {
    let is_such = |it: &Service| {
        let image = it.image.as_ref().map(ToString::to_string).unwrap_or_default();
        let name = image.split([':', '@']).next().unwrap_or_default();
        matches!(name, "busybox" | "alpine" | "tianon/true")
            && it.command.is_none()
            && it.entrypoint.is_none()
            && it.ports.is_empty()
    };
    project.service(&container.name).is_some_and(is_such)
}

/// Whether a project's source is mounted into a container, and no server that is made for
/// production is seen to run: whoever deploys this starts one, or brings the source in the image.
fn is_workshop(
    files: &Files,
    views: &[View],
    processes: &[Process],
    containers: &[Container],
) -> bool {
    let serves = |it: &Process| it.kind.is_web() && !it.is_for_developers();
    mounts_project(files, views, processes)
        && !processes.iter().any(serves)
        && !containers.iter().any(is_proxy)
}

/// Whether a project, or a folder of its packages, is mounted into a container as it lies in the
/// checkout.
pub(super) fn mounts_source(files: &Files, views: &[View], processes: &[Process]) -> bool {
    let holds_code = |folder: &Utf8Path| {
        let mut below = files.tree.below(folder);
        files.tree.is_dir(folder) && below.any(|(path, _)| path.extension() == Some("py"))
    };
    let apps = processes.iter().filter(|it| it.kind.is_app());
    mounts_project(files, views, processes) || mount(views, apps, holds_code)
}

/// Whether a project is mounted as a whole into a container, by itself or with the checkout that it lies
/// in.
fn mounts_project(files: &Files, views: &[View], processes: &[Process]) -> bool {
    let is_project =
        |folder: &Utf8Path| files.files_named("manage.py").any(|path| path.starts_with(folder));
    mount(views, processes, is_project)
}

/// Whether one of these processes has such a folder of the checkout in its container.
fn mount<'p>(
    views: &[View],
    processes: impl IntoIterator<Item = &'p Process>,
    is_such: impl Fn(&Utf8Path) -> bool,
) -> bool {
    let mounts = processes.into_iter().flat_map(|process| &views[process.view.0].mounts);
    mounts.into_iter().any(|mount| match &mount.value.from {
        Storage::Checkout(folder) => is_such(folder),
        _ => false,
    })
}

/// Whether packages come from a virtualenv of the checkout, which whoever works there made.
fn mounts_virtualenv(views: &[View]) -> bool {
    let mut mounts = views.iter().flat_map(|it| &it.mounts);
    mounts.any(|mount| match &mount.value.from {
        Storage::Checkout(folder) => folder.iter().any(|it| it == "site-packages"),
        _ => false,
    })
}

fn catches_mail(container: &Container) -> bool {
    container.role().is_some_and(|role| role.value == Role::MailCatcher)
}

/// Whether a server is one that developers work at.
fn is_tended(process: &Process, views: &[View]) -> bool {
    process.is_for_developers() || is_watched(process, &views[process.view.0])
}

fn reloads(process: &Process) -> bool {
    process.started.as_ref().is_some_and(|it| it.reload.is_some())
}

/// Whether the server starts anew at each change of files that a mount brings in from the
/// checkout: without the mount there would be no change to see.
fn is_watched(process: &Process, view: &View) -> bool {
    let is_source = |from: &Storage| matches!(from, Storage::Checkout(_));
    reloads(process) && view.mounts.iter().any(|mount| is_source(&mount.value.from))
}

/// The same, where a variable says which folder is mounted over the one that it starts in:
/// `${APPLICATION}/api:/app`.
fn is_watched_where_a_variable_says(service: &Service, process: &Process) -> bool {
    let holds_code =
        |at: Fact<String>| process.cwd.as_ref().is_some_and(|cwd| cwd.value.starts_with(&at.value));
    reloads(process)
        && service.volumes.iter().any(|it| {
            matches!(it.kind, MountKind::Bind(_, None)) && it.target.known().is_some_and(holds_code)
        })
}

/// The settings that somebody chose for a process; an entry point's default is nobody's choice.
fn chosen(process: &Process) -> Option<&Django> {
    let is_chosen = |it: &&Django| matches!(it.named, Named::Environment | Named::Declared(_));
    process.django.as_ref().filter(is_chosen)
}

/// Whether somebody chose settings for this purpose, and they are no entry point's default.
fn names_settings(process: &Process, role: ModuleRole) -> bool {
    chosen(process).is_some_and(|django| {
        django.module.evidence().doubt().is_none() && django::role(&django.module.value) == role
    })
}

/// Whether somebody chose settings that are called after containers, where others are called after
/// production: `settings/docker.py` is then for the containers of developers.
fn has_settings_of_containers(process: &Process) -> bool {
    let is_of_containers = |name: &str| {
        matches!(name.rsplit('.').next(), Some("docker" | "container" | "containers" | "compose"))
    };
    chosen(process).is_some_and(|django| {
        let mut modules = django.project.modules.iter();
        is_of_containers(&django.module.value)
            && modules.any(|it| django::role(&it.name) == ModuleRole::Production)
    })
}
