//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::Deployment;
use crate::rules::{Check, Rule};
use std::collections::BTreeSet;

pub(super) static RULE: Rule = Rule {
    id: "compose/dockerfile-missing",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/compose/dockerfile-missing.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let mut told = BTreeSet::new();
    for (service, process, container) in deployment.services() {
        let Some(missing) = &container.contents.no_dockerfile else { continue };
        let path = &missing.value;
        // One file is one thing to mend, however many services are built from it.
        if !told.insert(path) {
            continue;
        }
        let context = service.build.as_ref().and_then(|it| it.context.as_ref());
        let finding = out.report(
            process,
            format!("`{}` is built from `{path}`, which is not there", process.name),
            missing.label("compose finds no Dockerfile of this name, and builds nothing"),
        );
        if let Some(context) = context {
            finding.because(context);
        }
        finding
            .also(service.name.label("so this is not started"))
            .because(&process.declared)
            .help("name the file that is there, or commit the one that is meant");
    }
}
