//! What the rules about drift say alike.

use crate::diagnostic::{Findings, Subject};
use crate::fact::{Certainty, Fact, Label};
use crate::model::drift::{Difference, Drift};

/// More lines than these are not shown.
const MOST: usize = 3;

pub(super) fn report(drift: &Drift, subject: Subject, help: &str, out: &mut Findings) {
    let Drift { name, copy, differences } = drift;
    let Some(first) = differences.first() else {
        return out.passed(format!("`{name}` is installed as `{copy}` has it"));
    };
    let shown = &differences[..differences.len().min(MOST)];
    let more = match differences.len() {
        1 => String::new(),
        all => format!(" and {} more", all - 1),
    };
    let why = "the project's may be meant for another machine";
    let at = first.installed.clone().doubt(Certainty::Likely, why);
    let finding = out.report(
        subject,
        format!("`{name}` is not what its project has: `{}`{more}", first.key),
        here(&Difference { installed: at, ..first.clone() }),
    );
    finding.also(there(first));
    for other in &shown[1..] {
        finding.also(here(other));
        finding.also(there(other));
    }
    finding.help(help);
}

fn here(difference: &Difference) -> Label {
    said(&difference.installed, "installed", "is installed", &difference.key)
}

fn there(difference: &Difference) -> Label {
    said(&difference.copy, "in the project", "in the project", &difference.key)
}

fn said(at: &Fact<bool>, said: &str, unsaid: &str, key: &str) -> Label {
    match at.value {
        true => at.label(said),
        false => at.label(format!("no `{key}` {unsaid}")),
    }
}
