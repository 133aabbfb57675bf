//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
use crate::model::{Deployment, Process, Value};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "storage/rotating-log-multiprocess",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/storage/rotating-log-multiprocess.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let mut said = Vec::new();
    for app in deployment.for_others() {
        let Some(beside) = beside(deployment, app.value) else { continue };
        let Some(logging) = app.setting("LOGGING") else { continue };
        let handlers = rotating(&logging.value);
        let Some(first) = handlers.first() else { continue };
        if first.written_at().is_some_and(|it| said.contains(&it)) {
            continue;
        }
        said.extend(handlers.iter().filter_map(Fact::written_at));
        let finding = out.report(
            app.value,
            "lines of the log are lost or scattered: several processes rename its file, each by itself",
            first.label("takes it that nobody else writes to its file"),
        );
        for more in &handlers[1..] {
            finding.also(more.label("as does this one"));
        }
        finding.also(beside.label(&beside.value)).because(&logging.map(|_| ())).help(
            "log to the console, or by `WatchedFileHandler` to a file that logrotate renames",
        );
    }
}

/// That several processes have the one file: workers of a server, which have one file system, or another
/// server of the same machine.
fn beside(deployment: &Deployment, process: &Process) -> Option<Fact<String>> {
    let workers = process.started.as_ref().and_then(|it| it.workers.as_ref());
    let on_host = deployment.is_on_host(process)
        && deployment
            .webs()
            .filter(|it| it.has_project_of(process))
            .all(|it| deployment.is_on_host(it));
    let has_workers = workers.is_some_and(|it| it.value > 1);
    deployment.answers_beside(process).filter(|_| has_workers || on_host)
}

/// What renames its file, of the handlers that a logger hands lines to.
fn rotating(logging: &Value) -> Vec<Fact<()>> {
    let Some(handlers) = logging.get("handlers") else { return Vec::new() };
    let each = handlers.value.entries().filter_map(|it| {
        let handler = &it.value.value;
        let class = handler.get("class")?;
        let rotates = match class.value.text()? {
            "logging.handlers.TimedRotatingFileHandler" => true,
            // "If either of maxBytes or backupCount is zero, rollover never occurs" (Python's documentation,
            // `RotatingFileHandler`).
            "logging.handlers.RotatingFileHandler" => {
                ["maxBytes", "backupCount"].iter().all(|it| is_positive(handler, it))
            }
            _ => false,
        };
        let is_named = handler.get("filename").is_some_and(|it| it.value.text().is_some());
        (rotates && is_named && is_used(logging, it.key.text()?)).then(|| class.map(|_| ()))
    });
    each.collect()
}

fn is_positive(handler: &Value, key: &str) -> bool {
    handler.get(key).and_then(|it| it.value.int()).is_some_and(|it| it > 0)
}

/// Whether some logger surely hands lines to a handler.
fn is_used(logging: &Value, handler: &str) -> bool {
    let names = |logger: &Value| {
        let handlers = logger.get("handlers");
        let mut items = handlers.and_then(|it| it.value.items()).into_iter().flatten();
        items.any(|it| it.value.text() == Some(handler))
    };
    let by_root = logging.get("root").is_some_and(|it| names(&it.value));
    let mut loggers = logging.get("loggers").into_iter().flat_map(|it| it.value.entries());
    by_root || loggers.any(|it| names(&it.value.value))
}
