//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::fact::Fact;
use crate::model::{DATABASES, Deployment, Process, ProcessKind, Value};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "storage/persistent-connections-asgi",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/storage/persistent-connections-asgi.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for process in deployment.apps().filter(|process| process.kind == ProcessKind::Asgi) {
        let app = process.fact();
        // A server of WSGI has the same settings, and keeps them for good reason.
        if deployment
            .webs()
            .any(|it| it.kind == ProcessKind::Wsgi && has_same_settings(it, process))
        {
            continue;
        }
        let ages = app.possible_of_default_database("CONN_MAX_AGE");
        let Some(age) = ages.first() else { continue };
        let keeps = |age: &Fact<Value>| {
            matches!(age.value, Value::None) || age.value.int().is_some_and(|it| it != 0)
        };
        let keeps = ages.iter().all(keeps);
        let pools = app.entry(DATABASES, &["default", "OPTIONS", "pool"]);
        if !keeps || pools.is_some_and(|it| it.value.truth() != Some(false)) {
            continue;
        }
        let server = process.started.as_ref().map(|started| started.program.map(|_| ()));
        let server = server.unwrap_or_else(|| process.declared.clone());
        out.report(
            process,
            "connections to the database are kept, and under ASGI nothing reuses them",
            age.label("kept open after the request"),
        )
        .also(server.label("served by ASGI, in a new thread each time"))
        .help("set CONN_MAX_AGE to 0, or use the pool of psycopg")
        .mend(Safety::Safe, "set it to 0", zero(age));
    }
}

fn has_same_settings(one: &Process, other: &Process) -> bool {
    let module = |it: &Process| it.django.as_ref().map(|it| it.module.value.clone());
    module(one).is_some() && module(one) == module(other)
}

/// In place of a number that stands there itself.
fn zero(age: &Fact<Value>) -> Option<Edit> {
    let written = age.value.int()?.to_string();
    Some(Edit::replace(age.written_as(&written)?, "0"))
}
