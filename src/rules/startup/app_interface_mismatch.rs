//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::fact::Fact;
use crate::model::command::AppTarget;
use crate::model::django::Entry;
use crate::model::{Application, Deployment, Interface, Process};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "startup/app-interface-mismatch",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/startup/app-interface-mismatch.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for process in &deployment.processes {
        let (Some(started), Some(target)) = (&process.started, &process.target) else { continue };
        let Application::Found { interface: Some(made) } = &target.value else { continue };
        let Some(app) = &started.app else { continue };
        let Some(speaks) = started.speaks().filter(|it| *it != made.value) else { continue };
        let (speaks, other) = (speaks.name(), made.value.name());
        out.report(
            process,
            format!("`{}` speaks {speaks}, and the application is made for {other}", process.name),
            app.label(format!("called by {speaks}")),
        )
        .also(made.label(format!("made for {other}")))
        .because(target)
        .because(&process.declared)
        .help(match made.value {
            Interface::Wsgi => "serve the ASGI application, or use a server for WSGI as gunicorn",
            Interface::Asgi => "serve the WSGI application, or use a worker class for ASGI",
        })
        .mend(
            Safety::Safe,
            format!("serve the {speaks} application"),
            other_entry(process, app, &made.value),
        );
    }
}

/// The entry point of the other kind that lies beside the one that is named.
fn other_entry(process: &Process, app: &Fact<AppTarget>, made: &Interface) -> Option<Edit> {
    let (from, to, kind) = match made {
        Interface::Wsgi => ("wsgi", "asgi", Entry::Asgi),
        Interface::Asgi => ("asgi", "wsgi", Entry::Wsgi),
    };
    let module = &app.value.module;
    let package = module.strip_suffix(from).filter(|it| it.ends_with('.'))?;
    let project = &process.django.as_ref()?.project;
    project.entry(kind, Some(&format!("{package}{to}")))?;
    let attribute = app.value.attribute.as_ref().map(|it| format!(":{it}")).unwrap_or_default();
    let text = app.map(|_| format!("{module}{attribute}"));
    Some(Edit::replace(text.part(package.len()..module.len())?, to))
}
