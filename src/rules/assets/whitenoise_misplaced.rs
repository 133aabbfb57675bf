//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::model::middleware::{COMMON, CSRF, WHITENOISE};
use crate::model::{Deployment, MIDDLEWARE};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "assets/whitenoise-misplaced",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/assets/whitenoise-misplaced.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for process in deployment.apps().filter(|process| process.kind.is_web()) {
        let app = process.fact();
        // What stands around the application answers before any middleware of it.
        let code = process.django.as_ref().map(|it| &it.project.code);
        if code.is_some_and(|it| it.may_wrap_server) {
            continue;
        }
        let Some(middleware) = app.get(MIDDLEWARE) else { continue };
        let at = middleware.value.iter().position(|it| it.value == WHITENOISE);
        let Some((at, before)) = at.map(|at| (at, &middleware.value[..at])) else { continue };
        let Some(wrong) = before.iter().find(|it| ANSWERS.contains(&it.value.as_str())) else {
            continue;
        };
        let whitenoise = &middleware.value[at];
        out.report(
            process,
            "static files pass through middleware that has nothing to do with them",
            whitenoise.label("answers requests for static files"),
        )
        .also(wrong.label("runs before it, for every file"))
        .because(&middleware)
        .help("put WhiteNoise right after SecurityMiddleware")
        .mend(Safety::Safe, "put WhiteNoise before it", app.move_before(whitenoise, wrong));
    }
}

/// Middleware of Django that works for each request, and is to follow WhiteNoise (its
/// documentation, "Enable WhiteNoise").
const ANSWERS: &[&str] = &[
    "django.contrib.sessions.middleware.SessionMiddleware",
    COMMON,
    CSRF,
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.cache.UpdateCacheMiddleware",
];
