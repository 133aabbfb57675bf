//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::model::{Deployment, SECURE_CONTENT_TYPE_NOSNIFF};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "django/sniffing-allowed",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: Some("3.7"),
    check: Check::Deployment(check),
    page: include_str!("../../../rules/django/sniffing-allowed.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for app in deployment.live() {
        let Some(off) = app.get(SECURE_CONTENT_TYPE_NOSNIFF).filter(|it| !it.value) else {
            continue;
        };
        let Some(at) = app.assigned(SECURE_CONTENT_TYPE_NOSNIFF) else { continue };
        let mut sites = deployment.sites_before(app.value);
        if sites.any(|it| it.may_add("x-content-type-options")) {
            continue;
        }
        out.report(
            app.value,
            "browsers may take what visitors uploaded for a page or a script",
            at.label("`X-Content-Type-Options: nosniff` is not sent"),
        )
        .through(app.supplied(SECURE_CONTENT_TYPE_NOSNIFF), "turned off here")
        .because(&off)
        .help("take the line out: True is the default")
        .mend(Safety::Safe, "write `True`", app.turn(SECURE_CONTENT_TYPE_NOSNIFF, true));
    }
}
