//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::command::Program;
use crate::model::{Application, Deployment};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "startup/app-target-missing",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/startup/app-target-missing.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for process in &deployment.processes {
        let Some(started) = &process.started else { continue };
        let (Some(app), Some(target)) = (&started.app, &process.target) else { continue };
        if matches!(started.program.value, Program::Celery(_)) {
            continue;
        }
        match &target.value {
            Application::NoModule { module, made } => {
                let help = match made {
                    Some(made) => format!("name the module that makes it: `{made}:application`"),
                    None => {
                        format!("make `{module}`, or name the module that makes the application")
                    }
                };
                out.report(
                    process,
                    format!(
                        "`{}` is to serve `{module}`, and there is no such module",
                        process.name
                    ),
                    app.label("names a module that does not exist"),
                )
                .because(target)
                .help(help);
            }
            Application::NoAttribute { module, attribute } => {
                out.report(
                    process,
                    format!(
                        "`{}` is to serve `{attribute}`, which the module does not have",
                        process.name
                    ),
                    app.label(format!("asks for `{attribute}`")),
                )
                .also(module.label(format!("this module has no `{attribute}`")))
                .because(target)
                .help(format!("name what `{module}` has, or define `{attribute}` there"));
            }
            Application::Found { .. } | Application::Elsewhere { .. } => {}
        }
    }
}
