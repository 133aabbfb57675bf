//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::Deployment;
use crate::model::compose::{Condition, Dependency};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "startup/condition-without-healthcheck",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/startup/condition-without-healthcheck.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for (service, process, _) in deployment.services() {
        let healthy = |it: &&Dependency| it.condition.value == Condition::Healthy;
        for dependency in service.depends_on.iter().filter(healthy) {
            let Some(lacks) = deployment.lacks_healthcheck(&dependency.service.value) else {
                continue;
            };
            let awaited = &dependency.service.value;
            out.report(
                process,
                format!("`{}` waits for `{awaited}`, which has no health check", process.name),
                dependency.condition.label("compose refuses to start this"),
            )
            .also(lacks.label("nothing says when it is healthy"))
            .help(format!("give `{awaited}` a `healthcheck`"));
        }
    }
}
