//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::{Deployment, EMAIL_BACKEND};
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
        let Some(backend) = app.get(EMAIL_BACKEND) else { continue };
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

fn where_mail_goes(kind: &str) -> Option<&'static str> {
    match kind {
        "console" => Some("to the log"),
        "dummy" => Some("nowhere"),
        "locmem" => Some("to the memory of one process"),
        "filebased" => Some("to files"),
        _ => None,
    }
}
