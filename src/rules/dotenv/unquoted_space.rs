//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::fact::Fact;
use crate::fact::secret::is_placeholder;
use crate::model::{Assignment, EnvFile, EnvReader};
use crate::rules::several::several;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "dotenv/unquoted-space",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Dotenv(check),
    page: include_str!("../../../rules/dotenv/unquoted-space.md"),
};

fn check(file: &EnvFile, out: &mut Findings) {
    // Every other reader takes the whole line.
    if !file.readers.contains(&EnvReader::Shell) {
        return;
    }
    let split = |it: &&Assignment| {
        let value = it.value.value.trim_end();
        it.quote.is_none()
            && value.contains([' ', '\t'])
            // To a shell that is a comment, wherever a word may begin.
            && !value.starts_with('#')
            && !value.contains(['"', '\'', '`', '\\'])
            && !is_placeholder(value)
    };
    let found: Vec<&Assignment> = file.assignments().filter(split).collect();
    let Some((first, also)) = found.split_first() else { return };
    let names: Vec<&str> = found.iter().map(|it| it.key.value.as_str()).collect();
    let at = |it: &Assignment| Fact::at((), it.value.place);
    let (have, no_quotes) = if also.is_empty() { ("has", "none") } else { ("have", "no") };
    let finding = out.report(
        &file.start,
        format!("{} {have} a blank in the value, and no quotes", several(&names)),
        at(first).label("a shell runs the second word as a command"),
    );
    for it in also.iter().take(4) {
        finding.also(at(it).label(format!("{no_quotes} quotes here")));
    }
    finding.help("put the value in double quotes");
    let quoted = found.iter().filter_map(|it| {
        let value = Fact::from(it.value.clone());
        let end = value.value.trim_end().len();
        Some([value.part(0..0)?, value.part(end..end)?].map(|at| Edit::replace(at, "\"")))
    });
    // `docker run --env-file` keeps them; who lets a shell read a file does not use that.
    finding.mend(Safety::Safe, "put it in quotes", quoted.flatten());
}
