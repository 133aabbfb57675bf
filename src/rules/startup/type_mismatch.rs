//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::model::command::{Celery, Program, Started};
use crate::model::{Deployment, UnitKind};
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
    for unit in deployment.units.iter().filter(|unit| unit.is(UnitKind::Service)) {
        let Some(process) = deployment.process_of(unit) else { continue };
        let Some(started) = process.started.as_ref().filter(|it| is_direct(unit, it)) else {
            continue;
        };
        let Some(kind) = unit.get("Service", "Type") else { continue };
        let (message, help) = match kind.value.as_str() {
            "notify" | "notify-reload" if never_notifies(started) => (
                "waits to be told that the server is ready, which this one never tells",
                "set `Type=exec`",
            ),
            "forking" if stays(started) => (
                "waits for the server to go to the background, which it does not",
                "set `Type=exec`, or `Type=notify` for gunicorn",
            ),
            "simple" | "exec" | "notify" if started.daemon.is_some() => (
                "takes the server for ended as soon as it goes to the background",
                "leave it in the foreground",
            ),
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

/// Whether the unit itself names the program, and no script stands between.
fn is_direct(unit: &crate::model::units::Unit, started: &Started) -> bool {
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
