//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Certainty;
use crate::model::{Deployment, Process};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "startup/celery-each-minute",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/startup/celery-each-minute.md"),
};

/// Further ones that are pointed at.
const MOST_SHOWN: usize = 7;

fn check(deployment: &Deployment, out: &mut Findings) {
    let mut said = Vec::new();
    for process in deployment.apps() {
        let Some(django) = &process.django else { continue };
        let root = &django.project.root;
        if said.contains(&root) || !deployment.may_run(&django.project, Process::runs_beat) {
            continue;
        }
        said.push(root);
        let all = &deployment.surroundings.each_minute;
        let mut found = all.iter().filter(|it| it.path.starts_with(root));
        let Some(first) = found.next() else { continue };
        // A script or a guide may start it on a machine, whatever else is in view.
        let told = deployment.surroundings.told.starts_beat;
        let given = match told || deployment.apps().any(Process::runs_beat) {
            true => first.given.clone(),
            false => first.given.clone().doubt(Certainty::Likely, "no beat is seen to run"),
        };
        let finding = out.report(
            process,
            format!("a task runs in each minute, and not once: only `{given}` is given"),
            given.label("names no minute, and so means every one"),
        );
        for other in found.take(MOST_SHOWN) {
            finding.also(other.given.label("and so does this"));
        }
        finding.help("name the minute as well: `minute=0`");
    }
}
