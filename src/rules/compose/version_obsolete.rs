//! See the page.

use crate::diagnostic::{Edit, Kind, Safety, Subject};
use crate::diagnostic::{Findings, Severity};
use crate::model::Model;
use crate::rules::{Check, Rule};
use std::collections::BTreeSet;

pub(super) static RULE: Rule = Rule {
    id: "compose/version-obsolete",
    since: "0.1.0",
    severity: Severity::Advice,
    pedantic: true,
    explains: &[],
    security: None,
    check: Check::Model(check),
    page: include_str!("../../../rules/compose/version-obsolete.md"),
};

fn check(model: &Model, out: &mut Findings) {
    let mut said = BTreeSet::new();
    // Developers get the warning as often as anybody.
    for project in model.deployments.iter().filter_map(|it| it.compose.as_ref()) {
        let Some(version) = &project.version else { continue };
        if !said.insert(version.evidence().place()) {
            continue;
        }
        let edit = |place| Edit::Remove { place, of: Kind::Entry };
        out.report(
            Subject::Nothing,
            "the top-level `version` of a compose file means nothing",
            version.label("ignored, with a warning at each call"),
        )
        .help("take the line away")
        .mend(Safety::Safe, "take the line away", project.version_pair.map(edit));
    }
}
