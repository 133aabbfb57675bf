//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::{Model, Unread};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "kilter/skipped",
    since: "0.1.0",
    severity: Severity::Advice,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Model(check),
    page: include_str!("../../../rules/kilter/skipped.md"),
};

fn check(model: &Model, out: &mut Findings) {
    for unread in &model.reading.unread {
        // Whoever has encrypted it knows, and it stays as it is.
        if matches!(unread.value, Unread::Failed(_) | Unread::Encrypted) {
            continue;
        }
        let help = match unread.value {
            Unread::Wide => "save it as UTF-8, which those expect that read it",
            _ => "leave it out with `exclude` in kilter.toml, if it is none of the deployment's",
        };
        out.report(
            unread,
            format!("the file is left out: {}", unread.value),
            unread.label("not read"),
        )
        .help(help);
    }
}
