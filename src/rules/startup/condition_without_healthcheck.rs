//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::compose::{Condition, Dependency};
use crate::model::{Deployment, Process};
use crate::rules::several::several;
use crate::rules::{Check, Rule};
use indexmap::IndexMap;

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
    // One check that is missing is one fault, however many wait for it.
    let mut awaited: IndexMap<&str, Vec<(&Process, &Dependency)>> = IndexMap::new();
    for (service, process, _) in deployment.services() {
        let healthy = |it: &&Dependency| it.condition.value == Condition::Healthy;
        for dependency in service.depends_on.iter().filter(healthy) {
            awaited.entry(&dependency.service.value).or_default().push((process, dependency));
        }
    }
    for (awaited, waiting) in awaited {
        let Some(lacks) = deployment.lacks_healthcheck(awaited) else { continue };
        let Some(((process, first), others)) = waiting.split_first() else { continue };
        let names: Vec<&str> = waiting.iter().map(|(process, _)| process.name.as_str()).collect();
        let wait = if others.is_empty() { "waits" } else { "wait" };
        let finding = out.report(
            *process,
            format!("{} {wait} for `{awaited}`, which has no health check", several(&names)),
            first.condition.label("compose refuses to start this"),
        );
        for (_, other) in others {
            finding.also(other.condition.label("and this"));
        }
        finding
            .also(lacks.label("nothing says when it is healthy"))
            .help(format!("give `{awaited}` a `healthcheck`"));
    }
}
