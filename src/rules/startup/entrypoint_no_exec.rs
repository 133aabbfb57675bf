//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::fact::Fact;
use crate::model::command::{Celery, Front, Program, Started};
use crate::model::{Deployment, Process};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "startup/entrypoint-no-exec",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/startup/entrypoint-no-exec.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let said = in_containers(deployment, out);
    below_supervisord(deployment, &said, out);
}

/// What is killed with its container; the processes that it was told of.
fn in_containers<'d>(deployment: &'d Deployment, out: &mut Findings) -> Vec<&'d Process> {
    let mut shadowed: Vec<(&Process, &Fact<Front>)> = Vec::new();
    for (process, container) in deployment.contained() {
        let Some(front) = container.shadowed.as_ref() else { continue };
        if !is_served(process) || deployment.is_job(&process.name) {
            continue;
        }
        let place = front.evidence().place();
        if shadowed.iter().all(|(_, it)| it.evidence().place() != place) {
            shadowed.push((process, front));
        }
    }
    // The one that answers requests is missed first.
    shadowed.sort_by_key(|(process, _)| !process.kind.is_web());
    let Some(((process, first), others)) = shadowed.split_first() else { return Vec::new() };
    let (label, help) = match first.value {
        Front::Script => (
            "the script waits for this, and does not pass signals on",
            "put `exec` before the command",
        ),
        Front::Text => (
            "the shell waits for this, and does not pass signals on",
            "put `exec` before the command, or write it as a list without a shell",
        ),
    };
    let message = match others.len() {
        0 => format!("`{}` is killed instead of being asked to stop", process.name),
        1 => {
            format!("`{}` and one other are killed instead of being asked to stop", process.name)
        }
        more => {
            format!(
                "`{}` and {more} others are killed instead of being asked to stop",
                process.name
            )
        }
    };
    let finding = out.report(*process, message, first.label(label)).because(&process.declared);
    for (other, front) in others {
        finding.also(front.label(format!("`{}` is waited for in the same way", other.name)));
    }
    for front in further(deployment, process) {
        finding.also(front.label("a second shell waits for this, and needs it as well"));
    }
    for front in shadowed.iter().filter_map(|(process, _)| left_running(process)) {
        finding.also(front.label("supervisord asks a second shell, which leaves this running"));
    }
    let reloads = |(process, _): &(&Process, &Fact<Front>)| is_reloaded(process);
    let starts_more =
        |(process, _): &&(&Process, &Fact<Front>)| has_others_beside(deployment, process);
    finding.help(match shadowed.iter().any(reloads) {
        _ if shadowed.iter().any(|it| starts_more(&it)) => {
            "start each in a service of its own: what is in the background is not asked either"
                .into()
        }
        true => EXEC_AND_END.to_owned(),
        false => help.to_owned(),
    });
    // In the place of the shell it would end first, and what is in the background be killed at once.
    let alone = shadowed.iter().filter(|it| !starts_more(it));
    let edits: Vec<Edit> = alone.filter_map(|(process, front)| exec(process, front)).collect();
    let what = match shadowed.iter().any(reloads) {
        true => "put `exec` before it, and have uWSGI end at SIGTERM",
        false => "put `exec` before it",
    };
    finding.mend(Safety::Safe, what, edits);
    shadowed.into_iter().map(|(process, _)| process).collect()
}

/// supervisord asks the shell alone, which is gone then, and what it waited for goes on: the new one
/// finds the port taken, and the old one serves the old code until somebody kills it.
fn below_supervisord(deployment: &Deployment, said: &[&Process], out: &mut Findings) {
    let is_told = |process: &Process| said.iter().any(|it| std::ptr::eq(*it, process));
    let mut left: Vec<(&Process, &Fact<Front>)> = Vec::new();
    for process in deployment.processes.iter().filter(|it| is_served(it) && !is_told(it)) {
        let Some(front) = left_running(process) else { continue };
        let place = front.evidence().place();
        if left.iter().all(|(_, it)| it.evidence().place() != place) {
            left.push((process, front));
        }
    }
    left.sort_by_key(|(process, _)| !process.kind.is_web());
    let Some(((process, first), others)) = left.split_first() else { return };
    let name = &process.name;
    let what = match others.len() {
        0 => format!("`{name}`"),
        1 => format!("`{name}` and one other"),
        more => format!("`{name}` and {more} others"),
    };
    // What is left of a container is killed with it.
    let message = match (deployment.is_on_host(process), others.len()) {
        (true, 0) => format!("{what} goes on when supervisord stops it"),
        (true, _) => format!("{what} go on when supervisord stops them"),
        (false, 0) => format!("{what} is killed instead of being asked to stop"),
        (false, _) => format!("{what} are killed instead of being asked to stop"),
    };
    let label = "supervisord asks the shell alone, which ends and leaves this running";
    let finding = out.report(*process, message, first.label(label)).because(&process.declared);
    for (other, front) in others {
        finding.also(front.label(format!("`{}` is left in the same way", other.name)));
    }
    let reloads = left.iter().any(|(process, _)| is_reloaded(process));
    let (help, what) = match reloads {
        true => (EXEC_AND_END, "put `exec` before it, and have uWSGI end at SIGTERM"),
        false => (
            "put `exec` before the command, or write `stopasgroup=true` in its section",
            "put `exec` before it",
        ),
    };
    let edits: Vec<Edit> =
        left.iter().filter_map(|(process, front)| exec(process, front)).collect();
    finding.help(help).mend(Safety::Safe, what, edits);
}

const EXEC_AND_END: &str =
    "put `exec` before it and `--die-on-term` behind `uwsgi`, which reloads at SIGTERM otherwise";

fn left_running(process: &Process) -> Option<&Fact<Front>> {
    process.started.as_ref()?.left_running.as_ref()
}

/// What shells behind the first wait for, each of which has to give its place up.
fn further<'d>(deployment: &'d Deployment, process: &Process) -> &'d [Fact<Front>] {
    let container = deployment.container(&process.name);
    let main = container.and_then(|it| it.steps.get(it.main?));
    main.and_then(|it| it.fronts.get(1..)).unwrap_or_default()
}

/// Whether the container's script starts another server or worker in the background.
fn has_others_beside(deployment: &Deployment, process: &Process) -> bool {
    let Some(container) = deployment.container(&process.name) else { return false };
    let stays = |it: &Program| it.is_server() || matches!(it, Program::Celery(_));
    container.steps.iter().any(|step| step.apart && stays(&step.started.program.value))
}

/// A developer's server stops as well when it is killed, and it is what has to be replaced. Flower keeps
/// what it knows of tasks when it is asked to stop (its `FlowerCommand.run_flower`, `atexit`).
fn is_served(process: &Process) -> bool {
    let is_flower = |it: &Started| matches!(it.program.value, Program::Celery(Celery::Flower));
    let serves = process.kind.is_app() || process.started.as_ref().is_some_and(is_flower);
    serves && process.stays == Some(true) && !process.is_for_developers()
}

/// Whether it is a uWSGI that would only reload (uWSGI's documentation, "Managing the uWSGI server").
fn is_reloaded(process: &Process) -> bool {
    let started = process.started.as_ref();
    started.is_some_and(|it| it.program.value == Program::Uwsgi && !it.ends_at_term)
}

/// Before the command, where no wrapper or assignment stands in front of the program.
fn exec(process: &Process, front: &Fact<Front>) -> Option<Edit> {
    let place = front.written_at()?;
    let program = process.started.as_ref().map(|it| &it.executable);
    // Of a text whose lines are folded only the whole has a place.
    let program = program.and_then(|it| it.written_as(&it.value));
    let first =
        program.is_some_and(|it| it.file == place.file && it.span.start == place.span.start);
    let arguments = front.written_as("\"$@\"").is_some();
    if let Some(program) = program.filter(|_| first && is_reloaded(process)) {
        let name = &process.started.as_ref()?.executable;
        return Some(Edit::replace(program, format!("exec {name} --die-on-term")));
    }
    (first || arguments).then(|| Edit::ahead(place, "exec "))
}
