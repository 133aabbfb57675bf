//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::{Certainty, Fact};
use crate::model::{
    AUTH_PASSWORD_VALIDATORS, AUTHENTICATION_BACKENDS, Deployment, INSTALLED_APPS,
    PASSWORD_HASHERS, Process,
};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "django/password-policy",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: Some("5.3"),
    check: Check::Deployment(check),
    page: include_str!("../../../rules/django/password-policy.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let mut said: Vec<&Process> = Vec::new();
    for app in deployment.live() {
        if said.iter().any(|it| it.has_project_of(app.value)) {
            continue;
        }
        let Some(accounts) = sets_passwords(&app) else { continue };
        // Settings that may be others in production are mostly a developer's.
        if accounts.evidence().certainty() < Certainty::Certain {
            continue;
        }
        let any = takes_any(&app, &accounts, out);
        let fast = hashes_fast(&app, &accounts, out);
        if any || fast {
            said.push(app.value);
        }
    }
}

/// Whether nothing is asked of a password, which it reports.
fn takes_any(app: &Fact<&Process>, accounts: &Fact<()>, out: &mut Findings) -> bool {
    let Some(validators) = app.setting(AUTH_PASSWORD_VALIDATORS.name) else { return false };
    if !validators.value.items().is_some_and(<[_]>::is_empty) {
        return false;
    }
    let assigned = app.assigned(AUTH_PASSWORD_VALIDATORS);
    // It came with Django 1.9 (its release notes).
    let has_it = || app.django_version().is_some_and(|it| it.value.at_least([1, 9]) == Some(true));
    if assigned.is_none() && !has_it() {
        return false;
    }
    let at = match assigned {
        Some(assigned) => assigned.label("asks nothing of a password"),
        None => accounts.label("accounts with passwords, and no AUTH_PASSWORD_VALIDATORS"),
    };
    out.report(app.value, "any password is good enough for an account, be it `1`", at)
        .because(&validators)
        .because(accounts)
        .help("set AUTH_PASSWORD_VALIDATORS, as `startproject` does (Django, \"Password validation\")");
    true
}

/// Whether passwords are kept by what somebody tries out billions of in a second, which it reports.
fn hashes_fast(app: &Fact<&Process>, accounts: &Fact<()>, out: &mut Findings) -> bool {
    // New ones are made by the first (Django, "How Django stores passwords").
    let Some(hashers) = app.get(PASSWORD_HASHERS) else { return false };
    let Some(first) = hashers.value.first().filter(|it| is_fast(&it.value)) else { return false };
    let at = first.map(|_| ()).given(&hashers);
    out.report(
        app.value,
        "whoever gets the database tries out billions of passwords in a second",
        at.label("meant for tests, and the first is what passwords are kept by"),
    )
    .because(accounts)
    .help(
        "begin with `django.contrib.auth.hashers.PBKDF2PasswordHasher`; keep this one as the last",
    );
    true
}

fn is_fast(hasher: &str) -> bool {
    let Some(name) = hasher.strip_prefix("django.contrib.auth.hashers.") else { return false };
    let fast = ["MD5PasswordHasher", "SHA1PasswordHasher", "CryptPasswordHasher"];
    fast.contains(&name) || name.starts_with("UnsaltedMD5") || name.starts_with("UnsaltedSHA1")
}

/// Where an application is installed that keeps accounts, if people give themselves passwords in what
/// comes with Django or with a package, and nothing else knows who somebody is.
fn sets_passwords(app: &Fact<&Process>) -> Option<Fact<()>> {
    const WITH_FORMS: [&str; 8] = [
        "django.contrib.admin",
        "allauth.account",
        "registration",
        "django_registration",
        "djoser",
        "dj_rest_auth",
        "wagtail.users",
        "oscar.apps.customer",
    ];
    let apps = app.members(INSTALLED_APPS);
    let accounts = apps.iter().find(|it| it.value == "django.contrib.auth")?;
    let has_form = |it: &Fact<String>| {
        WITH_FORMS.iter().any(|form| it.value == *form)
            || it.value.starts_with("django.contrib.admin.apps.")
    };
    if !apps.iter().any(has_form) || apps.iter().any(|it| it.value.contains("password")) {
        return None;
    }
    let backends = app.get(AUTHENTICATION_BACKENDS)?;
    let mut all = backends.value.iter();
    all.all(|it| takes_passwords(&it.value)).then(|| accounts.map(|_| ()).given(&backends))
}

/// Whether somebody logs in by it with a password of Django's, or it only counts or permits. Of others
/// nobody can tell where their accounts are.
fn takes_passwords(backend: &str) -> bool {
    let known =
        ["django.contrib.auth.backends.", "allauth.account.", "axes.", "guardian.", "rules."];
    known.iter().any(|it| backend.starts_with(it)) && !backend.contains("RemoteUser")
}
