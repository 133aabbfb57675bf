//! Applications that uWSGI starts of an ini file which no command in view names.
//!
//! An emperor starts every ini file in the folder that it watches. That folder is the server's own:
//! in a repository its files lie anywhere, so that each is taken for a vassal where a unit starts an
//! emperor. And one beside a project that nothing else starts is how somebody starts it by hand.

use crate::fact::{Certainty, Environment, Fact};
use crate::model::build::host::Host;
use crate::model::build::hosted;
use crate::model::build::named_stage::stage_of;
use crate::model::build::of_vagrant::lies_with_vagrantfile;
use crate::model::build::server_config::Place;
use crate::model::build::unclaimed::with_settings_of_production;
use crate::model::build::unit_environment;
use crate::model::command::{self, Program, Started};
use crate::model::contract::Contract;
use crate::model::django::Project;
use crate::model::units::Unit;
use crate::model::{Files, Found, Kind, Process, Site, Stage, UnitKind};
use crate::syntax::kind;
use camino::Utf8Path;
use std::sync::Arc;

pub(super) fn processes(
    files: &Files,
    host: &Host,
    projects: &[Arc<Project>],
    units: &[Unit],
) -> Vec<Process> {
    let services = units.iter().filter(|it| it.is(UnitKind::Service));
    let watched = services.filter_map(|unit| {
        let mut lines = unit.all("Service", "ExecStart");
        Some((unit, lines.find_map(|line| watched(line.value.as_str()))?))
    });
    let Some((emperor, watched)) = watched.into_iter().next() else {
        return installed(files, host, projects);
    };
    let environment = unit_environment::environment(files, host, emperor);
    let start = |path: &Utf8Path| {
        let is_named = path.file_name() == Utf8Path::new(watched).file_name();
        let why = (!is_named).then_some("nothing in view says that the emperor has it");
        let vassal = started(files, host, projects, (environment.clone(), why), path)?;
        Some(Process { emperor: emperor.main_command(), ..vassal })
    };
    inis(files).filter_map(start).collect()
}

/// What lies where an emperor is used to look, and no other file names.
fn installed(files: &Files, host: &Host, projects: &[Arc<Project>]) -> Vec<Process> {
    let why = Some("the emperor that would start it is not in view");
    let environment = Environment::unseen("nothing in view says what starts uWSGI");
    let found = inis(files).filter(|path| is_watched(path) && !is_named(files, path));
    let start = |path| started(files, host, projects, (environment.clone(), why), path);
    found.filter_map(start).filter(|it| it.django.is_some()).collect()
}

/// Whether something that starts programs has the name of a file.
fn is_named(files: &Files, path: &Utf8Path) -> bool {
    let kinds = [
        Kind::Systemd,
        Kind::Supervisor,
        Kind::Shell,
        Kind::Dockerfile,
        Kind::Compose,
        Kind::Procfile,
    ];
    let name = path.file_name().unwrap_or_default();
    kinds.iter().flat_map(|kind| files.of(*kind)).any(|it| it.has(name))
}

/// `/etc/uwsgi/vassals` and what guides call it.
fn is_watched(path: &Utf8Path) -> bool {
    const FOLDERS: [&str; 5] =
        ["vassals", "vassals-enabled", "sites", "apps-enabled", "apps-available"];
    let mut above = path.ancestors().skip(1).filter_map(Utf8Path::file_name);
    above.next().is_some_and(|it| FOLDERS.contains(&it))
        && above.next().is_some_and(|it| it.contains("uwsgi"))
}

/// What an emperor is told to watch: a folder, a pattern, or one file ("The uWSGI Emperor" in uWSGI's
/// documentation, "Imperial monitors").
fn watched(line: &str) -> Option<&str> {
    let (_, behind) = line.split_once("--emperor")?;
    behind.trim_start_matches('=').split_whitespace().next()
}

/// Takes the only ini file in the folder that an emperor of a container watches for its own. A vassal is
/// started in that folder ("The uWSGI Emperor", "Imperial monitors"), which decides where its modules are
/// looked for, unless it says or the emperor is there itself.
pub(super) fn watch_folder(place: &Place<'_>, started: &mut Started) {
    let is_emperor = started.program.value == Program::Uwsgi && started.config_file.is_none();
    let Some(watched) = started.option(&["--emperor"]).filter(|_| is_emperor) else { return };
    let Some(at) = place.absolute(&watched.value) else { return };
    let Some(folder) = (place.tree)(&at).filter(|it| place.files.tree.is_dir(it)) else { return };
    let inis = place.files.tree.children(&folder).filter_map(|(path, _)| path.file_name());
    let mut inis = inis.filter(|it| it.ends_with(".ini"));
    let (Some(only), None) = (inis.next(), inis.next()) else { return };
    let Found::Read(read) = place.files.find(&folder.join(only)) else { return };
    let mut lines = read.text.lines().map(str::trim);
    let is_one = lines.clone().any(|it| it == "[uwsgi]");
    let is_placed = place.directory == Some(at.as_path())
        || lines
            .any(|it| it.strip_prefix("chdir").is_some_and(|it| it.trim_start().starts_with('=')));
    if is_one && is_placed {
        started.config_file = Some(watched.map(|_| at.join(only).into_string()));
    }
}

/// The only file that starts a project which nothing else does: no image and no Procfile is there that
/// could, or a site of the machine leads to where this one listens.
pub(super) fn alone(
    files: &Files,
    host: &Host,
    project: &Arc<Project>,
    (sites, contract): (&[Site], Option<&Contract>),
) -> Option<Process> {
    let others = [Kind::Dockerfile, Kind::Compose, Kind::Procfile];
    if host.root.is_some() {
        return None;
    }
    let may_be_another = others.iter().any(|kind| !files.of(*kind).is_empty());
    let environment = Environment::unseen("nothing in view says what starts uWSGI");
    let projects = std::slice::from_ref(project);
    let is_meant = |path: &&Utf8Path| {
        let name = path.file_name().unwrap_or_default();
        !kind::is_example(path)
            && !kind::is_template(path)
            && !lies_with_vagrantfile(files, path)
            && stage_of(name).is_none_or(|it| it == Stage::Production)
    };
    let start = |path| {
        let starter = starter(files, path);
        let why = match starter {
            Some(script) if is_told(files, script) => None,
            Some(script) => {
                Some(format!("nothing in view runs `{script}`, which starts uWSGI with it"))
            }
            None => Some("nothing in view starts uWSGI with it".to_owned()),
        };
        let around = (environment.clone(), why.as_deref());
        let process = started(files, host, projects, around, path)?;
        // `settings/` without an `__init__.py` has its modules for whoever names one.
        let process = match process.django.as_ref().is_some_and(|it| it.hollow) {
            true => with_settings_of_production(files, contract, host.mounts(), process),
            false => process,
        };
        process.django.as_ref().is_some_and(|it| !it.hollow).then_some((path, process))
    };
    let mut found: Vec<_> = inis(files).filter(is_meant).filter_map(start).collect();
    // Of several the one is meant that a site leads to, or that lies beside `manage.py`.
    let routes = || sites.iter().flat_map(|site| &site.routes).flat_map(|it| &it.upstreams);
    let is_reached = |process: &Process| {
        let listens = || process.listens.iter().map(|it| &it.value.endpoint);
        routes().any(|to| listens().any(|it| to.value == *it))
    };
    let is_beside = |path: &Utf8Path| path.parent() == Some(project.root.as_path());
    if may_be_another {
        found.retain(|(path, it)| is_reached(it) && !is_named(files, path));
    }
    if found.len() > 1 && found.iter().filter(|(_, it)| is_reached(it)).count() == 1 {
        found.retain(|(_, it)| is_reached(it));
    } else if found.len() > 1 {
        found.retain(|(path, _)| is_beside(path));
    }
    match found.len() {
        1 => found.pop().map(|(_, process)| process),
        _ => None,
    }
}

/// The script that starts uWSGI with a file: `uwsgi --ini shop.ini` in `start.sh`.
fn starter<'a>(files: &Files<'a>, path: &Utf8Path) -> Option<&'a str> {
    let name = path.file_name()?;
    let starts = |line: &str| {
        let mut words = line.split_whitespace();
        let is_named = |word: &str| word.rsplit(['/', '=']).next() == Some(name);
        words.any(|it| it.rsplit('/').next() == Some("uwsgi")) && words.any(is_named)
    };
    let is_said = |line: &str| !line.trim_start().starts_with('#') && starts(line);
    let found = files.of(Kind::Shell).into_iter().find(|it| it.text.lines().any(is_said))?;
    found.path.file_name()
}

/// Whether documents tell people to run a script.
fn is_told(files: &Files, script: &str) -> bool {
    let runs = |line: &str| {
        let mut words = line.split(|it: char| it.is_whitespace() || it == '`');
        words.any(|it| it.rsplit('/').next() == Some(script))
    };
    files.documents().iter().any(|it| it.text.lines().any(runs))
}

/// What may be files of uWSGI's on the machine.
pub(super) fn inis<'a>(files: &Files<'a>) -> impl Iterator<Item = &'a Utf8Path> {
    let inis = files.ending_in(&["ini"]).into_iter().map(|it| it.as_path());
    inis.filter(|path| !path.as_str().contains("docker"))
}

/// What uWSGI does with a file, in an environment, and why that may not be certain.
fn started(
    files: &Files,
    host: &Host,
    projects: &[Arc<Project>],
    (mut environment, why): (Environment, Option<&str>),
    path: &Utf8Path,
) -> Option<Process> {
    let Found::Read(read) = files.find(path) else { return None };
    let header = read.text.lines().find(|line| line.trim() == "[uwsgi]")?;
    let declared = Fact::at((), crate::source::Place::of(read.id, read.text, header));
    let declared = match why {
        Some(why) => declared.doubt(Certainty::Likely, why),
        None => declared,
    };
    let words = ["uwsgi", "--ini", "vassal.ini"].map(|it| declared.map(|()| it.to_owned()));
    let mut started = command::started(&words)?;
    let place = Place {
        files,
        environment: &environment,
        directory: Some(Utf8Path::new("/")),
        tree: &|_| Some(path.to_owned()),
    };
    place.configure(&mut started);
    if started.program.value != Program::Uwsgi {
        return None;
    }
    if let Some(socket) = of_debian(files, path).filter(|_| started.listens().is_empty()) {
        started.uwsgi_option("socket", declared.map(|()| socket));
    }
    started.set_in(&mut environment);
    let user = started.user.clone();
    let name = path.file_name()?;
    let program = hosted::Program {
        name,
        declared,
        started,
        before: Arc::default(),
        environment,
        user,
        once: false,
    };
    Some(program.process(files, host, projects))
}

/// Where an application listens that Debian's service starts of its file in `/etc/uwsgi/apps-enabled`, if the
/// file does not say: `socket = /run/uwsgi/%(deb-confnamespace)/%(deb-confname)/socket` (`default.ini` of Debian's
/// package). That it is one, a site says that leads there.
fn of_debian(files: &Files, path: &Utf8Path) -> Option<String> {
    let socket = format!("/run/uwsgi/app/{}/socket", path.file_stem()?);
    files.of(Kind::Nginx).iter().any(|it| it.has(&socket)).then_some(socket)
}
