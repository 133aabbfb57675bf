//! Programs of supervisord (supervisord's manual, "Configuration File"), and of Circus: on the machine itself
//! they are processes, in a container they stand beside the one that it is there for.
//!
//! A file that some Dockerfile names, or a compose file mounts, is a container's.

mod circus;
mod declared;

use crate::fact::{Certainty, Environment, Fact, Origin};
use crate::model::build::host::Host;
use crate::model::build::hosted;
use crate::model::build::located;
use crate::model::build::main_step;
use crate::model::build::named_stage::stage_of;
use crate::model::build::of_vagrant::is_of_vagrant;
use crate::model::build::server_config::Place;
use crate::model::command::{Front, Step};
use crate::model::django::Project;
use crate::model::scripted;
use crate::model::units::Unit;
use crate::model::{ControlPort, Files, Kind, Process, Read, Stage};
use crate::source::normalize;
use crate::syntax::Parsed;
use crate::syntax::ini::{self, Reader, Section};
use crate::syntax::kind;
use crate::syntax::shell::evaluate::Argument;
use crate::syntax::systemd::UnitKind;
use camino::{Utf8Path, Utf8PathBuf};
use declared::Declared;
use std::borrow::Cow;
use std::cell::Cell;
use std::sync::Arc;

pub(super) fn processes(files: &Files, host: &Host, projects: &[Arc<Project>]) -> Vec<Process> {
    let declared = of_machine(files).into_iter().flat_map(|(_, sections)| {
        all(sections, |section| {
            let mut base = Environment::default();
            base.open("supervisord passes on what it has itself", Some(section.name.place));
            base
        })
    });
    declared.filter_map(|it| process(files, host, projects, it)).collect()
}

/// The programs of the machine, as their sections declare them.
pub(super) fn programs<'f>(files: &Files<'f>) -> Vec<Declared<'f>> {
    let sections = of_machine(files).into_iter();
    sections.flat_map(|(_, sections)| all(sections, |_| Environment::default())).collect()
}

/// What each section of a file declares, for supervisord or for Circus, with what those have themselves.
fn all(sections: &[Section], base: impl Fn(&Section) -> Environment) -> Vec<Declared<'_>> {
    let of = |section| {
        let base = base(section);
        let watcher = circus::watcher(sections, section, &base);
        Declared::all(section, &base).into_iter().chain(watcher)
    };
    sections.iter().flat_map(of).collect()
}

/// Takes out the units that are left from before: a program of supervisord has the name of one, and
/// it is that program which scripts and workflows start again.
pub(super) fn take_over(files: &Files, units: &mut Vec<Unit>) {
    let programs = programs(files);
    if programs.is_empty() {
        return;
    }
    let lists = scripted::lists(files);
    let is_told = |whom: &str, name: &str| {
        let mut lines = lists.iter().flat_map(|it| it.text.lines());
        lines.any(|line| {
            let mut words = line.split_whitespace().map(|it| it.trim_matches(['"', '\'', ';']));
            line.contains(whom)
                && words.any(|word| word.strip_suffix(".service").unwrap_or(word) == name)
        })
    };
    let is_replaced = |unit: &Unit| {
        let name = unit.path.file_stem().filter(|_| unit.is(UnitKind::Service));
        name.is_some_and(|name| {
            programs.iter().any(|it| it.name == name)
                && is_told("supervisorctl", name)
                && !is_told("systemctl", name)
        })
    };
    units.retain(|unit| !is_replaced(unit));
}

/// The files that no image has, and their sections.
fn of_machine<'a>(files: &Files<'a>) -> Vec<(&'a Utf8Path, &'a [Section])> {
    let containers = [Kind::Dockerfile, Kind::Compose].into_iter();
    let containers: Vec<Read> = containers.flat_map(|kind| files.of(kind)).collect();
    // `CMD ["./run.sh"]`, and it is that script which starts supervisord with the file.
    let scripts = files.of(Kind::Shell);
    let is_of_containers = |script: &Read<'_>| {
        let name = script.path.file_name().unwrap_or_default();
        script.has("supervisord") && containers.iter().any(|it| it.has(name))
    };
    let scripts: Vec<Read> = scripts.into_iter().filter(is_of_containers).collect();
    let in_container = |path: &Utf8Path| {
        let name = path.file_name().unwrap_or_default();
        containers.iter().any(|it| names(files, it, path) || it.has("supervisor"))
            || scripts.iter().any(|it| it.has(name))
    };
    let is_for_developers =
        |read: &Read<'_>| read.path.file_stem().and_then(stage_of) == Some(Stage::Development);
    let all = files.of(Kind::Supervisor);
    let has_others = all.iter().any(|it| !is_for_developers(it));
    let mut found = Vec::new();
    for read in all {
        let Parsed::Supervisor(sections) = read.parsed else { continue };
        let is_passed_over = has_others && is_for_developers(&read);
        // A template says what is started, as that of a unit does; an example may say anything.
        let is_unfinished = files.is_to_be_filled_in(read.path) && !kind::is_template(read.path);
        if is_passed_over || in_container(read.path) || is_unfinished || is_of_vagrant(files, read)
        {
            continue;
        }
        found.push((read.path, sections.as_slice()));
    }
    found
}

/// Whether a Dockerfile or a compose file has the name of a file: not where a line tells which other file of
/// the name it means, as `ADD conf/nginx/shop.conf …` does beside `conf/supervisor/shop.conf`.
fn names(files: &Files, of_container: &Read<'_>, path: &Utf8Path) -> bool {
    let name = path.file_name().unwrap_or_default();
    if !of_container.has(name) {
        return false;
    }
    let others = files.files_named(name);
    let others: Vec<_> = others.filter(|it| it.as_path() != path).collect();
    let is_apart = |it: char| it.is_whitespace() || "\"'[],:=".contains(it);
    let means_another = |line: &str| {
        let mut words = line.split(is_apart).map(|it| it.trim_start_matches("./"));
        words.clone().any(|it| it.contains('/') && others.iter().any(|file| file.ends_with(it)))
            && !words.any(|it| it.contains('/') && path.ends_with(it))
    };
    of_container.text.lines().any(|line| line.contains(name) && !means_another(line))
}

/// Where the supervisords of the machine take commands. Without a name nobody is asked for a password.
pub(super) fn control_ports(files: &Files) -> Vec<ControlPort> {
    let sections = of_machine(files).into_iter().flat_map(|(_, sections)| sections);
    let open = sections.filter(|it| it.name.value == "inet_http_server");
    let port = |it: &Section| {
        let port = it.get("port")?;
        let port = Fact::at(port.as_str().trim().to_owned(), port.place());
        Some(ControlPort { port, guarded: it.get("username").is_some() })
    };
    open.filter_map(port).collect()
}

fn process(
    files: &Files,
    host: &Host,
    projects: &[Arc<Project>],
    declared: Declared,
) -> Option<Process> {
    let Declared { section, name, words, directory, environment, user, socket } = declared;
    let tree = |path: &Utf8Path| host.in_tree(path);
    let scripts = |path: &Utf8Path| tree(path).or_else(|| located::script(files, path));
    let run = main_step::run(files, &words, &environment, directory.as_ref(), &scripts)?;
    let left_running = left_running(files, section, &run);
    let (Step { mut started, mut environment, directory, .. }, before) = run.into_main()?;
    started.directory = directory;
    let by_circus = circus::is_watcher(section);
    started.supervised = (!by_circus).then(|| Fact::at((), section.name.place));
    started.left_running = left_running.filter(|_| !by_circus);
    let is_guess = Cell::new(false);
    let place = Place {
        files,
        environment: &environment,
        directory: started.directory.as_ref().map(|it| Utf8Path::new(&it.value)),
        tree: &|path: &Utf8Path| located::configuration(files, host, path, &is_guess),
    };
    let mut completed = started.clone();
    place.configure(&mut completed);
    completed.set_in(&mut environment);
    socket.into_iter().for_each(|it| completed.hand_over(0, it));
    let user =
        completed.user_begun_as(user, program_of(&words)).or_else(|| as_whom(files, section));
    let mut declared = Fact::at((), section.name.place);
    if is_guess.get() {
        declared = declared.doubt(Certainty::Likely, located::GUESSED);
    }
    let started = completed;
    let program =
        hosted::Program { name: &name, declared, started, before, environment, user, once: false };
    Some(program.process(files, host, projects))
}

/// The script in front of a program, where supervisord asks that alone to stop: SIGTERM ends a shell
/// that waits for a command, and the command goes on as nobody's (its manual, `stopasgroup`; measured
/// with dash 0.5.12 and bash 5.2). What `sh -c` is given may have been replaced by its last command.
fn left_running(files: &Files, section: &Section, run: &main_step::Run) -> Option<Fact<Front>> {
    let main = run.steps.get(run.main).filter(|it| !it.apart && !it.waits)?;
    let front = main.fronts.first().filter(|it| it.value == Front::Script)?;
    let is = |key: &str, wanted: &[&str]| {
        let value = section.get(key).map(|it| it.as_str().trim().to_ascii_lowercase());
        value.map(|it| wanted.contains(&it.as_str()))
    };
    // What a template fills in may be anything.
    let asks_one = is("stopasgroup", &["false", "no", "off", "0"]) != Some(false);
    let asks_so = is("stopsignal", &["term", "sigterm", "15"]) != Some(false);
    let is_last = run.main + 1 == run.steps.len();
    let text = files.read(front.evidence().place()?.file).text;
    let traps = text.lines().any(|line| line.trim_start().starts_with("trap "));
    (asks_one && asks_so && is_last && !traps).then(|| front.clone())
}

/// What a command begins with.
fn program_of(words: &[Argument]) -> Option<&str> {
    words.first().map(|it| it.text.value.as_str())
}

/// Whose a program of the system's supervisord is that names no user: root's, as whom Debian's unit
/// starts that (supervisord's manual, `user`). A file that is started itself, or that one of the tree
/// includes which is, is started by somebody, and who that is stands nowhere.
fn as_whom(files: &Files, section: &Section) -> Option<Fact<String>> {
    let all = of_machine(files);
    let (path, own) = all.iter().find(|(_, it)| it.iter().any(|it| std::ptr::eq(it, section)))?;
    let names_one = ["user", "uid"].iter().any(|it| section.get(it).is_some());
    let is_own =
        || all.iter().any(|(_, it)| is_started(it) && !is_of_system(it) && includes(it, path));
    if names_one || circus::is_watcher(section) || is_started(own) || is_own() {
        return None;
    }
    let why = "the supervisord that includes this file is taken for the system's, which root runs";
    let origin = Origin::Default { of: "supervisord", version: "", source: "its manual, `user`" };
    Some(Fact::new("root".to_owned(), origin).doubt(Certainty::Likely, why))
}

/// Whether a supervisord is started with a file: what such a one includes has no use for these sections (its
/// manual, "[include] Section Settings": included files include none).
fn is_started(sections: &[Section]) -> bool {
    const OF_ITSELF: [&str; 4] = ["supervisord", "supervisorctl", "unix_http_server", "include"];
    sections.iter().any(|it| OF_ITSELF.contains(&it.name.value.as_str()))
}

/// Whether its supervisord keeps its number where only root writes, as Debian's does.
fn is_of_system(sections: &[Section]) -> bool {
    let own = sections.iter().filter(|it| it.name.value == "supervisord");
    let mut kept = own.filter_map(|it| it.get("pidfile"));
    kept.any(|it| ["/var/run/", "/run/"].iter().any(|folder| it.as_str().starts_with(folder)))
}

/// Whether a file includes one that is called so, be it among others.
fn includes(sections: &[Section], path: &Utf8Path) -> bool {
    let named = sections.iter().filter(|it| it.name.value == "include");
    let named = named.filter_map(|it| it.get("files"));
    let name = path.file_name().unwrap_or_default();
    named.flat_map(|it| it.as_str().split_whitespace()).any(|it| {
        let last = it.rsplit('/').next().unwrap_or_default();
        globset::Glob::new(last).is_ok_and(|it| it.compile_matcher().is_match(name))
    })
}

/// Where an image has a file of the tree.
pub(super) type Places<'a> = &'a dyn Fn(&Utf8Path) -> Vec<Utf8PathBuf>;

/// The programs that a supervisord brings up in a container, which `tree` finds the files of. The
/// last of them is the one that answers requests, if one does; all others run beside it.
pub(super) fn in_container(
    files: &Files,
    supervisor: &Step,
    tree: &dyn Fn(&Utf8Path) -> Option<Utf8PathBuf>,
    places: Places<'_>,
) -> Vec<Step> {
    let mut steps = Vec::new();
    for read in configuration(files, supervisor, tree, places) {
        let sections = sections(read);
        let declared = sections.iter().flat_map(|it| Declared::all(it, &supervisor.environment));
        for declared in declared {
            let own = supervisor.directory.as_ref();
            let own = own.map(|it| it.map(|path| Utf8PathBuf::from(path.as_str())));
            let Declared { section, words, directory, environment, user, socket, .. } = declared;
            let directory = directory.or(own);
            let run = main_step::run(files, &words, &environment, directory.as_ref(), tree);
            let Some(run) = run else { continue };
            let left_running = left_running(files, section, &run);
            let Some((mut step, _)) = run.into_main() else { continue };
            step.started.left_running = left_running;
            step.started.user = step.started.user_begun_as(user, program_of(&words));
            step.started.supervised = Some(Fact::at((), section.name.place));
            socket.into_iter().for_each(|it| step.started.hand_over(0, it));
            // It gets its signals from supervisord.
            step.fronts.clear();
            step.conditional |= supervisor.conditional;
            step.apart = true;
            steps.push(step);
        }
    }
    if let Some(web) = steps.iter().rposition(|step| step.started.kind(false).is_web()) {
        let mut web = steps.remove(web);
        web.apart = false;
        steps.push(web);
    }
    steps
}

/// Where supervisord looks if it is not told (its manual, "Running supervisord").
const USUAL: &[&str] =
    &["supervisord.conf", "etc/supervisord.conf", "/etc/supervisord.conf", OF_DEBIAN];

/// The configuration that Debian's package brings.
const OF_DEBIAN: &str = "/etc/supervisor/supervisord.conf";

/// Configurations that packages bring, and what those include: Debian's, Alpine's (its `supervisor`, patch
/// "supervisord.conf") and Fedora's (`supervisor`, "supervisord.conf").
const OF_PACKAGES: [(&str, &str); 3] = [
    (OF_DEBIAN, "/etc/supervisor/conf.d/*.conf"),
    ("/etc/supervisord.conf", "/etc/supervisor.d/*.ini"),
    ("/etc/supervisord.conf", "/etc/supervisord.d/*.ini"),
];

/// The configuration and what it includes, as far as the tree has them.
fn configuration<'a>(
    files: &Files<'a>,
    supervisor: &Step,
    tree: &dyn Fn(&Utf8Path) -> Option<Utf8PathBuf>,
    places: Places<'_>,
) -> Vec<Read<'a>> {
    let from = supervisor.directory.as_ref().map_or("/", |it| it.value.as_str());
    let at = |path: &str| normalize(&Utf8Path::new(from).join(path));
    let find = |path: &Utf8Path| files.find(&tree(path)?).read();
    let named = supervisor.started.option(&["-c", "--configuration"]);
    let named = named.map(|it| it.value);
    let paths = match &named {
        Some(path) => vec![at(path)],
        None => USUAL.iter().map(|path| at(path)).collect(),
    };
    let main = paths.iter().find_map(|path| Some((path, find(path)?)));
    let included = match &main {
        Some((path, read)) => included(*read, path),
        None => {
            let brought =
                OF_PACKAGES.iter().filter(|(of, _)| named.as_ref().is_none_or(|it| it == of));
            brought.map(|(_, included)| Utf8PathBuf::from(included)).collect()
        }
    };
    let mut found: Vec<Read<'a>> = main.into_iter().map(|(_, read)| read).collect();
    for path in included {
        let Some((folder, name)) = path.parent().zip(path.file_name()) else { continue };
        let Some(ending) = name.strip_prefix('*') else {
            found.extend(find(&path));
            continue;
        };
        // What a folder of the image holds is known by where each file is copied or mounted.
        let is_taken = |at: &Utf8Path| {
            at.parent() == Some(folder) && at.file_name().is_some_and(|it| it.ends_with(ending))
        };
        for read in files.of(Kind::Supervisor) {
            let same = folder.join(read.path.file_name().unwrap_or_default());
            let mut ways = places(read.path).into_iter().chain([same]).filter(|at| is_taken(at));
            let there = |at: Utf8PathBuf| find(&at).filter(|it| it.id == read.id);
            found.extend(ways.find_map(there));
        }
    }
    found
}

/// The sections of a file that supervisord is told to read, whatever it was taken for.
fn sections<'a>(read: Read<'a>) -> Cow<'a, [Section]> {
    match read.parsed {
        Parsed::Supervisor(sections) => Cow::Borrowed(sections),
        _ => Cow::Owned(ini::parse(read.id, read.text, Reader::Supervisor).0),
    }
}

/// The patterns of `[include]`, from the folder of the file that has it.
fn included(read: Read<'_>, path: &Utf8Path) -> Vec<Utf8PathBuf> {
    let sections = sections(read);
    let folder = path.parent().unwrap_or("/".into());
    let include = sections.iter().find(|section| section.name.value == "include");
    let listed = include.and_then(|it| it.get("files")).map(|it| it.as_str().to_owned());
    let listed = listed.unwrap_or_default();
    listed.split_whitespace().map(|it| normalize(&folder.join(it))).collect()
}
