//! See the page.

use crate::diagnostic::{Edit, Findings, Kind, Safety, Severity};
use crate::model::{DEBUG, Deployment};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "server/reload-in-production",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/server/reload-in-production.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for process in deployment.processes.iter().filter(|process| process.kind.is_web()) {
        let reload = process.started.as_ref().and_then(|it| it.reload.as_ref());
        let Some(reload) = reload.filter(|_| !process.is_for_developers()) else { continue };
        // Then more than this is a developer's, and it is said of that.
        if process.fact().get(DEBUG).is_some_and(|debug| debug.value) {
            continue;
        }
        let word = ["--reload", "\"--reload\""].iter().find_map(|flag| reload.written_as(flag));
        let edit = word.map(|place| Edit::Remove { place, of: Kind::Entry });
        out.report(
            process,
            format!("`{}` starts anew whenever a file changes", process.name),
            reload.label("watches every file of the application"),
        )
        .help("leave it out: it is for developers, and restart the server after a deployment")
        .mend(Safety::Safe, "leave it out", edit);
    }
}
