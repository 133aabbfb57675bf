//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
use crate::fact::secret::{is_reference, is_secret_name, url_credentials};
use crate::model::{Asked, Deployment, Process};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "env/credential-default",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: Some("5.9"),
    check: Check::Deployment(check),
    page: include_str!("../../../rules/env/credential-default.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for process in deployment.apps() {
        let Some(django) = &process.django else { continue };
        for read in &django.evaluation.reads {
            // What signs is said to be more than a credential.
            let signs = read.name.contains("SECRET_KEY") || read.name.contains("SIGNING_KEY");
            if !signs {
                in_settings(process, &django.module, read, out);
            }
        }
    }
}

fn in_settings(process: &Process, module: &Fact<String>, read: &Asked, out: &mut Findings) {
    let Some(default) = &read.default else { return };
    let quoted = |text: &str| Some(text.strip_prefix('\'')?.strip_suffix('\'')?.to_owned());
    let Some(text) = default.text.as_deref().and_then(quoted) else { return };
    let holds = match is_secret_name(&read.name) {
        true => is_a_password(&read.name, &text),
        false => !url_credentials(&text).is_empty() && !text.contains("guest:guest@"),
    };
    if !holds || is_reference(&text) || text.starts_with("your") {
        return;
    }
    let Some(place) = default.evidence.place() else { return };
    let name = &read.name;
    let at = Fact::at((), place);
    let finding = out.report(
        process,
        format!("`{name}` falls back to a password that everybody can read"),
        at.label("used if the variable is not set"),
    );
    finding.because(module).help(format!("demand the variable: `os.environ[\"{name}\"]`"));
    if read.supplied().is_some() {
        finding.at_most(Severity::Advice);
    }
}

/// Anything may be a password, and what a key or a token is has digits. RabbitMQ lets its own
/// `guest` in from the machine itself only.
fn is_a_password(name: &str, text: &str) -> bool {
    if text.is_empty() || text == "guest" || text == name || text.contains(' ') {
        return false;
    }
    let is_key = name.contains("KEY") || name.contains("TOKEN");
    let made = text.len() >= 16 && text.bytes().any(|it| it.is_ascii_digit());
    !is_key || (made && !text.contains('/'))
}
