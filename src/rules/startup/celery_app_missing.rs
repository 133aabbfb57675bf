//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
use crate::model::command::{AppTarget, Program};
use crate::model::{Application, Deployment, Process};
use crate::rules::several::several;
use crate::rules::{Check, Rule};
use indexmap::IndexMap;

pub(super) static RULE: Rule = Rule {
    id: "startup/celery-app-missing",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/startup/celery-app-missing.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    // A worker and beat that name one module have one fault; of two projects, each has its own.
    let mut missing: IndexMap<_, Vec<Celery>> = IndexMap::new();
    for process in &deployment.processes {
        let Some(started) = &process.started else { continue };
        let (Some(app), Some(target)) = (&started.app, &process.target) else { continue };
        let there = match &target.value {
            Application::NoModule { .. } => None,
            Application::NoAttribute { module, .. } => module.evidence().place(),
            Application::Found { .. } | Application::Elsewhere { .. } => continue,
        };
        if matches!(started.program.value, Program::Celery(_)) {
            let alike = missing.entry((app.value.module.as_str(), there)).or_default();
            alike.push(Celery { process, app, target });
        }
    }
    for ((named, _), celery) in missing {
        let Some((first, others)) = celery.split_first() else { continue };
        let names: Vec<&str> = celery.iter().map(|it| it.process.name.as_str()).collect();
        let are = if others.is_empty() { "is" } else { "are" };
        let who = format!("{} {are} to run", several(&names));
        let finding = match &first.target.value {
            Application::NoAttribute { module, .. } => {
                let message = format!("{who} `{named}`, which has no Celery application");
                let names = first.app.label(format!("names `{named}`"));
                let finding = out.report(first.process, message, names);
                finding.also(module.label("nothing in this module is a Celery application"));
                finding
            }
            Application::NoModule { module, .. } => out.report(
                first.process,
                format!("{who} `{module}`, and there is no such module"),
                first.app.label("names a module that does not exist"),
            ),
            Application::Found { .. } | Application::Elsewhere { .. } => continue,
        };
        for other in others {
            finding.also(other.app.label("so does this"));
        }
        let container = deployment.container(&first.process.name);
        let flavour = container.and_then(|it| it.flavour.as_ref());
        let help = match &first.target.value {
            _ if flavour.is_some_and(|it| it.value.is("mher/flower")) => {
                "leave `-A` out: all that Flower needs is the broker, and its image has no other code"
                    .into()
            }
            Application::NoModule { made: Some(made), .. } => format!("write `{made}`"),
            _ => {
                "name the package with `celery.py`, or the module that makes the application".into()
            }
        };
        finding.because(first.target).help(help);
    }
}

/// A process of Celery, the application that it is told of, and what is there of that.
struct Celery<'a> {
    process: &'a Process,
    app: &'a Fact<AppTarget>,
    target: &'a Fact<Application>,
}
