//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::Model;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "kilter/limit-reached",
    since: "0.1.0",
    severity: Severity::Advice,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Model(check),
    page: include_str!("../../../rules/kilter/limit-reached.md"),
};

fn check(model: &Model, out: &mut Findings) {
    for limit in &model.reading.limits {
        out.report(
            limit,
            format!("kilter stopped here: {}", limit.value),
            limit.label("what this leads to stays unknown"),
        )
        .help("rules are silent where they would need it; a constant in its place is read");
    }
}
