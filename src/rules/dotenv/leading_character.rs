//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::fact::{Certainty, Fact};
use crate::model::EnvFile;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "dotenv/leading-character",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Dotenv(check),
    page: include_str!("../../../rules/dotenv/leading-character.md"),
};

fn check(file: &EnvFile, out: &mut Findings) {
    for it in file.assignments() {
        let key = &it.key.value;
        if key.starts_with(|char: char| char.is_ascii_alphabetic() || char == '_') {
            continue;
        }
        let finding = out.report(
            &file.start,
            format!("`{key}` begins as no variable does"),
            Fact::at((), it.key.place).label("shells and systemd do not take it for a name"),
        );
        finding.help("begin the name with a letter or an underscore");
        if file.documents {
            finding.at_most(Severity::Advice);
        }
    }
    let Some(first) = file.assignments().find(|it| !it.indent.span.is_empty()) else { return };
    let skipped = Fact::at((), first.indent)
        .doubt(Certainty::Possible, "every reader that kilter knows skips blanks");
    out.report(
        &file.start,
        format!("blanks stand before `{}`", first.key.value),
        skipped.label("a part of the name to whoever does not skip them"),
    )
    .help("begin the line with the name")
    .at_most(Severity::Advice)
    .mend(
        Safety::Safe,
        "take the blanks away",
        file.assignments().map(|it| Edit::replace(it.indent, "")),
    );
}
