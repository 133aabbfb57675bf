//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::fact::Fact;
use crate::model::{Deployment, Process, Value};
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
            .help(format!("end {name} with `/`"))
            .mend(Safety::Safe, "end it with `/`", slash(&app, name, &url));
        }
    }
}

/// Behind the literal, if all of the setting is one.
fn slash(app: &Fact<&Process>, name: &str, url: &Fact<Value>) -> Option<Edit> {
    app.literal(name)?;
    let text = url.try_map(|it| it.text().map(str::to_owned))?;
    Some(Edit::behind(text.whole()?, "/"))
}
