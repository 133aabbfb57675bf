//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::model::{Deployment, MIDDLEWARE, SECURE_SSL_REDIRECT, middleware};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "django/no-security-middleware",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: Some("3.7"),
    check: Check::Deployment(check),
    page: include_str!("../../../rules/django/no-security-middleware.md"),
};

/// The settings that it acts on. SECURE_PROXY_SSL_HEADER is heeded without it.
const ASKS: &[&str] = &[
    "SECURE_BROWSER_XSS_FILTER",
    "SECURE_CONTENT_TYPE_NOSNIFF",
    "SECURE_HSTS_SECONDS",
    "SECURE_REFERRER_POLICY",
    "SECURE_SSL_REDIRECT",
];

fn check(deployment: &Deployment, out: &mut Findings) {
    for app in deployment.live() {
        // 1.8 was the first that has it (its release notes).
        let is_older =
            app.django_version().is_some_and(|it| it.value.at_least([1, 8]) == Some(false));
        // Until 3.0 all that it does is off unless a setting asks for it.
        let is_asked = ASKS.iter().any(|name| app.assignment(name).is_some());
        let is_idle = !is_asked
            && app.django_version().is_some_and(|it| it.value.at_least([3, 0]) == Some(false));
        let without = app.passes_no(&["security"]).filter(|_| !is_older);
        let Some(without) = without else { continue };
        let finding = out.report(
            app.value,
            match (is_asked, is_idle) {
                (true, _) => "nothing does what the SECURE_ settings say",
                (false, true) => "nothing would do what a SECURE_ setting asks for",
                (false, false) => {
                    "nothing sends the headers that Django has for browsers by default"
                }
            },
            without.label("`SecurityMiddleware` is not among these"),
        );
        finding.help(format!("put `{}` first", middleware::SECURITY));
        let entries = app.members(MIDDLEWARE);
        let edit = app.add_beside(&entries, middleware::SECURITY);
        // A redirect to https that never was may lead nowhere.
        let quiet = app.get(SECURE_SSL_REDIRECT).is_some_and(|it| !it.value);
        let safety = if quiet { Safety::Safe } else { Safety::Unsafe };
        finding.mend(safety, "put it first", edit);
        if is_idle {
            finding.at_most(Severity::Advice);
        }
        let mut sites = deployment.sites_before(app.value).peekable();
        if sites.peek().is_some()
            && sites.all(|it| deployment.may_add(it, "x-content-type-options"))
        {
            finding.at_most(Severity::Advice);
        }
    }
}
