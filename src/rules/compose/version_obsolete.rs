//! See the page.

use crate::diagnostic::{Edit, Kind, Safety, Subject};
use crate::diagnostic::{Findings, Severity};
use crate::model::Deployment;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "compose/version-obsolete",
    since: "0.1.0",
    severity: Severity::Advice,
    pedantic: true,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/compose/version-obsolete.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let Some(project) = &deployment.compose else { return };
    let Some(version) = &project.version else { return };
    let edit = |place| Edit::Remove { place, of: Kind::Entry };
    out.report(
        Subject::Nothing,
        "the top-level `version` of a compose file means nothing",
        version.label("ignored, with a warning at each call"),
    )
    .help("take the line away")
    .mend(Safety::Safe, "take the line away", project.version_pair.map(edit));
}
