//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::Deployment;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "env/process-divergence",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/env/process-divergence.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for it in deployment.divergences() {
        let (name, process, other) = (it.name, &it.process.name, &it.other.name);
        out.report(
            it.process,
            format!("`{process}` and `{other}` do not have the same `{name}`"),
            it.value.label(format!("what `{process}` has")),
        )
        .also(it.other_value.label(format!("what `{other}` has")))
        .help(format!("give both `{name}` from one place"));
    }
}
