//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::{Fact, Lookup};
use crate::model::{Deployment, Missing, Process};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "env/required-missing",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/env/required-missing.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for process in &deployment.processes {
        let Some(django) = &process.django else { continue };
        for missing in &django.missing {
            report(process, &django.module, missing, out);
        }
    }
}

fn report(process: &Process, module: &Fact<String>, missing: &Missing, out: &mut Findings) {
    let read = &missing.read;
    let Some(asked) = read.statement.or(read.place).map(|place| Fact::at((), place)) else {
        return;
    };
    let name = &read.name;
    let empty = match process.environment.get(name) {
        Lookup::Set(value) => Some(value),
        Lookup::Unknown(_) | Lookup::Absent => None,
    };
    let message = match empty {
        Some(_) => format!("`{name}` is empty, and the settings need a value"),
        None => format!("`{name}` is needed by the settings, and nothing gives it to the process"),
    };
    let finding = out.report(process, message, asked.label(format!("`{name}` is read here")));
    if let Some(place) = missing.raise.place {
        let kind = missing.raise.kind.rsplit('.').next().unwrap_or_default();
        let raised = Fact::at((), place);
        finding.through(Some(raised), format!("and {kind} is raised here"));
    }
    match empty {
        Some(empty) => finding.also(empty.label("this gives it no value")),
        None => {
            for source in process.environment.sources() {
                finding.also(source.label(format!("`{name}` is not in `{source}`")));
            }
            if process.environment.sources().is_empty() {
                finding.also(process.declared.label("started without it"));
            }
            finding
        }
    }
    .because(module)
    .help(format!("give `{name}` to `{}`", process.name));
}
