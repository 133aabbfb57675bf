//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Lookup;
use crate::model::faults::{RawSwitch, Tested};
use crate::model::{DEBUG, Deployment, Named, Process};
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
        let Some(django) = &process.django else { continue };
        let place = |raw: &RawSwitch| raw.at.evidence().place();
        // Who chose this module in production has no other one that settles it.
        let chosen = matches!(django.named, Named::Environment | Named::Declared(_));
        let serves = |raw: &&RawSwitch| !raw.lost && (chosen || !raw.settled);
        let new = django.faults.raw_switches.iter().filter(serves);
        let new = new.filter(|raw| !told.contains(&place(raw)));
        // Switches of one variable are off or on together.
        let mut groups: Vec<Vec<&RawSwitch>> = Vec::new();
        for raw in new {
            let is_alike = |known: &&mut Vec<&RawSwitch>| {
                known.iter().all(|it| is_of_one_cause(process, it, raw))
            };
            match groups.iter_mut().find(is_alike) {
                Some(known) => known.push(raw),
                None => groups.push(vec![raw]),
            }
        }
        for group in &groups {
            report(process, group, out);
            told.extend(group.iter().map(|raw| place(raw)));
        }
        for tested in &django.faults.tested {
            let place = tested.at.evidence().place();
            if !told.contains(&place) && says_no_to_branch(process, tested, out) {
                told.push(place);
            }
        }
    }
}

/// A branch whose variable surely is a text that says no.
fn says_no_to_branch(process: &Process, tested: &Tested, out: &mut Findings) -> bool {
    let Tested { variable, at } = tested;
    let Lookup::Set(value) = process.environment.get(variable) else { return false };
    // What is read elsewhere too may be a number or a name there.
    let reads = process.django.iter().flat_map(|it| &it.evaluation.reads);
    let own = at.evidence().place();
    let mut places = reads.filter(|it| it.name == *variable).filter_map(|it| it.place);
    let is_read_elsewhere = places.any(|it| own.is_none_or(|own| !own.contains(it)));
    if is_read_elsewhere || !OFF.contains(&value.value.to_ascii_lowercase().as_str()) {
        return false;
    }
    let text = &value.value;
    out.report(
        process,
        format!("`{variable}` says no, and counts as a yes: \"{text}\" is a text as well"),
        at.label("true for any text that is not empty"),
    )
    .also(value.label("says no"))
    .help(comparison(variable, false));
    true
}

fn is_of_one_cause(process: &Process, a: &RawSwitch, b: &RawSwitch) -> bool {
    let file = |raw: &RawSwitch| raw.at.evidence().place().map(|it| it.file);
    a.variable == b.variable && file(a) == file(b) && means_off(process, a) == means_off(process, b)
}

/// Whether the switch is on by a text that says no.
fn means_off(process: &Process, raw: &RawSwitch) -> bool {
    let value = process.fact().setting(&raw.name);
    let text = value.as_ref().and_then(|it| it.value.text()).map(str::to_ascii_lowercase);
    text.is_some_and(|it| OFF.contains(&it.as_str()))
}

fn report(process: &Process, group: &[&RawSwitch], out: &mut Findings) {
    let [first, more @ ..] = group else { return };
    let RawSwitch { name, variable, asked, at, .. } = first;
    let off = means_off(process, first);
    let message = match default_for_no(process, variable) {
        Some(text) => {
            format!("{name} is on even without `{variable}`: \"{text}\" is a text as well")
        }
        None if off => format!("`{variable}` says no, and {name} is on"),
        None => format!("{name} is on for any text in `{variable}`, \"False\" too"),
    };
    let finding = out.report(process, message, at.label("a text, and true unless empty"));
    for raw in more {
        finding.also(raw.at.label(format!("so is {}", raw.name)));
    }
    let app = process.fact();
    let supplied = app.setting(name).and_then(|value| app.outside(&value)).filter(|_| off);
    finding.through(supplied, "a text as well").help(match asked {
        Some(asked) => format!("ask for a switch: `{asked}`"),
        None => comparison(variable, default_for_yes(process, first)),
    });
    if !off {
        finding.at_most(Severity::Warning);
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

/// Whether a switch is on where its variable is not set, and may stay so: DEBUG is one that has to be turned on.
fn default_for_yes(process: &Process, raw: &RawSwitch) -> bool {
    if raw.name == DEBUG.name {
        return false;
    }
    let Some(own) = raw.at.evidence().place() else { return false };
    let reads = process.django.iter().flat_map(|it| &it.evaluation.reads);
    let mut own = reads
        .filter(|read| read.name == raw.variable && read.place.is_some_and(|it| own.contains(it)));
    own.any(|read| {
        let text = read.default.as_ref().and_then(|it| it.text.as_deref()).unwrap_or_default();
        let text = text.trim_matches(['\'', '"']).to_ascii_lowercase();
        matches!(text.as_str(), "true" | "1" | "yes" | "on")
    })
}

/// However the files write a yes, and as without the variable.
fn comparison(variable: &str, is_on: bool) -> String {
    let default = if is_on { "true" } else { "" };
    let asked =
        format!("os.environ.get(\"{variable}\", \"{default}\").lower() in (\"1\", \"true\")");
    format!("compare the text: `{asked}`")
}
