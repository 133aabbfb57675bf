//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::fact::Fact;
use crate::model::{Deployment, Process, Value};
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
        .help("write it as a list: `STATICFILES_DIRS = [BASE_DIR / \"static\"]`")
        .mend(Safety::Safe, "put it in brackets", in_brackets(&app, name));
    }
}

/// Around the literal, if all of the setting is one.
fn in_brackets(app: &Fact<&Process>, name: &str) -> impl Iterator<Item = Edit> {
    let ends = app.literal(name).map(|it| [Edit::ahead(it, "["), Edit::behind(it, "]")]);
    ends.into_iter().flatten()
}
