//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::model::{Deployment, SESSION_COOKIE_HTTPONLY};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "django/cookie-open-to-scripts",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: Some("4.3"),
    check: Check::Deployment(check),
    page: include_str!("../../../rules/django/cookie-open-to-scripts.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for app in deployment.live() {
        let Some(open) = app.get(SESSION_COOKIE_HTTPONLY).filter(|it| !it.value) else { continue };
        let Some(at) = app.assigned(SESSION_COOKIE_HTTPONLY) else { continue };
        out.report(
            app.value,
            "a script that gets into a page can take the session of its reader",
            at.label("scripts may read the session's cookie"),
        )
        .through(app.supplied(SESSION_COOKIE_HTTPONLY), "allowed here")
        .because(&open)
        .help("take the line out: True is the default")
        // A script of the site may read it today.
        .mend(Safety::Unsafe, "write `True`", app.turn(SESSION_COOKIE_HTTPONLY, true));
    }
}
