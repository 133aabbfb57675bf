//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::fact::Fact;
use crate::model::{Asked, Deployment};
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
    asked_by_a_value(deployment, out);
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
        let edit = idle.at.written_as(given).map(|key| Edit::replace(key, asked));
        finding.mend(Safety::Unsafe, format!("call it `{asked}`"), edit);
    }
}

/// Names that no reader of env files knows: blanks around one are no part of it.
fn asked_with_a_blank(deployment: &Deployment, out: &mut Findings) {
    for process in deployment.apps() {
        let reads = process.django.iter().flat_map(|it| &it.evaluation.reads);
        for read in reads.filter(|it| it.name.trim() != it.name && !is_a_value(&it.name)) {
            let Some(at) = written(read) else { continue };
            let name = read.name.trim();
            let message = format!("`{name}` is asked for with a blank at an end of its name");
            out.report(process, message, at.label("no env file can set a variable of such a name"))
                .help(format!("ask for `{name}`"));
        }
    }
}

/// Names with a blank or a slash in them: mostly a name and its default with no comma between
/// them, which Python reads as one text.
fn asked_by_a_value(deployment: &Deployment, out: &mut Findings) {
    for process in deployment.apps() {
        let reads = process.django.iter().flat_map(|it| &it.evaluation.reads);
        for read in reads.filter(|read| is_a_value(&read.name)) {
            let Some(at) = written(read) else { continue };
            let message = "the settings ask for a variable of a name that none can have";
            out.report(process, message, at.label("the name has a blank or a slash in it"))
                .help("put a comma between the name and its default");
        }
    }
}

/// Where it is asked for with the name written out: what a function asks for by a variable, as once more for
/// what it was answered, may be anything.
fn written(read: &Asked) -> Option<Fact<()>> {
    let place = read.place?;
    let is_direct = read.statement.is_none_or(|it| it.nests_with(place));
    is_direct.then(|| Fact::at((), place))
}

/// A name begins like one, which paths of other stores of secrets do not.
fn is_a_value(name: &str) -> bool {
    let is_letter = |it: char| it.is_ascii_uppercase() || it == '_';
    name.starts_with(is_letter) && name.trim().contains([' ', '\t', '\n', '/'])
}
