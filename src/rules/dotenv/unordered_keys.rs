//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
use crate::model::{Assignment, EnvFile, EnvLine};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "dotenv/unordered-keys",
    since: "0.1.0",
    severity: Severity::Advice,
    pedantic: true,
    explains: &[],
    security: None,
    check: Check::Dotenv(check),
    page: include_str!("../../../rules/dotenv/unordered-keys.md"),
};

fn check(file: &EnvFile, out: &mut Findings) {
    let mut strays = Vec::new();
    let mut block: Vec<&Assignment> = Vec::new();
    for line in &file.tree.lines {
        let EnvLine::Assignment(it) = line else {
            block.clear();
            continue;
        };
        // What refers to a variable above must stay below it.
        if block.iter().any(|above| refers(it, &above.key.value)) {
            block.clear();
            continue;
        }
        if let Some(above) = block.iter().find(|above| above.key.value > it.key.value) {
            strays.push((it.as_ref(), *above));
        }
        block.push(it);
    }
    let Some((first, above)) = strays.first() else { return };
    let (name, before) = (&first.key.value, &above.key.value);
    let at = |it: &Assignment| Fact::at((), it.key.place);
    let finding = out.report(
        &file.start,
        format!("`{name}` stands below `{before}`"),
        at(first).label("out of the order of the alphabet"),
    );
    for (it, _) in strays.iter().skip(1).take(4) {
        finding.also(at(it).label("out of order as well"));
    }
    finding.help(format!("move it above `{before}`, or part the two by a blank line"));
}

fn refers(it: &Assignment, name: &str) -> bool {
    let value = &it.value.value;
    value.match_indices('$').any(|(at, _)| {
        let inner = value[at + 1..].trim_start_matches('{');
        let is_name = |char: char| char.is_ascii_alphanumeric() || char == '_';
        inner.strip_prefix(name).is_some_and(|rest| !rest.starts_with(is_name))
    })
}
