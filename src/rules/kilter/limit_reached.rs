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
    let mut told: Vec<&str> = Vec::new();
    for limit in &model.reading.limits {
        if told.contains(&limit.value.as_str()) {
            continue;
        }
        told.push(&limit.value);
        let same = model.reading.limits.iter().filter(|it| it.value == limit.value);
        let finding = out.report(
            limit,
            format!("kilter stopped here: {}", limit.value),
            limit.label("what this leads to stays unknown"),
        );
        for other in same.skip(1) {
            finding.also(other.label("and this"));
        }
        finding.help("rules are silent where they would need it; a constant in its place is read");
    }
}
