//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
use crate::fact::symbol::is_symbolic;
use crate::model::{Deployment, Process};
use crate::rules::{Check, Rule};
use camino::Utf8Path;
use std::sync::Arc;

pub(super) static RULE: Rule = Rule {
    id: "startup/exec-path-mismatch",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/startup/exec-path-mismatch.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for process in &deployment.processes {
        if deployment.unit(process).is_some() {
            starts_a_folder(process, out);
        }
    }
    // The web server first: what differs from it is elsewhere.
    let mut processes: Vec<&Process> = deployment.processes.iter().collect();
    processes.sort_by_key(|process| !process.kind.is_web());
    let started = processes.into_iter().filter_map(|process| {
        let own = virtualenv(process)?;
        Some((process, deployment.unit(process)?, own))
    });
    let started: Vec<_> = started.collect();
    for (at, (process, unit, own)) in started.iter().enumerate() {
        let path = unit.sets().into_iter().rfind(|(name, _)| name.value == "PATH");
        let other = path.and_then(|(_, value)| only_virtualenv(&value));
        let other = other.filter(|it| it.value != own.value);
        let sibling = started[at + 1..]
            .iter()
            .find(|(other, _, theirs)| theirs.value != own.value && is_alike(process, other));
        let sibling = sibling.map(|(_, _, theirs)| theirs.clone());
        let by_hand = || by_hand(deployment, process, own);
        let is_by_stray = other.is_none()
            && sibling
                .as_ref()
                .is_some_and(|it| is_beside(process, own) && !is_beside(process, it));
        let Some(other) = other.or(sibling).or_else(by_hand) else { continue };
        let (ours, theirs) = (&own.value, &other.value);
        let finding = out.report(
            *process,
            format!("`{}` starts from another virtualenv than its surroundings name", process.name),
            own.label(format!("starts from `{ours}`")),
        );
        finding
            .also(other.label(format!("names `{theirs}`")))
            .help("use one virtualenv for all that belongs to the application");
        // It starts from its checkout's own, and the odd one may be complete as well.
        if is_by_stray {
            finding.at_most(Severity::Warning);
        }
    }
}

/// What the working directory lies in is a folder, and no program: execve(2) takes regular files alone
/// (`systemd-analyze verify`, 252: "is not executable: Is a directory").
fn starts_a_folder(process: &Process, out: &mut Findings) {
    let Some((started, cwd)) = process.started.as_ref().zip(process.cwd.as_ref()) else { return };
    let program = Utf8Path::new(&started.executable.value);
    if !program.is_absolute() || !cwd.value.starts_with(program) || is_symbolic(program.as_str()) {
        return;
    }
    out.report(
        process,
        format!("`{}` does not start: `{program}` is a folder", process.name),
        started.executable.label("named as the program"),
    )
    .also(cwd.label(if cwd.value == program { "works in it" } else { "works in a folder of it" }))
    .help("name the program itself, by its whole path");
}

/// The folder of programs that a process starts from, if that is an application's own.
fn virtualenv(process: &Process) -> Option<Fact<String>> {
    let started = process.started.as_ref().filter(|_| process.kind.is_app())?;
    started.executable.try_map(|path| folder_of_programs(path.rsplit_once('/')?.0))
}

/// Another virtualenv from which scripts for people run `manage.py` in the same checkout, if none
/// runs it from the process's own.
fn by_hand(deployment: &Deployment, process: &Process, own: &Fact<String>) -> Option<Fact<String>> {
    let cwd = process.cwd.as_ref()?;
    let here = deployment.helpers.iter().filter(|it| it.cwd.value == cwd.value);
    let mut folders = here.filter_map(|helper| {
        let executable = &helper.executable;
        let folder = executable.try_map(|path| folder_of_programs(path.rsplit_once('/')?.0))?;
        Some(folder.given(&helper.cwd))
    });
    let first = folders.next()?;
    let is_own = |it: &Fact<String>| it.value == own.value;
    (!is_own(&first) && !folders.any(|it| is_own(&it))).then_some(first)
}

/// The one virtualenv of a search path; `None` if there are several.
fn only_virtualenv(path: &Fact<String>) -> Option<Fact<String>> {
    path.try_map(|path| {
        let mut found = path.split(':').filter_map(folder_of_programs);
        found.next().filter(|_| found.next().is_none())
    })
}

fn folder_of_programs(path: &str) -> Option<String> {
    let of_system = ["/usr/", "/bin", "/sbin", "/snap/", "/opt/conda"];
    let own = path.starts_with('/') && !of_system.iter().any(|it| path.starts_with(it));
    let environment = path.contains("env") || path.contains("venv");
    (own && environment && path.ends_with("/bin")).then(|| path.to_owned())
}

/// Whether a virtualenv lies in the checkout that a process works in, or beside it.
fn is_beside(process: &Process, programs: &Fact<String>) -> bool {
    let Some(cwd) = &process.cwd else { return false };
    let around = cwd.value.parent().filter(|it| it.components().count() > 2);
    let programs = Utf8Path::new(&programs.value);
    programs.starts_with(&cwd.value) || around.is_some_and(|it| programs.starts_with(it))
}

/// Whether two processes run the same checkout of the same project, side by side: of two units of one
/// name one takes the other's place.
fn is_alike(a: &Process, b: &Process) -> bool {
    if a.name == b.name {
        return false;
    }
    let (Some(one), Some(other)) = (&a.django, &b.django) else { return false };
    let cwd = |it: &Process| it.cwd.as_ref().map(|it| it.value.clone());
    Arc::ptr_eq(&one.project, &other.project) && cwd(a).is_some() && cwd(a) == cwd(b)
}
