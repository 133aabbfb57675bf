//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::{Certainty, Fact};
use crate::model::mention::Use;
use crate::model::{Deployment, EMAIL_BACKEND, EnvFile, Process};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "django/email-backend-dev",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/django/email-backend-dev.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for process in deployment.apps() {
        let app = process.fact();
        let Some(off) = app.without_debug() else { continue };
        if !deployment.may_send_mail(&app) {
            continue;
        }
        let Some(backend) = app.get(EMAIL_BACKEND) else {
            by_default(deployment, &app, out);
            continue;
        };
        let name = backend.value.strip_prefix("django.core.mail.backends.");
        let kind = name.and_then(|name| name.split('.').next());
        let Some(goes) = kind.and_then(where_mail_goes) else { continue };
        let Some(at) = app.assigned(EMAIL_BACKEND) else { continue };
        out.report(
            process,
            format!("mail of the deployed site goes {goes}"),
            at.label("no mail leaves"),
        )
        .through(app.supplied(EMAIL_BACKEND), "chosen here")
        .because(&backend)
        .because(&off)
        .help("use the SMTP backend, or that of the mail provider");
    }
}

const QUOTES: [char; 2] = ['"', '\''];

/// Nobody knows what the variable says, and nothing in the repository says that there is one.
fn by_default(deployment: &Deployment, app: &Fact<&Process>, out: &mut Findings) {
    let possible = app.possible_without_debug(EMAIL_BACKEND);
    let is_dev = |backend: &str| {
        let name = backend.strip_prefix("django.core.mail.backends.");
        name.and_then(|it| where_mail_goes(it.split('.').next().unwrap_or_default())).is_some()
    };
    // A default that depends on something else is the right one where it counts.
    if possible.iter().any(|it| !is_dev(&it.value)) {
        return;
    }
    for backend in possible {
        let name = backend.value.strip_prefix("django.core.mail.backends.");
        let kind = name.and_then(|name| name.split('.').next());
        let Some((goes, read)) = kind.and_then(where_mail_goes).zip(app.default_in(&backend))
        else {
            continue;
        };
        let around = &deployment.surroundings;
        let set = around.env_files.iter().flat_map(EnvFile::assignments);
        let mut set = set.filter(|it| it.key.value == read.name);
        let documented = set.any(|it| !is_dev(it.value.value.trim_matches(QUOTES)))
            || around.is_used(&read.name, &[Use::Told])
            || around.is_set(&read.name);
        let is_it = read.name.contains("MAIL") && read.name.contains("BACKEND");
        let default = read.default_place();
        let Some(place) = default.filter(|_| is_it && !documented) else { continue };
        let why = "the variable may be set where nobody sees it";
        out.report(
            app.value,
            format!("mail goes {goes} wherever `{}` is not set", read.name),
            Fact::at((), place).doubt(Certainty::Likely, why).label("holds if nothing is set"),
        )
        .through(app.assigned(EMAIL_BACKEND), "and decides here")
        .because(app)
        .help("let SMTP be the default here, and the other one that of development");
        return;
    }
}

fn where_mail_goes(kind: &str) -> Option<&'static str> {
    match kind {
        "console" => Some("to the log"),
        "dummy" => Some("nowhere"),
        "locmem" => Some("to the memory of one process"),
        "filebased" => Some("to files"),
        _ => None,
    }
}
