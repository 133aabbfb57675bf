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
    let services = deployment.services();
    let missing = services.iter().filter_map(|(_, process, container)| {
        Some((*process, container.contents.no_stage.as_ref()?))
    });
    let missing: Vec<_> = missing.collect();
    for (at, (process, first)) in missing.iter().enumerate() {
        // One stage of one file is one cause.
        let is_same = |(_, other): &(&Process, &Fact<NoStage>)| {
            (&other.value.asked, &other.value.dockerfile)
                == (&first.value.asked, &first.value.dockerfile)
        };
        if !missing[..at].iter().any(is_same) {
            let others = missing[at + 1..].iter().copied().filter(is_same);
            no_stage(process, first, others.map(|(_, other)| other), out);
        }
    }
}

/// `build.target`.
fn no_stage<'d>(
    process: &Process,
    missing: &Fact<NoStage>,
    others: impl Iterator<Item = &'d Fact<NoStage>>,
    out: &mut Findings,
) {
    let NoStage { asked, dockerfile, stages } = &missing.value;
    let finding = out.report(
        process,
        format!("`{}` is built up to `{asked}`, which is no stage of `{dockerfile}`", process.name),
        missing.label("the build stops: this stage could not be found"),
    );
    // What an anchor or `extends` shares stands there once.
    let mut said = vec![missing.evidence().place()];
    for other in others {
        let place = other.evidence().place();
        if !said.contains(&place) {
            said.push(place);
            finding.also(other.label("nor is this built"));
        }
    }
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
