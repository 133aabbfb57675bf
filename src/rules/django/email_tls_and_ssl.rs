//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::fact::Fact;
use crate::model::{
    Deployment, EMAIL_BACKEND, EMAIL_PORT, EMAIL_USE_SSL, EMAIL_USE_TLS, Process, Setting,
};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "django/email-tls-and-ssl",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/django/email-tls-and-ssl.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for process in deployment.apps() {
        // Of a process whose env file is not in view, what the example of it would make.
        if !told(process, out)
            && let Some(documented) = process.documented()
        {
            told(&documented, out);
        }
    }
}

/// Whether a process sends no mail, which is reported then.
fn told(process: &Process, out: &mut Findings) -> bool {
    let app = process.fact();
    let Some(backend) = mails_by_smtp(&app) else { return false };
    let (tls, ssl) = (on(&app, EMAIL_USE_TLS), on(&app, EMAIL_USE_SSL));
    let (setting, other, message) = match (&tls, &ssl) {
        (Some(true), Some(true)) => (EMAIL_USE_SSL, Some(EMAIL_USE_TLS), BOTH),
        (Some(true), Some(false)) if port(&app) == Some(465) => (EMAIL_USE_TLS, None, LATE),
        (Some(false), Some(true)) if port(&app) == Some(587) => (EMAIL_USE_SSL, None, EARLY),
        _ => return false,
    };
    let (Some(at), Some(value)) = (app.assigned(setting), app.get(setting)) else { return false };
    let finding =
        out.report(process, message, at.given(&value).label(format!("{} is on", setting.name)));
    finding.through(app.supplied(setting), "turned on here").because(&backend);
    // The port decides which of them the server speaks.
    let tls = match port(&app) {
        Some(465) => Some(false),
        Some(587) => Some(true),
        _ => None,
    };
    if let Some(tls) = tls {
        let edits = [app.turn(EMAIL_USE_TLS, tls), app.turn(EMAIL_USE_SSL, !tls)];
        if edits.iter().all(Option::is_some) {
            finding.mend(Safety::Safe, "take what the port is for", edits.into_iter().flatten());
        }
    }
    match other {
        Some(other) => finding
            .through(app.assigned(other), format!("and so is {}", other.name))
            .through(app.supplied(other), "turned on here")
            .help("EMAIL_USE_TLS is for port 587, EMAIL_USE_SSL for 465: take one of them"),
        None => finding
            .through(app.assigned(EMAIL_PORT), "the port")
            .through(app.supplied(EMAIL_PORT), "the port")
            .at_most(Severity::Warning)
            .help("EMAIL_USE_TLS is for port 587, EMAIL_USE_SSL for 465"),
    };
    true
}

/// That the backend is, or may be, the one that reads these settings.
fn mails_by_smtp(app: &Fact<&Process>) -> Option<Fact<String>> {
    app.possible(EMAIL_BACKEND).into_iter().find(|it| it.value == SMTP)
}

const SMTP: &str = "django.core.mail.backends.smtp.EmailBackend";
/// `EmailBackend.__init__` raises ValueError.
const BOTH: &str = "no mail is sent: EMAIL_USE_TLS and EMAIL_USE_SSL exclude each other";
const LATE: &str = "no mail is sent: the server on port 465 waits for TLS from the first byte";
const EARLY: &str = "no mail is sent: the server on port 587 begins without TLS";

fn on(app: &Fact<&Process>, setting: Setting<bool>) -> Option<bool> {
    Some(app.get(setting)?.value)
}

fn port(app: &Fact<&Process>) -> Option<i128> {
    Some(app.get(EMAIL_PORT)?.value)
}
