//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::{DATABASES, Deployment};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "startup/migrate-at-build",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/startup/migrate-at-build.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let mut said = Vec::new();
    for (_, process, container) in deployment.services() {
        let app = process.fact();
        let engine = app.entry(DATABASES, &["default", "ENGINE"]);
        let engine = engine.as_ref().and_then(|it| it.value.text());
        let label = match engine.is_some_and(|it| it.ends_with("sqlite3")) {
            true => "makes a file of the image, which each new container begins with",
            false => "no database of the deployment is there to migrate",
        };
        for step in container.build.iter().filter(|it| it.ran.is_manage("migrate")) {
            if step.ran.optional || said.contains(&step.place) {
                continue;
            }
            said.push(step.place);
            out.report(
                process,
                format!("the image of `{}` is migrated while it is built", process.name),
                step.ran.started.program.label(label),
            )
            .because(&process.declared)
            .help("run `migrate` where the container starts, or as a step of the deployment");
        }
    }
}
