//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::model::{
    CSRF_COOKIE_SAMESITE, CSRF_COOKIE_SECURE, Deployment, LANGUAGE_COOKIE_SAMESITE,
    LANGUAGE_COOKIE_SECURE, SESSION_COOKIE_SAMESITE, SESSION_COOKIE_SECURE, Setting,
};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "django/samesite-none-insecure",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/django/samesite-none-insecure.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for app in deployment.for_others() {
        for (samesite, secure) in COOKIES {
            let Some(none) = app.get(*samesite).filter(|it| it.value == "None") else { continue };
            let Some(off) = app.off_unless_told(*secure) else { continue };
            let Some(at) = app.assigned(*samesite) else { continue };
            let finding = out.report(
                app.value,
                format!("browsers drop a cookie with SameSite=None that is not {}", secure.name),
                at.label("sent to other sites as well"),
            );
            finding
                .through(app.assigned(*secure), "and over plain http")
                .through(app.supplied(*secure), "as this says")
                .because(&none)
                .because(&off)
                .help(format!("set {} to True", secure.name))
                .mend(
                    Safety::Safe,
                    format!("set {} to True", secure.name),
                    app.turn(*secure, true),
                );
        }
    }
}

const COOKIES: &[(Setting<String>, Setting<bool>)] = &[
    (SESSION_COOKIE_SAMESITE, SESSION_COOKIE_SECURE),
    (CSRF_COOKIE_SAMESITE, CSRF_COOKIE_SECURE),
    (LANGUAGE_COOKIE_SAMESITE, LANGUAGE_COOKIE_SECURE),
];
