//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::faults::RawSwitch;
use crate::model::{Deployment, Process};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "env/bool-truthy-string",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &["env/debug-on"],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/env/bool-truthy-string.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let mut told = Vec::new();
    for process in deployment.apps() {
        let app = process.fact();
        let Some(django) = &process.django else { continue };
        for raw in &django.faults.raw_switches {
            let place = raw.at.evidence().place();
            if told.contains(&place) {
                continue;
            }
            told.push(place);
            let RawSwitch { name, variable, reader, at } = raw;
            let value = app.setting(name);
            let text = value.as_ref().and_then(|it| it.value.text()).map(str::to_ascii_lowercase);
            let means_off = text.is_some_and(|it| OFF.contains(&it.as_str()));
            let message = match default_for_no(process, variable) {
                Some(text) => {
                    format!("{name} is on even without `{variable}`: \"{text}\" is a text as well")
                }
                None if means_off => format!("`{variable}` says no, and {name} is on"),
                None => format!("{name} is on for any text in `{variable}`, \"False\" too"),
            };
            let finding = out.report(process, message, at.label("a text, and true unless empty"));
            let supplied = value.as_ref().and_then(|it| app.outside(it));
            finding.through(supplied.filter(|_| means_off), "a text as well").help(match reader {
                Some(reader) => format!("ask for a switch: `{reader}.bool(\"{variable}\")`"),
                None => {
                    format!("compare the text: `os.environ.get(\"{variable}\") == \"True\"`")
                }
            });
            if !means_off {
                finding.at_most(Severity::Warning);
            }
        }
    }
}

/// What the settings have for no where a variable is not set, and it may not be.
fn default_for_no<'a>(process: &'a Process, variable: &str) -> Option<&'a str> {
    let reads = process.django.iter().flat_map(|it| &it.evaluation.reads);
    reads.filter(|read| read.name == variable && !process.is_given(read)).find_map(|read| {
        let text = read.default.as_ref()?.text.as_deref()?;
        let text = text.strip_prefix(['\'', '"'])?.strip_suffix(['\'', '"'])?;
        OFF.contains(&text.to_ascii_lowercase().as_str()).then_some(text)
    })
}

/// What people write for no.
const OFF: &[&str] = &["false", "0", "no", "off", "f", "n", "none"];
