//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::fact::{Certainty, Fact};
use crate::model::{EnvFile, EnvLine, EnvReader};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "dotenv/key-without-value",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Dotenv(check),
    page: include_str!("../../../rules/dotenv/key-without-value.md"),
};

fn check(file: &EnvFile, out: &mut Findings) {
    // Docker passes the caller's variable on, and whoever hands it the file may mean that of a name.
    if file.readers.contains(&EnvReader::Docker) {
        return;
    }
    let others = file.readers.iter().find(|reader| !matches!(reader, EnvReader::Compose));
    if others.is_none() && !file.readers.is_empty() {
        return;
    }
    let names = file.tree.lines.iter().filter_map(|line| match line {
        EnvLine::Name { export: None, name, .. } => Some(name),
        EnvLine::Name { export: Some(_), .. }
        | EnvLine::Skipped(_)
        | EnvLine::Other(_)
        | EnvLine::Blank(_)
        | EnvLine::Comment { .. }
        | EnvLine::Assignment(_) => None,
    });
    for name in names {
        let at = Fact::at((), name.place);
        let label = match others {
            Some(reader @ EnvReader::Shell) => {
                at.label(format!("{} runs it as a command", reader.name()))
            }
            Some(reader) => at.label(format!("{} skips the line", reader.name())),
            None => at
                .doubt(Certainty::Possible, "nothing is seen to read the file")
                .label("docker compose asks its caller for it, others skip the line"),
        };
        out.report(&file.start, format!("`{}` has no `=`, and gets no value", name.value), label)
            .help(format!("write `{}=`", name.value))
            // Where the name was skipped, it is then set, to nothing.
            .mend(Safety::Unsafe, "add the `=`", [Edit::behind(name.place, "=")]);
    }
}
