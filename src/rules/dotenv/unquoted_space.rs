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
    let read_by_shell = file.readers.contains(&EnvReader::Shell);
    if file.documents && !read_by_shell {
        return;
    }
    let split = |it: &&Assignment| {
        let value = it.value.value.trim_end();
        it.quote.is_none()
            && value.contains([' ', '\t'])
            && !value.contains(['"', '\'', '`', '\\'])
            && !is_placeholder(value)
    };
    let found: Vec<&Assignment> = file.assignments().filter(split).collect();
    let Some((first, also)) = found.split_first() else { return };
    let names: Vec<&str> = found.iter().map(|it| it.key.value.as_str()).collect();
    let at = |it: &Assignment| Fact::at((), it.value.place);
    let does = match read_by_shell {
        true => "a shell runs the second word as a command",
        false => "a shell that loads the file would run the second word",
    };
    let (have, no_quotes) = if also.is_empty() { ("has", "none") } else { ("have", "no") };
    let finding = out.report(
        &file.start,
        format!("{} {have} a blank in the value, and no quotes", several(&names)),
        at(first).label(does),
    );
    for it in also.iter().take(4) {
        finding.also(at(it).label(format!("{no_quotes} quotes here")));
    }
    finding.help("put the value in double quotes");
    // `docker run --env-file` keeps them; who lets a shell read a file does not use that.
    let safety = if read_by_shell { Safety::Safe } else { Safety::Unsafe };
    let quoted = found.iter().filter_map(|it| {
        let value = Fact::from(it.value.clone());
        let end = value.value.trim_end().len();
        Some([value.part(0..0)?, value.part(end..end)?].map(|at| Edit::replace(at, "\"")))
    });
    finding.mend(safety, "put it in quotes", quoted.flatten());
    if !read_by_shell {
        finding.at_most(Severity::Advice);
    }
}
