//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
use crate::model::{EnvFile, EnvLine};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "dotenv/syntax",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Dotenv(check),
    page: include_str!("../../../rules/dotenv/syntax.md"),
};

fn check(file: &EnvFile, out: &mut Findings) {
    // A note of an editor's, say: without a reader and a variable it is called so for something else.
    if file.readers.is_empty() && file.assignments().next().is_none() {
        return;
    }
    // Only the library for Node takes them for quotes, and what they hold may have several lines.
    let opens = |value: &str| value.starts_with('`') && !value[1..].ends_with('`');
    let is_for_node =
        |line: &EnvLine| matches!(line, EnvLine::Assignment(it) if opens(&it.value.value));
    if file.tree.lines.iter().any(is_for_node) {
        return;
    }
    let mut lines = file.tree.lines.iter().filter_map(|line| match line {
        EnvLine::Other(place) => Some(Fact::at((), *place)),
        EnvLine::Blank(_)
        | EnvLine::Comment { .. }
        | EnvLine::Assignment(_)
        | EnvLine::Name { .. }
        | EnvLine::Skipped(_) => None,
    });
    let Some(first) = lines.next() else { return };
    let finding = out.report(
        &file.start,
        format!("a line of `{}` is no assignment", file.name()),
        first.label("docker compose refuses the file, a shell runs it, others skip it"),
    );
    for line in lines.take(4) {
        finding.also(line.label("nor is this"));
    }
    finding.help("write `NAME=value`, or `#` in front of it");
    if file.documents {
        finding.at_most(Severity::Warning);
    }
}
