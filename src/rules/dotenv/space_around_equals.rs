//! See the page.

use crate::diagnostic::{Edit, Findings, Fix, Safety, Severity};
use crate::fact::Fact;
use crate::model::{Assignment, EnvFile};
use crate::rules::several::several;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "dotenv/space-around-equals",
    since: "0.1.0",
    severity: Severity::Advice,
    pedantic: true,
    explains: &[],
    security: None,
    check: Check::Dotenv(check),
    page: include_str!("../../../rules/dotenv/space-around-equals.md"),
};

fn check(file: &EnvFile, out: &mut Findings) {
    let found: Vec<&Assignment> = file.assignments().filter(|it| is_spaced(it)).collect();
    let Some((first, also)) = found.split_first() else { return };
    let mut names: Vec<&str> = found.iter().map(|it| it.key.value.as_str()).collect();
    names.dedup();
    let has = if names.len() == 1 { "has" } else { "have" };
    let label = match first.blank_before_separator {
        true => "a shell would take the name for a command",
        false => "a shell would give it nothing, and run what follows",
    };
    let message = format!("{} {has} blanks beside the `=`", several(&names));
    let at = |it: &Assignment| Fact::at((), it.separator.place);
    let finding = out.report(&file.start, message, at(first).label(label));
    for it in also.iter().take(4) {
        finding.also(at(it).label("here as well"));
    }
    // `docker run --env-file` keeps a blank behind, and refuses one in front.
    let kept = found.iter().any(|it| it.blank_after_separator);
    let safety = if kept { Safety::Unsafe } else { Safety::Safe };
    let edits = found.iter().map(|it| Edit::Replace { place: it.between(), text: "=".to_owned() });
    let (edits, title) = (edits.collect(), "write the `=` without blanks".to_owned());
    finding.help("write `NAME=value` without blanks").fix(Fix { safety, title, edits });
}

/// Behind an empty value the blanks are those of the line's end.
fn is_spaced(it: &Assignment) -> bool {
    let after = it.blank_after_separator && !it.value.value.is_empty();
    it.separator.value == '=' && (it.blank_before_separator || after)
}
