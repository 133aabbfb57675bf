//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::secret::is_secret_name;
use crate::model::{Deployment, NoneText, Process};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "env/none-as-string",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/env/none-as-string.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for process in deployment.apps() {
        let Some(django) = &process.django else { continue };
        for text in &django.trials.none_texts {
            let is_known = deployment.declares(process, &text.variable);
            if !is_known && !django.refused.contains(&text.setting) {
                report(process, text, out);
            }
        }
    }
}

fn report(process: &Process, text: &NoneText, out: &mut Findings) {
    let NoneText { setting, variable: name, at, demanded, happens, whole, assigned } = text;
    let is_secret = is_secret_name(setting);
    let message = match whole {
        true => format!("{setting} is the text `None` where `{name}` is not set"),
        false => format!("{setting} has `None` in it where `{name}` is not set"),
    };
    let finding = out.report(process, message, at.label("answers None, of which a text is made"));
    if let Some(assigned) = assigned {
        finding.also(assigned.label("and this has it"));
    }
    finding.because(&process.declared);
    // Surely not set, it is what happens; else it waits for the day on which the variable is lost.
    finding.at_most(match (is_secret, *happens) {
        (true, true) => Severity::Error,
        (true, false) | (false, true) => Severity::Warning,
        (false, false) => Severity::Advice,
    });
    finding.help(format!("demand the variable: `{demanded}`"));
}
