//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
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
    // Compose passes the caller's variable on.
    let others = file.readers.iter().find(|reader| !matches!(reader, EnvReader::Compose));
    let Some(reader) = others else { return };
    let names = file.tree.lines.iter().filter_map(|line| match line {
        EnvLine::Name { export: None, name, .. } => Some(name),
        EnvLine::Name { export: Some(_), .. }
        | EnvLine::Other(_)
        | EnvLine::Blank(_)
        | EnvLine::Comment { .. }
        | EnvLine::Assignment(_) => None,
    });
    for name in names {
        let does = match reader {
            EnvReader::Shell => "runs it as a command",
            EnvReader::Systemd | EnvReader::Python | EnvReader::Compose => "skips the line",
        };
        out.report(
            &file.start,
            format!("`{}` has no `=`, and gets no value", name.value),
            Fact::at((), name.place).label(format!("{} {does}", reader.name())),
        )
        .help(format!("write `{}=`", name.value));
    }
}
