//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
use crate::model::{Deployment, Process, Value};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "django/improperly-configured",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/django/improperly-configured.md"),
};

/// Settings that Django takes as a list or a tuple only (`django.conf.Settings`).
const LISTS: &[&str] = &["ALLOWED_HOSTS", "INSTALLED_APPS", "LOCALE_PATHS", "SECRET_KEY_FALLBACKS"];

/// Settings that have to differ (`django.contrib.staticfiles.utils.check_settings`).
const PAIRS: &[(&str, &str)] = &[("STATIC_URL", "MEDIA_URL"), ("STATIC_ROOT", "MEDIA_ROOT")];

fn check(deployment: &Deployment, out: &mut Findings) {
    for app in deployment.serving() {
        for name in LISTS {
            no_list(&app, name, out);
        }
        for (one, other) in PAIRS {
            alike(&app, one, other, out);
        }
    }
}

fn no_list(app: &Fact<&Process>, name: &str, out: &mut Findings) {
    let Some(value) = app.setting(name) else { return };
    let (Value::Str(_), Some(at)) = (&value.value, app.assignment(name)) else { return };
    out.report(
        app.value,
        format!("{name} is one text and no list, so Django does not start"),
        at.label("raises ImproperlyConfigured"),
    )
    .through(app.outside(&value), "the text comes from here")
    .because(&value)
    .help("split the text at its commas, or write a list");
}

fn alike(app: &Fact<&Process>, one: &str, other: &str, out: &mut Findings) {
    let (Some(a), Some(b)) = (app.setting(one), app.setting(other)) else { return };
    let text = a.value.text().filter(|text| !text.is_empty());
    let (Some(text), Some(at), Some(also)) = (text, app.assignment(one), app.assignment(other))
    else {
        return;
    };
    if b.value.text() != Some(text) {
        return;
    }
    out.report(
        app.value,
        format!("{one} and {other} are the same, and Django wants them to differ"),
        also.label(format!("the same as {one}")),
    )
    .also(at.label("static files have it already"))
    .because(&a)
    .because(&b)
    .help(format!("give {other} a value of its own"));
}
