//! See the page.

use crate::diagnostic::{Edit, Findings, Fix, Safety, Severity};
use crate::fact::Fact;
use crate::model::{Assignment, EnvFile};
use crate::rules::several::several;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "dotenv/needless-quotes",
    since: "0.1.0",
    severity: Severity::Advice,
    pedantic: true,
    explains: &[],
    security: None,
    check: Check::Dotenv(check),
    page: include_str!("../../../rules/dotenv/needless-quotes.md"),
};

fn check(file: &EnvFile, out: &mut Findings) {
    let found: Vec<&Assignment> = file.assignments().filter(|it| is_plain(it)).collect();
    let Some((first, also)) = found.split_first() else { return };
    let mut names: Vec<&str> = found.iter().map(|it| it.key.value.as_str()).collect();
    names.dedup();
    let at = |it: &Assignment| Fact::at((), it.value.place);
    let message = format!("{} would be the same without quotes", several(&names));
    let finding = out.report(&file.start, message, at(first).label("nothing to quote in it"));
    for it in also.iter().take(4) {
        finding.also(at(it).label("nor here"));
    }
    let bare =
        |it: &&Assignment| Edit::Replace { place: it.value.place, text: it.inner().to_owned() };
    let edits = found.iter().map(bare).collect();
    let title = "take the quotes away".to_owned();
    finding
        .help("take the quotes away: `docker run --env-file` makes them part of the value")
        .fix(Fix { safety: Safety::Unsafe, title, edits });
}

/// Whether every reader that takes quotes off finds the same value without them.
fn is_plain(it: &Assignment) -> bool {
    let is_plain = |char: char| char.is_ascii_alphanumeric() || "_-./:,@+\"'".contains(char);
    let inner = it.inner();
    it.quote.is_some_and(|quote| quote.closed)
        && !inner.is_empty()
        && !inner.starts_with(['"', '\''])
        && inner.chars().all(is_plain)
}
