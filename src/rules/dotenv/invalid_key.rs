//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
use crate::model::{EnvFile, EnvReader};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "dotenv/invalid-key",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Dotenv(check),
    page: include_str!("../../../rules/dotenv/invalid-key.md"),
};

fn check(file: &EnvFile, out: &mut Findings) {
    let strict = file.readers.iter().find(|it| matches!(it, EnvReader::Shell | EnvReader::Systemd));
    let Some(reader) = strict else { return };
    for it in file.assignments() {
        let key = &it.key.value;
        let is_part = |char: char| char.is_ascii_alphanumeric() || char == '_';
        let starts = key.starts_with(|char: char| char.is_ascii_alphabetic() || char == '_');
        if !starts || key.chars().all(is_part) {
            continue;
        }
        let does = match reader {
            EnvReader::Shell => "takes the line for a command",
            EnvReader::Systemd | EnvReader::Python | EnvReader::Compose => "ignores the line",
        };
        out.report(
            &file.start,
            format!("`{key}` is no name of a variable"),
            Fact::at((), it.key.place).label(format!("{} {does}", reader.name())),
        )
        .help("use letters, digits and underscores");
    }
}
