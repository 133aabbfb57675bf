//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::fact::{Certainty, Fact};
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
    for it in file.assignments() {
        let key = it.key.value.as_str();
        let is_letter = |char: char| char.is_ascii_alphabetic() || char == '_';
        let is_part = |char: char| char.is_ascii_alphanumeric() || char == '_';
        // How a name begins is another rule's.
        let behind = key.trim_start_matches(|char| !is_letter(char));
        if behind.chars().all(is_part) {
            continue;
        }
        let underscore = |char: char| if is_part(char) { char } else { '_' };
        let plain: String = key.chars().map(underscore).collect();
        let at = Fact::at((), it.key.place);
        let label = match strict {
            Some(reader @ EnvReader::Shell) => {
                at.label(format!("{} takes the line for a command", reader.name()))
            }
            Some(reader) => at.label(format!("{} ignores the line", reader.name())),
            // `discovery.type`, as the images of some servers have it.
            None if key.contains('.') => continue,
            None => at
                .doubt(Certainty::Possible, "no shell and no systemd is seen to read the file")
                .label("a shell takes the line for a command, and systemd ignores it"),
        };
        out.report(&file.start, format!("`{key}` is no name of a variable"), label)
            .help("use letters, digits and underscores")
            .mend(Safety::Unsafe, "write underscores", [Edit::replace(it.key.place, plain)]);
    }
}
