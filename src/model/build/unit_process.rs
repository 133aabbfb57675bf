//! Services of systemd as processes.

use crate::fact::{Certainty, Environment, Fact, Origin};
use crate::model::build::apps;
use crate::model::build::cut_short;
use crate::model::build::host::{Checkout, Host as Machine};
use crate::model::build::installed;
use crate::model::build::lasting;
use crate::model::build::located;
use crate::model::build::main_step;
use crate::model::build::server_config;
use crate::model::build::target::Imports;
use crate::model::build::unit_environment;
use crate::model::command::{self, Started, Step};
use crate::model::django::{self, Project};
use crate::model::units::{Unit, is_of_instance};
use crate::model::{Endpoint, Files, Listening, Process, ViewId};
use crate::syntax::systemd::exec::{Command, Privileges};
use crate::syntax::systemd::{UnitKind, specifier};
use camino::{Utf8Path, Utf8PathBuf};
use std::cell::Cell;
use std::sync::Arc;

/// Where units are looked up: the host itself.
const HOST: ViewId = ViewId(0);

pub(super) fn processes(
    files: &Files,
    host: &Machine,
    projects: &[Arc<Project>],
    units: &[Unit],
) -> Vec<Process> {
    let services = units.iter().filter(|unit| unit.is(UnitKind::Service));
    let sockets: Vec<&Unit> = units.iter().filter(|unit| unit.is(UnitKind::Socket)).collect();
    services.filter_map(|unit| process(files, host, projects, unit, &sockets)).collect()
}

/// The file around a unit of the tree that tells a platform how to run the same project.
fn platform(files: &Files, unit: &Unit) -> Option<&'static str> {
    let names = ["fly.toml", "render.yaml", "railway.toml", "railway.json"];
    let mut folders = unit.path.ancestors().skip(1);
    folders.find_map(|folder| names.into_iter().find(|it| files.tree.is_file(&folder.join(it))))
}

/// Whether a server is to run a package that is nowhere in the tree, beside projects that are.
fn is_of_others(files: &Files, projects: &[Arc<Project>], started: &Started) -> bool {
    let app = started.app.as_ref().filter(|_| started.program.value.is_server());
    let app = app.filter(|it| !it.value.is_to_be_filled_in());
    let package = app.and_then(|it| it.value.module.split('.').next());
    package.is_some_and(|package| {
        !projects.is_empty() && projects.iter().all(|it| apps::is_nowhere(files, it, package))
    })
}

fn process(
    files: &Files,
    host: &Machine,
    projects: &[Arc<Project>],
    unit: &Unit,
    sockets: &[&Unit],
) -> Option<Process> {
    let commands = unit.commands("ExecStart");
    let main = commands.last()?;
    let words: Vec<_> = words(unit, main).iter().map(main_step::argument).collect();
    let environment = unit_environment::environment(files, host, unit);
    let cwd = unit.working_directory();
    let tree = |path: &Utf8Path| host.in_tree(path);
    let scripts = |path: &Utf8Path| tree(path).or_else(|| located::script(files, path));
    let run = main_step::run(files, &words, &environment, cwd.as_ref(), &scripts)?;
    let (Step { mut started, mut environment, directory, .. }, before) = run.into_main()?;
    let is_guess = Cell::new(false);
    let place = server_config::Place {
        files,
        environment: &environment,
        directory: directory.as_ref().map(|it| Utf8Path::new(&it.value)),
        tree: &|path: &Utf8Path| located::configuration(files, host, path, &is_guess),
    };
    cut_short::note(files, &mut started);
    place.configure(&mut started);
    // Only where a folder of the host is one of the tree.
    let of_host = server_config::Place { tree: &tree, ..place };
    let may_be_put = |path: &Utf8Path| !host.is_complete && may_be_put(files, path);
    of_host.note_absent(&mut started, &may_be_put);
    if !host.is_complete {
        let why = "somebody may have put it on the server by hand";
        let doubted = started.config_absent.take().map(|it| it.doubt(Certainty::Likely, why));
        started.config_absent = doubted;
    }
    started.set_in(&mut environment);
    let meant = apps::meant(files, host.alone.as_ref(), &started);
    // `cd` of a shell goes elsewhere.
    let begun = directory.map(|it| it.map(|path| Utf8PathBuf::from(path.as_str())));
    let imports = Imports {
        files,
        projects,
        environment: &environment,
        cwd: begun.clone(),
        tree: &tree,
        is_alone: meant.is_some(),
    };
    let target = imports.target(&started);
    let oneshot = unit.get("Service", "Type").is_some_and(|it| it.value == "oneshot");
    // Where the socket of an instance listens, only that instance tells: `ListenStream=/run/%i.sock`.
    let is_handed_by_instance = unit.name.is_template() && partners(unit, sockets).next().is_some();
    // A line of its socket unit that is yet to be filled in may name any place.
    let is_unread = partners(unit, sockets).any(Unit::listens_unread);
    let sockets = handed_on(unit, sockets);
    // gunicorn, uvicorn and daphne take the sockets that they are handed in place of their own
    // (measured with gunicorn 23: `--bind` is ignored).
    let activated = !sockets.is_empty();
    let is_handed = || {
        let is_renamed = !host.is_complete && unit.awaits_socket_of_another_name();
        unit.awaits_socket() || is_handed_by_instance || is_unread || is_renamed
    };
    let is_handed_unseen = !activated && is_handed();
    let listens = match (activated, is_handed_unseen) {
        (true, _) => sockets,
        (false, false) => started.listens(),
        (false, true) => {
            let handed = |it: &Listening| Listening { activated: true, ..it.clone() };
            let why = "its socket unit is not in view, and may listen elsewhere";
            let doubted = |it: Fact<Listening>| it.map(handed).doubt(Certainty::Likely, why);
            // Where it would listen by default says nothing of the socket that it is handed.
            let bound = started.listens().into_iter().filter(|it| it.evidence().is_written());
            bound.map(doubted).collect()
        }
    };
    let is_anywhere = is_handed_unseen && listens.is_empty();
    let is_of_instance = listens.iter().any(|it| match &it.value.endpoint {
        Endpoint::Unix(path) => is_of_instance(path),
        Endpoint::Tcp { .. } => false,
    });
    // Where it works says as much as what it runs.
    let is_checked_out = begun.as_ref().is_some_and(|at| {
        let name = at.value.file_name();
        host.is_complete || projects.iter().any(|it| name.is_some() && it.root.file_name() == name)
    });
    let folder = located::import_root(&started, begun.clone());
    let from = |project: &Project, at: &Utf8Path| {
        folder.as_ref().is_some_and(|it| located::is_folder_of(files, &it.value, project, at))
    };
    let settings = apps::settings_of(&environment);
    let named = apps::project(files, projects, &started, settings.as_deref(), &from);
    let django = named.or(meant).and_then(|project| {
        let home = host.home(begun.as_ref(), &environment);
        let mut django = apps::django(files, project, &started, &home)?;
        if meant.is_some() {
            let why = "nothing in view is called as the unit has it, but for this project";
            django.module = django.module.doubt(Certainty::Likely, why);
        }
        Some(django)
    });
    let lacks = installed::lacking_on_host(files, django.as_ref(), &started);
    let stays = lasting::stays(files, django.as_ref(), &started);
    Some(Process {
        name: unit.name.to_string(),
        kind: started.kind(oneshot || stays == Some(false)),
        stays,
        emperor: None,
        declared: match platform(files, unit) {
            Some(file) => {
                let why = format!("`{file}` says that a platform runs it, without systemd");
                Fact::at((), main.place()).doubt(Certainty::Likely, &why)
            }
            None if !is_checked_out && is_of_others(files, projects, &started) => {
                let why = "what it runs is not in view, and may be another project's";
                Fact::at((), main.place()).doubt(Certainty::Likely, why)
            }
            None if is_guess.get() => {
                Fact::at((), main.place()).doubt(Certainty::Likely, located::GUESSED)
            }
            None => Fact::at((), main.place()),
        },
        view: HOST,
        user: user(unit, main, &started),
        cwd,
        listens_known: !is_of_instance
            && !is_unread
            && (activated || started.binds_known && !is_anywhere),
        environment,
        listens,
        started: Some(started),
        before,
        target,
        lacks,
        django,
    })
}

/// Whether a file may be on the host that is not in the tree at this path: another folder has one of
/// its name, or a document speaks of it.
fn may_be_put(files: &Files, path: &Utf8Path) -> bool {
    let Some(name) = path.file_name() else { return true };
    files.named(name).iter().any(|it| files.tree.is_file(it))
        || files.documents().iter().any(|read| read.has(name))
}

/// The project that a unit runs, and the folder that it is imported from on the host.
pub(super) fn home<'p>(
    files: &Files,
    projects: &'p [Arc<Project>],
    unit: &Unit,
) -> Option<(&'p Arc<Project>, Fact<Utf8PathBuf>)> {
    let (started, directory) = started(files, unit)?;
    let sets = unit.sets();
    let settings = sets.iter().rfind(|(name, _)| name.value == django::VARIABLE);
    let settings = settings.map(|(_, value)| value.value.as_str());
    located::home(files, projects, &started, directory, settings)
}

/// The same of a unit that serves what nothing has.
pub(super) fn home_alone(
    files: &Files,
    alone: Option<&Arc<Project>>,
    unit: &Unit,
) -> Option<(Arc<Project>, Fact<Utf8PathBuf>)> {
    let (started, directory) = started(files, unit)?;
    let project = apps::meant(files, alone, &started)?;
    let folder = located::import_root(&started, directory)?;
    located::is_folder_of(files, &folder.value, project, &project.root)
        .then(|| (Arc::clone(project), folder))
}

/// The same where only the script that a unit starts says it.
pub(super) fn home_by_script<'p>(
    files: &Files,
    projects: &'p [Arc<Project>],
    unit: &Unit,
) -> Option<(&'p Arc<Project>, Fact<Utf8PathBuf>)> {
    let words: Vec<_> = words(unit, unit.commands("ExecStart").last()?);
    let words: Vec<_> = words.iter().map(main_step::argument).collect();
    let begun = (&Environment::default(), unit.working_directory());
    located::home_by_script(files, projects, &words, begun)
}

/// What a unit starts, behind a shell if there is one, and where.
fn started(files: &Files, unit: &Unit) -> Option<(Started, Option<Fact<Utf8PathBuf>>)> {
    let commands = unit.commands("ExecStart");
    let words = words(unit, commands.last()?);
    let working = unit.working_directory();
    if text_of_shell(&words).is_none() {
        return Some((command::started(&words)?, working));
    }
    let words: Vec<_> = words.iter().map(main_step::argument).collect();
    let environment = Environment::default();
    let run = main_step::run(files, &words, &environment, working.as_ref(), &|_| None)?;
    let (step, _) = run.into_main()?;
    let directory = step.directory.map(|it| it.map(|path| Utf8PathBuf::from(path.as_str())));
    Some((step.started, directory))
}

/// `bash -c '…'`
fn text_of_shell(words: &[Fact<String>]) -> Option<&str> {
    let [program, options, text, ..] = words else { return None };
    let name = program.value.rsplit('/').next().unwrap_or_default();
    let takes_text = options.value.starts_with('-') && options.value.contains('c');
    (located::SHELLS.contains(&name) && takes_text).then_some(text.value.as_str())
}

/// Where the script that a unit starts says that the tree is checked out.
pub(super) fn checkout(files: &Files, projects: &[Arc<Project>], unit: &Unit) -> Option<Checkout> {
    let commands = unit.commands("ExecStart");
    let command = commands.last()?;
    let words = words(unit, command);
    if let Some(text) = text_of_shell(&words) {
        let (_, directory) = started(files, unit)?;
        let last = text.rsplit([';', '&']).find(|it| !it.trim().is_empty())?;
        let words = last.split_whitespace().map(|it| it.trim_matches(['"', '\'']));
        return located::checkout(files, projects, words, directory, command.place());
    }
    let words = words.iter().map(|it| it.value.as_str());
    located::checkout(files, projects, words, unit.working_directory(), command.place())
}

/// The words of a command with its specifiers expanded, as far as the unit's name tells.
fn words(unit: &Unit, command: &Command) -> Vec<Fact<String>> {
    let words = std::iter::once(&command.program).chain(&command.arguments);
    let word = |word: &crate::syntax::systemd::words::Word| {
        let (expanded, _) = specifier::fill(&word.text, &unit.name, unit.manager);
        Fact::at(expanded.as_str().to_owned(), word.place())
    };
    words.map(word).collect()
}

/// systemd runs a service as root unless it says otherwise (systemd.exec(5), `User=`).
fn user(unit: &Unit, command: &Command, started: &Started) -> Option<Fact<String>> {
    // Whoever fills a placeholder in may write root there.
    let of_unit = unit.get("Service", "User").map(|user| match user.value.contains("{{") {
        true => user.doubt(Certainty::Likely, "the user is yet to be filled in"),
        false => user,
    });
    if started.user.is_some() {
        return started.user_begun_as(of_unit, Some(command.program.as_str()));
    }
    let root = |place| Fact::at("root".to_owned(), place);
    if matches!(command.prefixes.privileges, Privileges::Full | Privileges::NoUser) {
        return Some(root(command.program.place()));
    }
    if unit.all("Service", "User").next().is_some() {
        return of_unit;
    }
    if unit.flag("Service", "DynamicUser").is_some_and(|it| it.value) {
        let line = unit.get("Service", "DynamicUser")?;
        return Some(line.map(|_| unit.name.prefix.clone()));
    }
    if unit.is_of_a_user() {
        return None;
    }
    let absent = unit.absent("Service", "User")?;
    let origin = Origin::Default { of: "systemd", version: "", source: "systemd.exec(5)" };
    Some(Fact::new("root".to_owned(), origin).given(&absent))
}

/// What socket units listen on and hand to this service.
fn handed_on(service: &Unit, sockets: &[&Unit]) -> Vec<Fact<Listening>> {
    partners(service, sockets).flat_map(Unit::listen_streams).collect()
}

/// The socket units of a service.
fn partners<'u>(service: &Unit, sockets: &[&'u Unit]) -> impl Iterator<Item = &'u Unit> {
    let name = service.name.to_string();
    sockets.iter().copied().filter(move |unit| {
        unit.path.parent() == service.path.parent()
            && unit.partner().is_some_and(|partner| partner.value == name)
    })
}
