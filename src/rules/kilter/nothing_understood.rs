//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::Model;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "kilter/nothing-understood",
    since: "0.1.0",
    severity: Severity::Advice,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Model(check),
    page: include_str!("../../../rules/kilter/nothing-understood.md"),
};

fn check(model: &Model, out: &mut Findings) {
    let Some(unrelated) = &model.reading.unrelated else { return };
    out.report(
        unrelated,
        "no Django project is in view that these files could deploy",
        unrelated.label("judged by itself"),
    )
    .help("check the project along with them: `kilter check ../project .`");
}
