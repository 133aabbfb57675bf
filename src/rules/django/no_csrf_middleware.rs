//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::fact::Fact;
use crate::model::{
    CSRF_TRUSTED_ORIGINS, Deployment, INSTALLED_APPS, MIDDLEWARE, Process, middleware,
};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "django/no-csrf-middleware",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: Some("6.5"),
    check: Check::Deployment(check),
    page: include_str!("../../../rules/django/no-csrf-middleware.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    // Whether DEBUG is on makes no difference to forms.
    for app in deployment.serving() {
        let Some(sessions) = app.passes(middleware::SESSIONS) else { continue };
        let Some(without) = app.passes_no(&["csrf"]) else { continue };
        let urls = app.value.django.as_ref().and_then(|it| it.urls.as_ref());
        // The admin checks its forms by itself, as do Django's own pages for logins
        // (`AdminSite.admin_view`, `LoginView`).
        let is_asked =
            deployment.surroundings.asks_who_is_logged_in() || meant_to_be_on(&app).is_some();
        let is_admin_alone = urls.is_some_and(|it| it.is_admin_alone()) || !is_asked;
        if is_admin_alone || logs_in_by_token(&app) || deployment.is_left_out(&app, &["csrf"]) {
            continue;
        }
        let finding = out.report(
            app.value,
            "forms of other sites can act in the name of whoever is logged in",
            without.label("`CsrfViewMiddleware` is not among these"),
        );
        finding
            .also(sessions.label("a cookie says who sends a request"))
            .help(format!("add `{}` to {}", middleware::CSRF, app.setting_of_middleware()))
            // Forms without a token are refused from then on.
            .mend(Safety::Unsafe, "add it", app.add_after(MIDDLEWARE, &sessions, middleware::CSRF));
        let asks = deployment.surroundings.asks_who_is_logged_in();
        if !asks || asks_for_tokens(&app) {
            finding.at_most(Severity::Advice);
        }
        // `csrf_protect` around each page of the admin is the middleware by itself.
        let has_admin =
            app.members(INSTALLED_APPS).iter().any(|it| it.value.contains("contrib.admin"));
        let read = match has_admin {
            true => "nothing but the admin reads these origins",
            false => "nothing reads these origins",
        };
        finding.through(meant_to_be_on(&app), read);
    }
}

/// A setting that only the middleware reads.
fn meant_to_be_on(app: &Fact<&Process>) -> Option<Fact<()>> {
    app.assigned(CSRF_TRUSTED_ORIGINS)
}

/// Whether nothing is there that logs somebody in by a cookie: an API hands out tokens of its own, and
/// there is no admin.
fn logs_in_by_token(app: &Fact<&Process>) -> bool {
    app.installed_apps().is_some_and(|apps| {
        let has = |part: &str| apps.value.iter().any(|it| it.value.contains(part));
        has("jwt") && !has("contrib.admin") && !has("allauth")
    })
}

/// Whether the API does not take the cookie for an answer, so that only the rest of the site does.
fn asks_for_tokens(app: &Fact<&Process>) -> bool {
    let classes = app.api_authentication();
    classes.is_some_and(|classes| !classes.value.iter().any(|it| it.contains("Session")))
}
