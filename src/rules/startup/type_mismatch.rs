//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::fact::{Certainty, Fact};
use crate::model::command::{Celery, Program, Started};
use crate::model::nginx::Level;
use crate::model::units::Unit;
use crate::model::{Deployment, Process, UnitKind};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "startup/type-mismatch",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/startup/type-mismatch.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    deployment.processes.iter().for_each(|process| under_supervisord(process, out));
    for unit in deployment.units.iter().filter(|unit| unit.is(UnitKind::Service)) {
        by_client(unit, out);
        let Some(process) = deployment.process_of(unit) else { continue };
        let Some(started) = process.started.as_ref().filter(|it| is_direct(unit, it)) else {
            continue;
        };
        if let Some(forks) = forks(deployment, started) {
            nginx(unit, process, &forks, out);
        }
        let Some(kind) = unit.get("Service", "Type") else {
            unwritten(unit, process, started, out);
            continue;
        };
        let (message, help) = match kind.value.as_str() {
            "notify" | "notify-reload" if never_notifies(started) => (
                "waits to be told that the server is ready, which this one never tells",
                "set `Type=exec`",
            ),
            "forking" if stays(started) => (
                "waits for the server to go to the background, which it does not",
                "set `Type=exec`, or `Type=notify` for gunicorn",
            ),
            "simple" | "exec" | "notify" if started.daemon.is_some() => {
                ("takes the server for ended as soon as it goes to the background", stay(started))
            }
            _ => continue,
        };
        let finding = out.report(
            unit,
            format!("`{}` {message}", unit.name),
            kind.label(format!("`Type={kind}`")),
        );
        finding.also(process.declared.label("what it starts")).help(help);
        match &started.daemon {
            Some(daemon) => _ = finding.because(daemon),
            None => _ = finding.replace(&kind, "exec", Safety::Safe),
        }
    }
}

/// A client of Docker's, which tells systemd nothing, nor hands on what the program in the container is to tell:
/// that has the environment of its container, without `NOTIFY_SOCKET`.
fn by_client(unit: &Unit, out: &mut Findings) {
    let Some(kind) = unit.get("Service", "Type").filter(|it| it.value.starts_with("notify")) else {
        return;
    };
    let Some(command) = unit.get("Service", "ExecStart") else { return };
    let program = command.value.split_whitespace().next().unwrap_or_default();
    let program = program.rsplit('/').next().unwrap_or_default();
    if !matches!(program, "docker" | "docker-compose") {
        return;
    }
    let finding = out.report(
        unit,
        format!("`{}` waits to be told that it is ready, which `{program}` never tells", unit.name),
        kind.label(format!("`Type={kind}`")),
    );
    finding.also(command.label("what it starts")).help("set `Type=exec`");
    finding.replace(&kind, "exec", Safety::Safe);
}

/// A server that goes to the background under supervisord, which takes a program that ends within
/// `startsecs` for one that cannot be started, and gives it up (supervisord's manual, "Nondaemonizing of
/// Subprocesses").
fn under_supervisord(process: &Process, out: &mut Findings) {
    let Some(started) = &process.started else { return };
    let (Some(section), Some(daemon)) = (&started.supervised, &started.daemon) else { return };
    out.report(
        process,
        "supervisord takes the server for ended as soon as it goes to the background",
        daemon.label("goes to the background"),
    )
    .also(section.label("starts it again and again, and then gives it up"))
    .because(&process.declared)
    .help(stay(started));
}

/// `celery multi` cannot stay (its documentation, "Daemonization").
fn stay(started: &Started) -> &'static str {
    match started.program.value {
        Program::Celery(_) => "set `Type=forking`, or start one `celery worker`, which stays",
        _ => "leave it in the foreground",
    }
}

/// A server that goes to the background under a unit without a type, which is `simple` then
/// (systemd.service(5)).
fn unwritten(unit: &Unit, process: &Process, started: &Started, out: &mut Findings) {
    let Some(daemon) = &started.daemon else { return };
    let is_left = unit.get("Service", "KillMode");
    let is_left = is_left.is_some_and(|it| matches!(it.value.as_str(), "process" | "none"));
    let is_kept = unit.flag("Service", "RemainAfterExit").is_some_and(|it| it.value);
    if is_left || is_kept || unit.get("Service", "BusName").is_some() {
        return;
    }
    out.report(
        unit,
        format!("`{}` takes the server for ended as soon as it goes to the background", unit.name),
        unit.head("Service").label("without `Type=`, it is `simple`"),
    )
    .also(process.declared.label("what it starts"))
    .help(stay(started))
    .because(daemon);
}

/// nginx that goes to the background under a unit which waits for its end.
fn nginx(unit: &Unit, process: &Process, forks: &Fact<()>, out: &mut Findings) {
    let kind = unit.get("Service", "Type");
    if kind.as_ref().is_some_and(|it| !matches!(it.value.as_str(), "simple" | "exec")) {
        return;
    }
    // Not written, it is `simple` (systemd.service(5)).
    let label = match &kind {
        Some(kind) => kind.label(format!("`Type={kind}`")),
        None => unit.head("Service").label("without `Type=`, it is `simple`"),
    };
    out.report(
        unit,
        format!("`{}` takes nginx for ended as soon as it goes to the background", unit.name),
        label,
    )
    .also(process.declared.label("leaves nginx behind, and systemd kills that"))
    .because(forks)
    .help("set `Type=forking`, or start it with `-g 'daemon off;'`");
}

/// That nginx goes to the background, as it does unless it is told to stay: on its command line, or by
/// a configuration that may not be in view.
fn forks(deployment: &Deployment, started: &Started) -> Option<Fact<()>> {
    let is_nginx = started.program.value == Program::Nginx;
    // Another word is an order to one that runs, or brings a configuration of its own.
    let told = started
        .words
        .iter()
        .any(|word| word.value.starts_with('-') || word.value.contains("daemon"));
    let mut mains = deployment.nginx.iter().map(|it| it.main());
    let says = |level: Level<'_>| level.own("daemon").next().is_some();
    if !is_nginx || told || mains.clone().any(says) {
        return None;
    }
    let forks = started.executable.map(|_| ());
    let is_in_view = mains.any(|level| level.own("events").next().is_some());
    let why = "a configuration that is not in view may keep it in the foreground";
    Some(if is_in_view { forks } else { forks.doubt(Certainty::Likely, why) })
}

/// Whether the unit itself names the program, and no script stands between.
fn is_direct(unit: &Unit, started: &Started) -> bool {
    let here = started.executable.evidence().place().map(|it| it.file);
    here.is_some() && here == unit.head("Service").evidence().place().map(|it| it.file)
}

/// Programs without a word of sd_notify(3) in them.
fn never_notifies(started: &Started) -> bool {
    match started.program.value {
        Program::Uvicorn | Program::Daphne | Program::Celery(_) | Program::Waitress => true,
        Program::Gunicorn
        | Program::Hypercorn
        | Program::Granian
        | Program::Uwsgi
        | Program::Manage(_)
        | Program::Nginx
        | Program::Caddy
        | Program::Redis
        | Program::Postgres
        | Program::Shell
        | Program::Other => false,
    }
}

/// Whether a program surely stays in the foreground.
fn stays(started: &Started) -> bool {
    match started.program.value {
        Program::Uvicorn | Program::Daphne | Program::Waitress => true,
        Program::Gunicorn => started.daemon.is_none() && started.config_file.is_none(),
        Program::Celery(Celery::Worker | Celery::WorkerAndBeat | Celery::Beat) => {
            started.daemon.is_none()
        }
        Program::Celery(Celery::Flower | Celery::Other)
        | Program::Hypercorn
        | Program::Granian
        | Program::Uwsgi
        | Program::Manage(_)
        | Program::Nginx
        | Program::Caddy
        | Program::Redis
        | Program::Postgres
        | Program::Shell
        | Program::Other => false,
    }
}
