//! See the page.

use crate::diagnostic::{Area, Findings, Severity};
use crate::fact::{Certainty, Lookup};
use crate::model::observed::{Observed, Running};
use crate::model::{Deployment, Process};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "live/process-env-drift",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Live(Area::Environment, check),
    page: include_str!("../../../rules/live/process-env-drift.md"),
};

fn check(deployment: &Deployment, observed: &Observed, out: &mut Findings) {
    for process in deployment.daemons().filter(|it| it.kind.is_app()) {
        let Some((main, workers)) = observed.family(&process.name) else { continue };
        let older =
            differing(process, main, out) || predating(process, main, &workers, observed, out);
        if !older {
            out.passed(format!("`{}` runs as it is configured now", process.name));
        }
    }
}

/// Whether what the process was started with is no longer what the unit gives.
fn differing(process: &Process, main: &Running, out: &mut Findings) -> bool {
    let name = &process.name;
    let actual = match &main.environment {
        Ok(actual) => actual,
        Err(unseen) => {
            out.unknown(format!("the environment of `{name}`"), &unseen.why, unseen.remedy);
            return false;
        }
    };
    let given = process.environment.names().filter_map(|variable| {
        match process.environment.get(variable) {
            Lookup::Set(value) => Some((variable, value)),
            Lookup::Unknown(_) | Lookup::Absent => None,
        }
    });
    let mut differs = given.filter(|(variable, value)| actual.get(*variable) != Some(&value.value));
    let Some((variable, value)) = differs.next() else { return false };
    let said = match actual.contains_key(variable) {
        true => format!("`{name}` runs with another `{variable}` than it is given now"),
        false => format!("`{name}` runs without `{variable}`, which it is given now"),
    };
    let finding = out.report(process, said, value.label("is given now"));
    finding.also(main.started.label("runs with what there was then"));
    finding.help(format!("`systemctl restart {name}`"));
    for (_, other) in differs.take(3) {
        finding.also(other.label("differs as well"));
    }
    true
}

/// Whether a file was written after whoever reads it was started.
fn predating(
    process: &Process,
    main: &Running,
    workers: &[&Running],
    observed: &Observed,
    out: &mut Findings,
) -> bool {
    let preloads = process.started.as_ref().is_some_and(|it| it.preload.is_some());
    let oldest = workers.iter().min_by_key(|it| it.started.value).copied();
    let changes = observed.changes.iter().filter(|it| it.process == process.name);
    // Where the variables could be compared, a newer file proves nothing.
    let compared = main.environment.is_ok();
    let newest = changes.filter_map(|change| {
        let by_main = change.by_main || preloads;
        let reader = if by_main { main } else { oldest.unwrap_or(main) };
        let is_newer = change.at.value > reader.started.value + 1;
        (is_newer && !(change.by_main && compared)).then_some((change, reader))
    });
    let Some((change, reader)) = newest.max_by_key(|(change, _)| change.at.value) else {
        return false;
    };
    let why = "a file can be written anew and say the same";
    let at = change.at.clone().doubt(Certainty::Likely, why);
    let name = &process.name;
    out.report(
        process,
        format!("`{name}` was started before `{}` was changed", change.path),
        at.label("changed since"),
    )
    .also(reader.started.label("runs with what there was then"))
    .help(format!("`systemctl restart {name}`"));
    true
}
