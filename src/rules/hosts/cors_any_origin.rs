//! See the page.

use crate::diagnostic::{Diagnostic, Findings, Severity};
use crate::fact::Fact;
use crate::model::{
    CORS_ALLOW_ALL_ORIGINS, CORS_ALLOW_CREDENTIALS, CORS_ALLOWED_ORIGIN_REGEXES,
    CORS_ALLOWED_ORIGINS, CORS_ORIGIN_ALLOW_ALL, CORS_ORIGIN_REGEX_WHITELIST,
    CORS_ORIGIN_WHITELIST, CORS_URLS_REGEX, Deployment, Process, SESSION_COOKIE_SAMESITE,
};
use crate::rules::{Check, Rule, without_module};

pub(super) static RULE: Rule = Rule {
    id: "hosts/cors-any-origin",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: Some("5.3"),
    check: Check::Deployment(check),
    page: include_str!("../../../rules/hosts/cors-any-origin.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for process in deployment.apps().filter(|process| process.kind.is_web()) {
        let app = process.fact();
        if deployment.is_a_trial(process) || !is_installed(&app) {
            continue;
        }
        if !by_switch(process, out) && !by_expression(process, out) {
            without(process, out);
        }
    }
}

fn by_switch(process: &Process, out: &mut Findings) -> bool {
    let app = process.fact();
    let names = [CORS_ALLOW_ALL_ORIGINS, CORS_ORIGIN_ALLOW_ALL].into_iter();
    for (setting, at) in names.filter_map(|setting| Some((setting, app.assigned(setting)?))) {
        let finding = if let Some(all) = app.get(setting).filter(|all| all.value) {
            let finding = out.report(process, ANY, at.label("allows every origin"));
            finding.because(&all).help(instead(&app))
        } else if let Some((name, default)) = app.on_by_default(setting) {
            let finding = out.report(
                process,
                format!("other sites may read what this one answers where `{name}` is not set"),
                default.label(format!("holds if `{name}` is missing")),
            );
            finding.also(at.label("allows every origin"));
            finding.help(format!("let a missing `{name}` mean False"))
        } else {
            continue;
        };
        tell_how_far(&app, finding);
        return true;
    }
    false
}

/// What else is read, and what not. Where browsers let no page read what they sent cookies for (Fetch,
/// "CORS check"), it gets what everybody may have, as an API for all is to give it. Whoever names the
/// addresses that are open may well mean them to be, and who has no token is told no more either.
fn tell_how_far(app: &Fact<&Process>, finding: &mut Diagnostic) {
    finding.through(with_cookies(app), cookies(app));
    let is_off = app.get(CORS_ALLOW_CREDENTIALS).is_some_and(|it| !it.value);
    if is_off || app.assigned(CORS_ALLOW_CREDENTIALS).is_none() {
        finding.at_most(Severity::Advice);
    }
    if let Some(only) = app.assigned(CORS_URLS_REGEX) {
        finding.also(only.label("for these addresses only")).at_most(Severity::Advice);
    }
    if let Some(tokens) = app.answers_tokens_alone() {
        let text = "only a token in a header says who asks, which other sites have not";
        finding.also(tokens.label(text)).at_most(Severity::Advice);
    }
}

/// Whether browsers send along who somebody is.
fn with_cookies(app: &Fact<&Process>) -> Option<Fact<()>> {
    app.get(CORS_ALLOW_CREDENTIALS).filter(|it| it.value)?;
    app.assigned(CORS_ALLOW_CREDENTIALS)
}

/// Which cookies those are: one that is Lax, as Django's own are since 2.1, is sent to no other site
/// than one of the same domain (RFC 6265bis, 5.2).
fn cookies(app: &Fact<&Process>) -> &'static str {
    let kept = app.get(SESSION_COOKIE_SAMESITE);
    match kept.is_some_and(|it| matches!(&*it.value, "Lax" | "Strict")) {
        true => "with the cookies that SameSite lets pass",
        false => "with the cookies of visitors",
    }
}

const ANY: &str = "pages of every other site may read what this one answers";

/// An expression that every origin matches.
fn by_expression(process: &Process, out: &mut Findings) -> bool {
    let app = process.fact();
    let settings = [CORS_ALLOWED_ORIGIN_REGEXES, CORS_ORIGIN_REGEX_WHITELIST].into_iter();
    let mut expressions = settings.filter_map(|it| app.get(it)).flat_map(|it| it.value);
    let Some(open) = expressions.find(|it| takes_all(&it.value)) else { return false };
    let finding = out.report(process, ANY, open.label("every origin matches this"));
    tell_how_far(&app, finding);
    finding.because(&open).help(instead(&app));
    true
}

/// Where a module decides that is in no repository, and any site may read without it.
fn without(process: &Process, out: &mut Findings) {
    let Some(alone) = process.alone() else { return };
    let app = alone.process.fact();
    let mut names = [CORS_ALLOW_ALL_ORIGINS, CORS_ORIGIN_ALLOW_ALL].into_iter();
    let open = names.find_map(|setting| {
        let decided = alone.decides(process, setting).then(|| app.get(setting))?;
        decided.filter(|it| it.value).zip(app.assigned(setting))
    });
    let Some((all, at)) = open else { return };
    let what = "any other site may read what this one answers";
    let finding = without_module::report(process, &alone, what, &at.given(&all), out);
    tell_how_far(&app, finding);
    finding.help(format!("list the origins in {}, or leave that to the module", list(&app)));
}

/// Whether an expression is for anything at all, or for anything by http. It is looked for from the
/// beginning of an origin (`re.match`; django-cors-headers, `middleware.py`).
fn takes_all(expression: &str) -> bool {
    let bare = expression.trim_start_matches('^').trim_end_matches('$');
    let schemes = ["https?://", "https?:\\/\\/", "https://", "http://"];
    let host = schemes.iter().find_map(|it| bare.strip_prefix(it)).unwrap_or(bare);
    let host = host.strip_prefix('(').and_then(|it| it.strip_suffix(')')).unwrap_or(host);
    matches!(host, ".*" | ".+")
}

/// What to write in its place, if the settings do not have that already.
fn instead(app: &Fact<&Process>) -> String {
    let lists = [CORS_ALLOWED_ORIGINS, CORS_ORIGIN_WHITELIST];
    let listed = lists.into_iter().find(|list| !app.members(*list).is_empty());
    match listed {
        Some(list) => format!("take it out: {} has the origins already", list.name),
        None => format!("list the origins in {}", list(app)),
    }
}

/// What the list of origins is called: the name of today came with django-cors-headers 3.5 (its
/// changelog, 3.5.0), and those of before know the old one alone, which still is taken. Whoever writes
/// the one that goes with it may have such.
fn list(app: &Fact<&Process>) -> &'static str {
    let django = app.value.django.as_ref();
    let version = django.and_then(|it| it.requirements.of("django-cors-headers"));
    let is_old = app.assigned(CORS_ORIGIN_ALLOW_ALL).is_some();
    match is_old || version.is_some_and(|it| it.value.at_least([3, 5]) == Some(false)) {
        true => "CORS_ORIGIN_WHITELIST",
        false => "CORS_ALLOWED_ORIGINS",
    }
}

/// Without the middleware of django-cors-headers nothing reads the settings.
pub(super) fn is_installed(app: &Fact<&Process>) -> bool {
    let classes = ["CorsMiddleware", "CorsPostCsrfMiddleware"];
    classes.iter().any(|it| app.passes(&format!("corsheaders.middleware.{it}")).is_some())
}
