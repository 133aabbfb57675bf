//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::{Deployment, Value};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "assets/source-dirs-malformed",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/assets/source-dirs-malformed.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for app in deployment.serving() {
        let name = "STATICFILES_DIRS";
        let Some(value) = app.setting(name) else { continue };
        if !matches!(value.value, Value::Str(_) | Value::Path(_)) {
            continue;
        }
        let Some(at) = app.assignment(name) else { continue };
        out.report(
            app.value,
            "STATICFILES_DIRS is one path and no list, so `collectstatic` and other commands stop",
            at.label("a list or a tuple is wanted; brackets alone make no tuple"),
        )
        .because(&value)
        .help("write it as a list: `STATICFILES_DIRS = [BASE_DIR / \"static\"]`");
    }
}
