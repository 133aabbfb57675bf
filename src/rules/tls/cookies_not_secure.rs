//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::fact::Fact;
use crate::model::{
    Asked, CSRF_COOKIE_SECURE, Deployment, MIDDLEWARE, Process, SESSION_COOKIE_SECURE, Setting,
};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "tls/cookies-not-secure",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: Some("5.9"),
    check: Check::Deployment(check),
    page: include_str!("../../../rules/tls/cookies-not-secure.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for process in deployment.apps().filter(|process| process.kind.is_web()) {
        let app = process.fact();
        if deployment.is_a_trial(process) {
            continue;
        }
        let presumed = || app.is_told_of_https().map(|it| (it, PRESUMED));
        let https = deployment.https_sites(process).into_iter().next();
        let seen = https.map(|(_, https)| (https, "browsers reach it by https here"));
        let Some((https, text)) = seen.or_else(presumed) else { continue };
        let mut unset = Vec::new();
        for (setting, middleware) in COOKIES {
            if !is_used(&app, middleware) {
                continue;
            }
            let Some(off) = insecure(&app, *setting) else { continue };
            let Some(at) = app.assigned(*setting) else {
                unset.push((setting.name, off));
                continue;
            };
            let finding = out.report(
                process,
                format!("{} is off, and the site is reached by https", setting.name),
                at.given(&off).label("the cookie travels over plain http as well"),
            );
            finding.also(https.label(text)).because(&off).help(HELP);
            // Who comes by plain http would not stay logged in any more.
            finding.mend(Safety::Unsafe, ON, app.turn(*setting, true));
            if text == PRESUMED {
                finding.at_most(Severity::Warning);
            }
        }
        report_unset(process, &unset, &https, text, out);
    }
}

const HELP: &str = "set SESSION_COOKIE_SECURE and CSRF_COOKIE_SECURE to True";
const ON: &str = "mark them as secure";
const PRESUMED: &str = "a proxy tells of https by this header";

/// What makes each cookie.
const COOKIES: &[(Setting<bool>, &str)] = &[
    (SESSION_COOKIE_SECURE, "django.contrib.sessions.middleware.SessionMiddleware"),
    (CSRF_COOKIE_SECURE, "django.middleware.csrf.CsrfViewMiddleware"),
];

fn report_unset(
    process: &Process,
    unset: &[(&str, Fact<bool>)],
    https: &Fact<()>,
    text: &str,
    out: &mut Findings,
) {
    let Some((_, first)) = unset.first() else { return };
    let names: Vec<&str> = unset.iter().map(|(name, _)| *name).collect();
    let verb = if names.len() == 1 { "is" } else { "are" };
    let message = format!("{} {verb} off, and the site is reached by https", names.join(" and "));
    let finding = out.report(process, message, https.label(text));
    finding.because(first).help(HELP);
    let app = process.fact();
    let edits = names.iter().filter_map(|name| app.set(name, "True"));
    finding.mend(Safety::Unsafe, ON, edits);
    if text == PRESUMED {
        finding.at_most(Severity::Warning);
    }
}

/// Whether some request may make the cookie.
fn is_used(app: &Fact<&Process>, middleware: &str) -> bool {
    app.get(MIDDLEWARE).is_none_or(|known| known.value.iter().any(|it| it.value == middleware))
}

/// That a switch is off, or is unless a variable that is not in view says otherwise.
fn insecure(app: &Fact<&Process>, setting: Setting<bool>) -> Option<Fact<bool>> {
    if let Some(known) = app.get(setting) {
        return (!known.value).then_some(known);
    }
    let is_off = app.by_default(setting).is_some_and(|it| !it);
    let mut possible = app.possible(setting).into_iter().filter(|it| is_off && !it.value);
    possible.find(|it| app.default_in(it).and_then(Asked::default_switch) == Some(false))
}
