//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::fact::Lookup;
use crate::model::faults::Compared;
use crate::model::{Deployment, Process, Refusal};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "env/value-unparsable",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/env/value-unparsable.md"),
};

/// As dj-database-url takes it.
const URL: &str = "postgres://USER:PASSWORD@HOST:PORT/NAME";

fn check(deployment: &Deployment, out: &mut Findings) {
    for process in deployment.apps() {
        let Some(django) = &process.django else { continue };
        for compared in &django.faults.compared {
            unheard(process, compared, out);
        }
        if let Some(refused) = django.refuses() {
            let Refusal { name, given, at, is_url } = &refused;
            let finding = out.report(
                process,
                format!("nothing starts: the settings cannot read what `{name}` is set to"),
                given.label("not what the settings expect"),
            );
            finding
                .through(Some(at.clone()), "read here, which raises ValueError")
                .because(&django.module)
                .help(match is_url {
                    true => format!("write it as `{URL}`, with `%40` for an `@` of the password"),
                    false => format!("set `{name}` to what is expected, often a number"),
                });
        }
    }
}

/// A yes that the settings take for a no.
fn unheard(process: &Process, compared: &Compared, out: &mut Findings) {
    let Compared { name, variable, texts, lowered, at } = compared;
    let Lookup::Set(value) = process.environment.get(variable) else { return };
    let text = value.value.trim();
    let heard = if *lowered { text.to_ascii_lowercase() } else { value.value.clone() };
    let is_yes = |text: &str| YES.contains(&text.to_ascii_lowercase().as_str());
    // Settings that ask for something else than yes or no are none of this rule's.
    if !is_yes(text) || texts.contains(&heard) || !texts.iter().all(|it| is_yes(it)) {
        return;
    }
    let Some(expected) = texts.first() else { return };
    let edit = value.whole().map(|place| Edit::replace(place, expected));
    out.report(
        process,
        format!("`{variable}` says yes, and {name} is off"),
        value.label(format!("only `{expected}` would turn it on")),
    )
    .through(Some(at.clone()), format!("compared with `{expected}` as it is"))
    .because(&process.declared)
    .at_most(Severity::Warning)
    .help(format!("write `{expected}`, or put the text into lower case before it is compared"))
    // What was off all the time is on then.
    .mend(Safety::Unsafe, format!("write `{expected}`"), edit);
}

const YES: &[&str] = &["true", "1", "yes", "on", "t", "y"];
