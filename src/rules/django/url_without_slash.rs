//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::Deployment;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "django/url-without-slash",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/django/url-without-slash.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for app in deployment.serving() {
        for name in ["STATIC_URL", "MEDIA_URL"] {
            let Some(url) = app.setting(name) else { continue };
            let open = |text: &str| !text.is_empty() && !text.ends_with('/');
            if !url.value.text().is_some_and(open) {
                continue;
            }
            let Some(at) = app.assignment(name) else { continue };
            out.report(
                app.value,
                format!("{name} does not end in a slash, so `migrate` and other commands stop"),
                at.label("what follows is joined to it as it is"),
            )
            .because(&url)
            .help(format!("end {name} with `/`"));
        }
    }
}
