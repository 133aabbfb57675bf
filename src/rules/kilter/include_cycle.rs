//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::Model;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "kilter/include-cycle",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Model(check),
    page: include_str!("../../../rules/kilter/include-cycle.md"),
};

fn check(model: &Model, out: &mut Findings) {
    for cycle in &model.reading.cycles {
        out.report(cycle, &cycle.value, cycle.label("leads back")).help("break the circle here");
    }
}
