//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::{Certainty, Fact};
use crate::model::Deployment;
use crate::model::units::Unit;
use crate::rules::several::several;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "systemd/placeholder",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/systemd/placeholder.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let found = deployment.units.iter().filter_map(|unit| Some((unit, unit.placeholder()?)));
    let mut found: Vec<(&Unit, Fact<String>)> = found.collect();
    while let Some((unit, placeholder)) = found.first().cloned() {
        // Units that somebody wrote together have the same to be filled in.
        let alike = |(it, other): &(&Unit, Fact<String>)| {
            it.path.parent() == unit.path.parent() && other.value == placeholder.value
        };
        let (same, rest): (Vec<_>, Vec<_>) = found.into_iter().partition(alike);
        let names: Vec<String> = same.iter().map(|(it, _)| it.name.to_string()).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let have = if same.len() == 1 { "has" } else { "have" };
        let finding = out.report(
            unit,
            format!("{} {have} a placeholder that nobody filled in", several(&names)),
            placeholder.label(format!("`{placeholder}` stands for something else")),
        );
        for (_, other) in same.iter().skip(1).take(3) {
            finding.also(other.label("here as well"));
        }
        finding.help("put in what it stands for, or call the file a template");
        if !same.iter().any(|(it, _)| it.is_installed) {
            let why = "whoever installs it by hand may fill it in";
            finding.because(&placeholder.map(|_| ()).doubt(Certainty::Likely, why));
        }
        found = rest;
    }
    for unit in &deployment.units {
        left_open(unit, out);
    }
}

/// What a script makes of the unit's template has these still.
fn left_open(unit: &Unit, out: &mut Findings) {
    let Some(left) = &unit.left_open else { return };
    let Some((placeholder, others)) = left.placeholders.split_first() else { return };
    let finding = out.report(
        unit,
        format!("`{}` has a placeholder that nobody filled in", unit.name),
        placeholder.label(format!("`{placeholder}` stands for something else")),
    );
    finding.also(left.by.label("this fills in the others, and leaves it"));
    for other in others.iter().take(3) {
        finding.also(other.label(format!("`{other}` as well")));
    }
    finding.help("have the script put in what it stands for");
}
