//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::{Model, Unread};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "kilter/unreadable",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Model(check),
    page: include_str!("../../../rules/kilter/unreadable.md"),
};

fn check(model: &Model, out: &mut Findings) {
    for unread in &model.reading.unread {
        let Unread::Failed(why) = &unread.value else { continue };
        out.report(unread, format!("the file could not be read: {why}"), unread.label("not read"))
            .help("let kilter read it, or leave it out with `exclude` in kilter.toml");
    }
}
