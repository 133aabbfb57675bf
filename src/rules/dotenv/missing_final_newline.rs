//! See the page.

use crate::diagnostic::{Edit, Findings, Fix, Safety, Severity};
use crate::fact::Fact;
use crate::model::EnvFile;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "dotenv/missing-final-newline",
    since: "0.1.0",
    severity: Severity::Advice,
    pedantic: true,
    explains: &[],
    security: None,
    check: Check::Dotenv(check),
    page: include_str!("../../../rules/dotenv/missing-final-newline.md"),
};

fn check(file: &EnvFile, out: &mut Findings) {
    if file.tree.ends_with_newline {
        return;
    }
    let edit = Edit::Replace { place: file.tree.end, text: "\n".to_owned() };
    let title = "end the last line".to_owned();
    out.report(
        &file.start,
        format!("the last line of `{}` has no end", file.name()),
        Fact::at((), file.tree.end).label("what is appended becomes a part of this line"),
    )
    .help("end the file with a newline")
    .fix(Fix { safety: Safety::Safe, title, edits: vec![edit] });
}
