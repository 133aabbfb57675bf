//! See the page.

use crate::diagnostic::{Edit, Findings, Fix, Safety, Severity};
use crate::fact::Fact;
use crate::model::{Assignment, EnvFile};
use crate::rules::several::several;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "dotenv/trailing-whitespace",
    since: "0.1.0",
    severity: Severity::Advice,
    pedantic: true,
    explains: &[],
    security: None,
    check: Check::Dotenv(check),
    page: include_str!("../../../rules/dotenv/trailing-whitespace.md"),
};

fn check(file: &EnvFile, out: &mut Findings) {
    let ends_blank = |it: &&Assignment| !it.trailing.span.is_empty();
    let found: Vec<&Assignment> = file.assignments().filter(ends_blank).collect();
    let Some((first, also)) = found.split_first() else { return };
    let mut names: Vec<&str> = found.iter().map(|it| it.key.value.as_str()).collect();
    names.dedup();
    let at = |it: &Assignment| Fact::at((), it.trailing);
    let finding = out.report(
        &file.start,
        format!("blanks follow the value of {}", several(&names)),
        at(first).label("`docker run --env-file` makes them part of the value, others do not"),
    );
    for it in also.iter().take(4) {
        finding.also(at(it).label("here as well"));
    }
    let cut = |it: &&Assignment| Edit::Replace { place: it.trailing, text: String::new() };
    let (edits, title) = (found.iter().map(cut).collect(), "take the blanks away".to_owned());
    finding.help("take the blanks away").fix(Fix { safety: Safety::Unsafe, title, edits });
}
