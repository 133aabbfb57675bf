//! See the page.

use crate::diagnostic::{Edit, Findings, Kind, Safety, Severity};
use crate::fact::Fact;
use crate::model::{Assignment, EnvFile};
use crate::rules::{Check, Rule};
use std::collections::{HashMap, HashSet};

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
    let mut last: HashMap<&str, usize> = HashMap::new();
    for (at, it) in all.iter().enumerate() {
        let name = &it.key.value;
        let Some(before_it) = last.insert(name, at) else { continue };
        let before = all[before_it];
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
    let names: HashSet<&str> = all.iter().map(|it| it.key.value.as_str()).collect();
    all.len() - names.len() >= 3
}
