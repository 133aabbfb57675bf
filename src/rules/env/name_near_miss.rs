//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::fact::Fact;
use crate::model::Deployment;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "env/name-near-miss",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/env/name-near-miss.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    asked_with_a_blank(deployment, out);
    for idle in deployment.idle() {
        let Some(read) = idle.near() else { continue };
        let (given, asked) = (&idle.name, &read.name);
        let finding = out.report(
            idle.process,
            format!("`{given}` is supplied, and the settings ask for `{asked}`"),
            idle.at.label("nothing reads this"),
        );
        let place = read.asked_at().map(|place| Fact::at((), place));
        finding.through(place, "and nobody supplies this");
        finding.help(format!("call it `{asked}`"));
        let key = idle.at.written_at().filter(|it| it.span.len() == given.len());
        let edit = key.map(|key| Edit::replace(key, asked));
        finding.mend(Safety::Unsafe, format!("call it `{asked}`"), edit);
    }
}

/// Names that no reader of env files knows: blanks around one are no part of it.
fn asked_with_a_blank(deployment: &Deployment, out: &mut Findings) {
    for process in deployment.apps() {
        let reads = process.django.iter().flat_map(|it| &it.evaluation.reads);
        for read in reads.filter(|read| read.name.trim() != read.name) {
            let Some(at) = read.place.map(|place| Fact::at((), place)) else { continue };
            let name = read.name.trim();
            let message = format!("`{name}` is asked for with a blank at an end of its name");
            out.report(process, message, at.label("no env file can set a variable of such a name"))
                .help(format!("ask for `{name}`"));
        }
    }
}
