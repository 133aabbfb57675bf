//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::Deployment;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "env/file-path-divergence",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/env/file-path-divergence.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for it in &deployment.loaded_elsewhere {
        let (path, unit) = (&it.at.value, &it.units.value);
        out.report(
            &it.at,
            format!("commands run with `{path}`, and the service with `{unit}`"),
            it.at.label("the script loads this file"),
        )
        .also(it.units.label("the unit reads another"))
        .help("let both read one file");
    }
}
