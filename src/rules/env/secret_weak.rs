//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::secret::is_placeholder;
use crate::model::{Deployment, SECRET_KEY};

use crate::rules::{Check, Rule};
use std::collections::BTreeSet;

pub(super) static RULE: Rule = Rule {
    id: "env/secret-weak",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: Some("5.9"),
    check: Check::Deployment(check),
    page: include_str!("../../../rules/env/secret-weak.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for process in deployment.apps() {
        let app = process.fact();
        let Some(key) = app.get(SECRET_KEY) else { continue };
        // What the code itself holds is no secret at all, and another rule's.
        if app.is_literal(&key) || app.default_in(&key).is_some() || is_placeholder(&key.value) {
            continue;
        }
        let names = process.django.iter().flat_map(|it| &it.evaluation.reads);
        let mut fallbacks = names.filter_map(|read| deployment.fallback(process, &read.name));
        let of_compose = fallbacks.any(|it| it.used && it.literal.value == key.value);
        let Some(why) = weakness(&key.value) else { continue };
        let Some(at) = app.outside(&key).filter(|_| !of_compose) else { continue };
        if deployment.may_be_outdone(process, at.evidence().place()) {
            continue;
        }
        out.report(
            process,
            format!("SECRET_KEY {why}, so signatures can be forged"),
            at.label(why),
        )
        .through(app.assigned(SECRET_KEY), "and signs sessions here")
        .because(&key)
        .help("make a new one: `django.core.management.utils.get_random_secret_key()`");
    }
}

/// As `django.core.checks.security.base` judges it (security.W009).
fn weakness(key: &str) -> Option<&'static str> {
    let different = key.chars().collect::<BTreeSet<_>>().len();
    if key.is_empty() {
        return None;
    }
    if key.starts_with("django-insecure-") {
        return Some("is the one that `startproject` made");
    }
    if key.chars().count() < 50 {
        return Some("is shorter than 50 characters");
    }
    (different < 5).then_some("has fewer than five different characters")
}
