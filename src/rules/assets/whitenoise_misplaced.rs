//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::fact::Fact;
use crate::model::middleware::{COMMON, CSRF, WHITENOISE};
use crate::model::{Answer, Deployment, MIDDLEWARE, Process, STATIC_URL, Site, is_own_url};
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
        if is_served_before(deployment, &app) {
            continue;
        }
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

/// Whether every site in front answers for static files from a directory, so that none gets here.
fn is_served_before(deployment: &Deployment, app: &Fact<&Process>) -> bool {
    let Some(url) = app.get(STATIC_URL).filter(|it| is_own_url(&it.value)) else { return false };
    let mut sites = deployment.sites_before(app.value).peekable();
    let is_served = |site: &Site| {
        let answer = site.answer(&url);
        answer.is_some_and(|it| matches!(it.value, Answer::Dir(_)) && it.evidence().is_written())
    };
    sites.peek().is_some() && sites.all(is_served)
}

/// Middleware of Django that works for each request, and is to follow WhiteNoise (its
/// documentation, "Enable WhiteNoise"). What fills the cache has to be the first of all (Django's,
/// "The per-site cache"), and looks at no answer that the cache was not asked for.
const ANSWERS: &[&str] = &[
    "django.contrib.sessions.middleware.SessionMiddleware",
    COMMON,
    CSRF,
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.locale.LocaleMiddleware",
];
