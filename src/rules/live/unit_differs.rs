//! See the page.

use crate::diagnostic::{Area, Findings, Severity, Subject};
use crate::fact::{Certainty, Fact};
use crate::model::Deployment;
use crate::model::drift::{Difference, Drift};
use crate::model::observed::Observed;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "live/unit-differs",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Live(Area::Units, check),
    page: include_str!("../../../rules/live/unit-differs.md"),
};

/// More lines than these are not shown.
const MOST: usize = 3;

fn check(_: &Deployment, observed: &Observed, out: &mut Findings) {
    for drift in &observed.drifts {
        let Drift { unit, copy, differences } = drift;
        let Some(first) = differences.first() else {
            out.passed(format!("`{unit}` is installed as `{copy}` has it"));
            continue;
        };
        let keys: Vec<String> =
            differences.iter().take(MOST).map(|it| format!("`{}`", it.key)).collect();
        let more = differences.len() - keys.len();
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let why = "the project's may be meant for another machine";
        let said = |at: &Fact<bool>, said: &str, unsaid: &str, key: &str| match at.value {
            true => at.label(said),
            false => at.label(format!("no `{key}` {unsaid}")),
        };
        let here = |it: &Difference| said(&it.installed, "installed", "is installed", &it.key);
        let there = |it: &Difference| said(&it.copy, "in the project", "in the project", &it.key);
        let at = first.installed.clone().doubt(Certainty::Likely, why);
        let finding = out.report(
            Subject::Process(unit.clone()),
            format!("`{unit}` is not what its project has: {}{more}", keys.join(", ")),
            here(&Difference { installed: at, ..first.clone() }),
        );
        finding.also(there(first));
        for other in &differences[1..keys.len()] {
            finding.also(here(other));
            finding.also(there(other));
        }
        finding.help(
            "install the project's and `systemctl daemon-reload`, or commit what was changed here",
        );
    }
}
