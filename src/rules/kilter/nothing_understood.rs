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
    check: Check::Model(check),
    page: include_str!("../../../rules/kilter/nothing-understood.md"),
};

fn check(model: &Model, out: &mut Findings) {
    for file in &model.reading.unrelated {
        out.report(
            file,
            "nothing here could be related to a Django project",
            file.label("stands alone"),
        )
        .help("check the folder that holds both, or name the files in kilter.toml");
    }
}
