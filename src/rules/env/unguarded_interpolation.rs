//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::model::{Deployment, Hole};
use crate::rules::several::several;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "env/unguarded-interpolation",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/env/unguarded-interpolation.md"),
};

/// Further places that are pointed at; all are counted.
const MOST_SHOWN: usize = 6;

fn check(deployment: &Deployment, out: &mut Findings) {
    let (within, holes): (Vec<Hole>, Vec<Hole>) =
        deployment.holes().into_iter().partition(|it| it.within.is_some());
    within.iter().for_each(|hole| in_secret(hole, out));
    let (own, holes): (Vec<Hole>, Vec<Hole>) = holes.into_iter().partition(|it| it.own.is_some());
    own.iter().for_each(|hole| of_container(hole, out));
    let Some(first) = holes.first() else { return };
    let mut names: Vec<&str> = Vec::new();
    for hole in &holes {
        if !names.contains(&&*hole.at.value) {
            names.push(&hole.at.value);
        }
    }
    let them = if names.len() == 1 { "it is" } else { "they are" };
    let finding = out.report(
        crate::diagnostic::Subject::Process(first.service.clone()),
        format!("{} may be empty, and compose starts all the same", several(&names)),
        first.at.label(format!("`{}` gets nothing if {them} not set", first.service)),
    );
    for hole in holes.iter().skip(1).take(MOST_SHOWN) {
        finding.also(hole.at.label("nor is it here"));
    }
    match holes.iter().find_map(|hole| hole.over.as_ref()) {
        Some(file) => {
            let path = &file.value;
            finding.also(file.label("gives the container a value, and fills in none here")).help(
                format!(
                    "compose fills in from `.env` and the shell: name `{path}` so, or pass \
                     `--env-file {path}`"
                ),
            );
        }
        None => {
            finding.help(format!("demand it: `${{{}:?}}`", names[0]));
        }
    }
    let demand = |hole: &Hole| {
        Some(Edit::replace(hole.at.written_at()?, format!("${{{}:?}}", hole.at.value)))
    };
    // The image of a database that is yet to be made ends without a password, and says so.
    let is_told = |hole: &Hole| {
        let stock = deployment.container(&hole.service).and_then(|it| it.starts_as_stock());
        stock.is_some_and(|it| !it.value.demands().is_empty())
    };
    if holes.iter().all(is_told) {
        finding.at_most(Severity::Advice);
    }
    finding.mend(Safety::Unsafe, "demand what may be empty", holes.iter().filter_map(demand));
}

/// A variable that the container has, and that its shell was to fill in.
fn of_container(hole: &Hole, out: &mut Findings) {
    let (Some(own), name) = (&hole.own, &hole.at.value) else { return };
    let finding = out.report(
        crate::diagnostic::Subject::Process(hole.service.clone()),
        format!("compose fills in `{name}` before the container has it, and it is empty"),
        hole.at.label("nothing is here when the command runs"),
    );
    finding.also(own.label("is for the container alone"));
    finding.help("write `$$`, which leaves the dollar to the shell of the container");
    let dollar = hole.at.written_at().map(|at| Edit::ahead(at, "$"));
    finding.mend(Safety::Unsafe, "leave it to the container", dollar);
}

/// A dollar of the secret itself.
fn in_secret(hole: &Hole, out: &mut Findings) {
    let (Some(secret), name) = (&hole.within, &hole.at.value) else { return };
    let finding = out.report(
        crate::diagnostic::Subject::Process(hole.service.clone()),
        format!("compose takes `${name}` within `{secret}` for a variable, and it is empty"),
        hole.at.label("this is not in the value that the container gets"),
    );
    // The secret is in the file then, where all read it: better than a fix is another place for it.
    finding.help(format!("write `$${name}`, as two dollars are one, or keep the secret elsewhere"));
}
