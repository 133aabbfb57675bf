//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::fact::Fact;
use crate::model::{Assignment, EnvFile};
use crate::rules::several::several;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "dotenv/unclosed-quote",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Dotenv(check),
    page: include_str!("../../../rules/dotenv/unclosed-quote.md"),
};

fn check(file: &EnvFile, out: &mut Findings) {
    let is_open = |it: &&Assignment| it.quote.is_some_and(|quote| !quote.closed);
    let open: Vec<&Assignment> = file.assignments().filter(is_open).collect();
    let Some((first, also)) = open.split_first() else { return };
    let names: Vec<&str> = open.iter().map(|it| it.key.value.as_str()).collect();
    let quotes = if also.is_empty() { "quote" } else { "quotes" };
    let are = if also.is_empty() { "is" } else { "are" };
    let at = |it: &Assignment| Fact::at((), it.value.place);
    let finding = out.report(
        &file.start,
        format!("the {quotes} of {} {are} never closed", several(&names)),
        at(first).label("what follows becomes part of the value, or the file is refused"),
    );
    for it in also {
        finding.also(at(it).label("nor is this one"));
    }
    finding.help("close the quote at the end of the line");
    finding.mend(Safety::Unsafe, "close it", open.iter().filter_map(|it| close(it)));
    if file.documents {
        finding.at_most(Severity::Warning);
    }
}

fn close(it: &Assignment) -> Option<Edit> {
    let value = Fact::from(it.value.clone());
    let end = value.value.lines().next()?.trim_end().len();
    Some(Edit::behind(value.part(0..end)?, it.quote?.char))
}
