//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::command::Program;
use crate::model::{Application, Deployment};
use crate::rules::{Check, Rule};

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
    for process in &deployment.processes {
        let Some(started) = &process.started else { continue };
        let (Some(app), Some(target)) = (&started.app, &process.target) else { continue };
        if !matches!(started.program.value, Program::Celery(_)) {
            continue;
        }
        let named = &app.value.module;
        let finding = match &target.value {
            Application::NoModule { module, .. } => out.report(
                process,
                format!("`{}` is to run `{module}`, and there is no such module", process.name),
                app.label("names a module that does not exist"),
            ),
            Application::NoAttribute { module, .. } => {
                let message = format!(
                    "`{}` is to run `{named}`, which has no Celery application",
                    process.name
                );
                let finding = out.report(process, message, app.label(format!("names `{named}`")));
                finding.also(module.label("nothing in this module is a Celery application"));
                finding
            }
            Application::Found { .. } | Application::Elsewhere { .. } => continue,
        };
        finding
            .because(target)
            .help("name the package with `celery.py`, or the module that makes the application");
    }
}
