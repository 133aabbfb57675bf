//! See the page.

use crate::diagnostic::{Edit, Findings, Kind, Safety, Severity};
use crate::fact::Fact;
use crate::model::{Assignment, EnvFile};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "dotenv/duplicate-key",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Dotenv(check),
    page: include_str!("../../../rules/dotenv/duplicate-key.md"),
};

fn check(file: &EnvFile, out: &mut Findings) {
    let all: Vec<&Assignment> = file.assignments().collect();
    if file.documents && shows_several(&all) {
        return;
    }
    for (at, it) in all.iter().enumerate() {
        let same = |other: &&&Assignment| other.key.value == it.key.value;
        let Some(before) = all[..at].iter().rfind(same) else { continue };
        let name = &it.key.value;
        let same = before.inner() == it.inner();
        let message = match same {
            true => format!("`{name}` is given the same value twice"),
            false => format!("`{name}` is given two values, and the last one counts"),
        };
        let finding =
            out.report(&file.start, message, Fact::at((), it.place).label("this is what holds"));
        finding.also(Fact::at((), before.place).label("this does nothing"));
        finding.help("keep one of the two lines");
        // What refers to it in between has the first value.
        let used = |it: &&Assignment| it.value.value.contains('$') && it.value.value.contains(name);
        let before_it = all[..at].iter().position(|it| it.place == before.place).unwrap_or(at);
        if !all[before_it..=at].iter().any(used) {
            let edit = Edit::Remove { place: before.place, of: Kind::Statement };
            finding.mend(Safety::Safe, "take out what does nothing", [edit]);
        }
        if same || file.documents {
            finding.at_most(Severity::Advice);
        }
    }
}

/// Whether an example is several, one for each place, below a heading each: it begins again.
fn shows_several(all: &[&Assignment]) -> bool {
    let given = |at: usize, name: &str| all[..at].iter().any(|it| it.key.value == name);
    let again = all.iter().enumerate().filter(|(at, it)| given(*at, &it.key.value));
    again.count() >= 3
}
