//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::{Deployment, Storage};
use crate::rules::{Check, Rule};
use camino::Utf8Path;
use std::collections::BTreeSet;

pub(super) static RULE: Rule = Rule {
    id: "assets/source-dir-missing",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/assets/source-dir-missing.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let mut told = BTreeSet::new();
    for process in deployment.apps().filter(|process| process.kind.is_web()) {
        let app = process.fact();
        // Docker makes the folder that something is mounted at (its documentation, "Volumes").
        let is_mounted = |folder: &Utf8Path| {
            deployment.view(process.view).mount(folder).is_some_and(|it| {
                it.value.at == folder || !matches!(it.value.from, Storage::Checkout(_))
            })
        };
        for source in app.absent_sources() {
            if is_mounted(Utf8Path::new(&source.value)) {
                continue;
            }
            if !told.insert(source.evidence().place()) {
                continue;
            }
            let version = app.django_version();
            let passes_over = version.and_then(|it| it.value.at_least([4, 0]));
            let name = source.value.rsplit('/').next().unwrap_or(&source.value);
            let finding = out.report(
                process,
                format!("static files are looked for in `{name}`, which is not in the repository"),
                source.label(match passes_over {
                    Some(false) => {
                        "nothing makes this folder, and `collectstatic` ends with an error"
                    }
                    Some(true) | None => "no such folder, and nothing makes one",
                }),
            );
            finding.help("commit the folder, or leave the entry out");
            // What was to come from it may not be missed: only older versions fail.
            if passes_over == Some(true) {
                finding.at_most(Severity::Advice);
            }
        }
    }
}
