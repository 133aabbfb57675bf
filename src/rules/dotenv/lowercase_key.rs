//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
use crate::model::{Assignment, EnvFile};
use crate::rules::several::several;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "dotenv/lowercase-key",
    since: "0.1.0",
    severity: Severity::Advice,
    pedantic: true,
    explains: &[],
    security: None,
    check: Check::Dotenv(check),
    page: include_str!("../../../rules/dotenv/lowercase-key.md"),
};

/// Names that programs look for as they are: curl, and most that speak HTTP, read the first in
/// small letters alone (curl(1), "ENVIRONMENT").
const SMALL: &[&str] = &["http_proxy", "https_proxy", "ftp_proxy", "all_proxy", "no_proxy"];

fn check(file: &EnvFile, out: &mut Findings) {
    let is_small = |it: &&Assignment| {
        let key = it.key.value.as_str();
        key.contains(|char: char| char.is_ascii_lowercase()) && !SMALL.contains(&key)
    };
    let found: Vec<&Assignment> = file.assignments().filter(is_small).collect();
    let Some((first, also)) = found.split_first() else { return };
    let mut names: Vec<&str> = found.iter().map(|it| it.key.value.as_str()).collect();
    names.dedup();
    let has = if names.len() == 1 { "has" } else { "have" };
    let at = |it: &Assignment| Fact::at((), it.key.place);
    let message = format!("{} {has} small letters in the name", several(&names));
    let finding =
        out.report(&file.start, message, at(first).label("names of variables are in capitals"));
    for it in also.iter().take(4) {
        finding.also(at(it).label("this one as well"));
    }
    finding.help("write the name in capitals, here and where it is read");
}
