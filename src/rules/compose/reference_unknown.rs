//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
use crate::model::compose::FaultKind;
use crate::model::contents::NoStage;
use crate::model::{Deployment, Process};
use crate::rules::compose::{faults, report};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "compose/reference-unknown",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/compose/reference-unknown.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    undeclared(deployment, out);
    let mut said = Vec::new();
    for (_, process, container) in deployment.services() {
        let Some(missing) = &container.contents.no_stage else { continue };
        let place = missing.evidence().place();
        // What an anchor or `extends` shares stands there once.
        if !said.contains(&place) {
            said.push(place);
            no_stage(process, missing, out);
        }
    }
}

/// `build.target`.
fn no_stage(process: &Process, missing: &Fact<NoStage>, out: &mut Findings) {
    let NoStage { asked, dockerfile, stages } = &missing.value;
    let finding = out.report(
        process,
        format!("`{}` is built up to `{asked}`, which is no stage of `{dockerfile}`", process.name),
        missing.label("the build stops: this stage could not be found"),
    );
    for stage in stages {
        finding.also(stage.label("a stage that is there"));
    }
    finding.because(&process.declared).help(match stages.is_empty() {
        true => "leave `target` out, or name the stage: `FROM … AS …`",
        false => "name a stage that is there, or leave `target` out for the last one",
    });
}

fn undeclared(deployment: &Deployment, out: &mut Findings) {
    for fault in faults(deployment, FaultKind::Reference) {
        report(fault, "declared nowhere in this project", out).help("declare it, or mend the name");
    }
}
