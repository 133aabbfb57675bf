//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::model::{Deployment, MIDDLEWARE, middleware};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "django/no-frame-middleware",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: Some("4.3"),
    check: Check::Deployment(check),
    page: include_str!("../../../rules/django/no-frame-middleware.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for app in deployment.live() {
        // A page that no cookie belongs to gives nothing away to the one around it.
        let Some(sessions) = app.passes(middleware::SESSIONS) else { continue };
        let Some(without) = app.passes_no(FRAMING) else { continue };
        // It came with Django 1.4 (its release notes).
        if app.django_version().is_some_and(|it| it.value.at_least([1, 4]) == Some(false)) {
            continue;
        }
        // Some send the header along with others.
        if app.passes_no(&["headers"]).is_none() || deployment.is_left_out(&app, FRAMING) {
            continue;
        }
        let mut sites = deployment.sites_before(app.value);
        if sites.any(|it| HEADERS.iter().any(|header| deployment.may_add(it, header))) {
            continue;
        }
        out.report(
            app.value,
            "other sites may show this one in a frame, under whatever they draw over it",
            without.label("`XFrameOptionsMiddleware` is not among these"),
        )
        .because(&sessions)
        .help(format!("add `{}` to {}", middleware::FRAMES, app.setting_of_middleware()))
        // Sites that show this one in a frame cannot any more.
        .mend(
            Safety::Unsafe,
            "add it",
            app.add_after(MIDDLEWARE, &sessions, middleware::FRAMES),
        );
    }
}

/// What is in the names of those that say who may frame a page.
const FRAMING: &[&str] = &["frame", "clickjack", "csp", "contentsecurity"];

/// What a web server would send in its place.
const HEADERS: &[&str] = &["x-frame-options", "content-security-policy"];
