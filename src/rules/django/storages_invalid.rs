//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::fact::Fact;
use crate::fact::version::Range;
use crate::model::{
    DEFAULT_FILE_STORAGE, Deployment, INSTALLED_APPS, Process, STATICFILES_STORAGE, STORAGES, Value,
};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "django/storages-invalid",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/django/storages-invalid.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for process in deployment.apps() {
        let app = process.fact();
        let Some(storages) = app.get(STORAGES) else { continue };
        let Some(at) = app.assigned(STORAGES) else { continue };
        let Value::Dict(dict) = &storages.value else { continue };
        let Some(version) = app.django_version() else { continue };
        if version.value.at_least([4, 2]) != Some(true) {
            continue;
        }
        if version.value.at_least([5, 1]) == Some(false) && excludes(&app, &at, &version, out) {
            continue;
        }
        // Keys may be added by what is not in view.
        let lacks = |key: &str| {
            dict.more.is_none()
                && !dict.entries.iter().any(|it| it.key.text().is_none_or(|it| it == key))
        };
        for (key, effect) in [("default", DEFAULT), ("staticfiles", STATICFILES)] {
            let needed = key == "default" || has_static_files(&app);
            let idle = key == "default" && !deployment.surroundings.has_fields_for_uploads();
            let effect = if idle { NO_DEFAULT } else { effect };
            if needed && lacks(key) {
                let finding = out.report(
                    process,
                    effect,
                    at.clone().given(&storages).label(format!("has no `{key}`")),
                );
                finding
                    .because(&version)
                    .help(format!("add `{key}`: the dict replaces Django's own as a whole"));
                if idle {
                    finding.at_most(Severity::Advice);
                }
            }
        }
    }
}

const DEFAULT: &str = "uploads fail: STORAGES does not say where they are kept";
const NO_DEFAULT: &str = "STORAGES does not say where uploads are kept";
const STATICFILES: &str =
    "the `static` tag and collectstatic fail: STORAGES names no storage for them";

fn has_static_files(app: &Fact<&Process>) -> bool {
    let apps = app.members(INSTALLED_APPS);
    apps.iter().any(|it| it.value.starts_with("django.contrib.staticfiles"))
}

/// The old names beside the new one, which Django 4.2 and 5.0 refuse (`django.conf.Settings`).
fn excludes(
    app: &Fact<&Process>,
    at: &Fact<()>,
    version: &Fact<Range>,
    out: &mut Findings,
) -> bool {
    let old = [DEFAULT_FILE_STORAGE, STATICFILES_STORAGE];
    let Some((setting, old)) = old.iter().find_map(|it| Some((it, app.assigned(*it)?))) else {
        return false;
    };
    out.report(
        app.value,
        format!("nothing starts: {} and STORAGES exclude each other", setting.name),
        old.label("the old name"),
    )
    .also(at.label("the new one"))
    .because(version)
    .help(format!("take {} out", setting.name))
    .mend(Safety::Safe, format!("take {} out", setting.name), app.unset(setting.name));
    true
}
