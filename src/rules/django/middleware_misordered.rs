//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::fact::Fact;
use crate::model::middleware::{COMMON, SECURITY};
use crate::model::{Deployment, MIDDLEWARE, Process, SECURE_SSL_REDIRECT};
use crate::rules::{Check, Rule};
use std::collections::BTreeSet;

pub(super) static RULE: Rule = Rule {
    id: "django/middleware-misordered",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/django/middleware-misordered.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for app in deployment.for_others() {
        let Some(middleware) = app.get(MIDDLEWARE) else { continue };
        for order in ORDERS {
            let is = |class: &'static str| move |it: &Fact<String>| it.value == class;
            let first = middleware.value.iter().position(is(order.first));
            // Of two, the inner one has done its work when the other comes to it.
            let second = middleware.value.iter().rposition(is(order.second));
            let (Some(first), Some(second)) = (first, second) else { continue };
            if first < second || !(order.matters)(&app) {
                continue;
            }
            let (first, second) = (&middleware.value[first], &middleware.value[second]);
            out.report(app.value, order.effect, second.label("runs before the other"))
                .also(first.label("is to come first"))
                .because(&middleware)
                .at_most(order.severity)
                .help(format!("move `{}` above it", short(order.first)))
                .mend(Safety::Safe, "move it above", app.move_before(first, second));
        }
        twice(&app, &middleware, out);
    }
}

fn twice(app: &Fact<&Process>, middleware: &Fact<Vec<Fact<String>>>, out: &mut Findings) {
    let entries = &middleware.value;
    let before = |at: usize| entries[..at].iter().position(|it| it.value == entries[at].value);
    let again: Vec<_> = (0..entries.len()).filter_map(|at| Some((at, before(at)?))).collect();
    let Some(((at, first), more)) = again.split_first() else { return };
    let entry = &entries[*at];
    let name = short(&entry.value);
    let others: BTreeSet<&str> = more.iter().map(|(at, _)| entries[*at].value.as_str()).collect();
    let others = others.into_iter().filter(|it| *it != entry.value).count();
    let message = match others {
        0 if more.is_empty() => format!("`{name}` runs twice for each request"),
        0 => format!("`{name}` runs {} times for each request", more.len() + 2),
        1 => format!("`{name}` and one other run more than once for each request"),
        others => format!("`{name}` and {others} others run more than once for each request"),
    };
    let finding = out.report(app.value, message, entry.label("a second time"));
    finding.also(entries[*first].label("it is here already"));
    // A block that was pasted again is one thing to take out.
    for (at, _) in more {
        finding.also(entries[*at].label("and this"));
    }
    // Most does nothing more the second time.
    finding.because(middleware).at_most(Severity::Advice);
    match more {
        [] => {
            // The one that has to come after another which stands between the two.
            let between = |it: &str| entries[*first..*at].iter().any(|entry| entry.value == it);
            let orders = || ORDERS.iter().filter(|it| it.second == entry.value);
            let (spare, which) = match orders().any(|it| between(it.first)) {
                true => (*first, "first"),
                false => (*at, "second"),
            };
            finding.help(format!("take the {which} out")).mend(
                Safety::Safe,
                format!("take the {which} out"),
                app.drop_entry(entries, spare),
            )
        }
        _ => finding.help("take out what stands there again"),
    };
}

fn short(class: &str) -> &str {
    class.rsplit('.').next().unwrap_or(class)
}

/// An order that the documentation of the second demands.
struct Order {
    first: &'static str,
    second: &'static str,
    effect: &'static str,
    severity: Severity,
    /// Whether it makes a difference to a process.
    matters: fn(&Fact<&Process>) -> bool,
}

/// Whether requests are redirected to https, or may be.
fn demands_https(app: &Fact<&Process>) -> bool {
    match app.get(SECURE_SSL_REDIRECT) {
        Some(known) => known.value,
        None => app.assigned(SECURE_SSL_REDIRECT).is_some(),
    }
}

/// Whether `SecurityMiddleware` adds headers to answers: since Django 3.0 it does so by itself (release notes
/// of 3.0, `SECURE_CONTENT_TYPE_NOSNIFF`), before that where a setting asks for it.
fn adds_headers(app: &Fact<&Process>) -> bool {
    const HEADERS: [&str; 3] =
        ["SECURE_HSTS_SECONDS", "SECURE_CONTENT_TYPE_NOSNIFF", "SECURE_BROWSER_XSS_FILTER"];
    let is_new = app.django_version().and_then(|it| it.value.at_least([3, 0])) == Some(true);
    let is_on = |name: &&str| app.setting(name).is_some_and(|it| it.value.truth() == Some(true));
    is_new || HEADERS.iter().any(is_on)
}

/// Whether `CommonMiddleware` redirects before what comes after it sees the request. Since Django 4.2 a
/// slash is appended to what was answered with 404, and `PREPEND_WWW` alone does that (`process_request`
/// of 4.1 and 4.2).
fn redirects_at_once(app: &Fact<&Process>) -> bool {
    let is_old = app.django_version().is_some_and(|it| it.value.at_least([4, 2]) == Some(false));
    is_old || app.setting("PREPEND_WWW").is_some_and(|it| it.value.truth() == Some(true))
}

/// Whether django-cors-headers is told of any origin: it sends no header to others (its README).
fn allows_origins(app: &Fact<&Process>) -> bool {
    let settings = [
        "CORS_ALLOWED_ORIGINS",
        "CORS_ALLOWED_ORIGIN_REGEXES",
        "CORS_ALLOW_ALL_ORIGINS",
        "CORS_ORIGIN_WHITELIST",
        "CORS_ORIGIN_REGEX_WHITELIST",
        "CORS_ORIGIN_ALLOW_ALL",
    ];
    let is_off = |name: &str| app.setting(name).is_some_and(|it| it.value.truth() == Some(false));
    let redirects = !(is_off("APPEND_SLASH") && is_off("PREPEND_WWW"));
    let may_allow = |name: &&str| app.assignment(name).is_some() && !is_off(name);
    redirects && settings.iter().any(may_allow)
}

/// Whether pages are looked up in the cache: only what was looked up is put there afterwards
/// (`UpdateCacheMiddleware._should_update_cache`, which asks what `FetchFromCacheMiddleware` noted).
fn looks_up_pages(app: &Fact<&Process>) -> bool {
    // For no time at all nothing is kept (`UpdateCacheMiddleware.process_response`).
    let seconds = app.setting("CACHE_MIDDLEWARE_SECONDS");
    seconds.is_none_or(|it| it.value.truth() != Some(false))
        && app.get(MIDDLEWARE).is_some_and(|it| it.value.iter().any(|it| it.value == FETCH))
}

/// Whether it depends on the language which addresses there are (`i18n_patterns`), or may.
fn has_languages(app: &Fact<&Process>) -> bool {
    let urls = app.value.django.as_ref().and_then(|it| it.urls.as_ref());
    urls.is_some_and(|it| it.may_begin_with_languages())
}

const SESSIONS: &str = "django.contrib.sessions.middleware.SessionMiddleware";
const AUTH: &str = "django.contrib.auth.middleware.AuthenticationMiddleware";
const LOCALE: &str = "django.middleware.locale.LocaleMiddleware";
const UPDATE: &str = "django.middleware.cache.UpdateCacheMiddleware";
const FETCH: &str = "django.middleware.cache.FetchFromCacheMiddleware";

/// "Middleware ordering" in Django's documentation, and that of each package.
const ORDERS: &[Order] = &[
    Order {
        first: SESSIONS,
        second: AUTH,
        effect: "every request fails: there is no session yet when the user is looked up",
        severity: Severity::Error,
        matters: |_| true,
    },
    Order {
        first: SESSIONS,
        second: "django.contrib.messages.middleware.MessageMiddleware",
        effect: "every request fails: there is no session yet when messages are looked up",
        severity: Severity::Error,
        matters: |_| true,
    },
    Order {
        first: AUTH,
        second: "django.contrib.auth.middleware.LoginRequiredMiddleware",
        effect: "every request fails: nobody is known yet when a login is demanded",
        severity: Severity::Error,
        matters: |_| true,
    },
    Order {
        first: AUTH,
        second: "django_otp.middleware.OTPMiddleware",
        effect: "nobody is known yet when the second factor is looked up",
        severity: Severity::Error,
        matters: |_| true,
    },
    Order {
        first: SECURITY,
        second: COMMON,
        effect: "addresses are redirected by plain http before https is demanded",
        severity: Severity::Warning,
        matters: |app| demands_https(app) && redirects_at_once(app),
    },
    Order {
        first: SECURITY,
        second: COMMON,
        effect: "what `CommonMiddleware` answers by itself lacks the security headers",
        severity: Severity::Warning,
        matters: |app| adds_headers(app) && !(demands_https(app) && redirects_at_once(app)),
    },
    Order {
        first: "corsheaders.middleware.CorsMiddleware",
        second: COMMON,
        effect: "redirects lack the CORS headers, so browsers refuse them to other origins",
        severity: Severity::Warning,
        matters: allows_origins,
    },
    Order {
        first: LOCALE,
        second: COMMON,
        effect: "addresses are looked up before the language is known",
        severity: Severity::Warning,
        matters: |app| has_languages(app) && redirects_at_once(app),
    },
    Order {
        first: UPDATE,
        second: FETCH,
        effect: "pages are looked up in the cache and never put there",
        severity: Severity::Warning,
        matters: |_| true,
    },
    Order {
        first: UPDATE,
        second: SESSIONS,
        effect: "a page is cached before it is marked as one visitor's own",
        severity: Severity::Warning,
        matters: looks_up_pages,
    },
];
