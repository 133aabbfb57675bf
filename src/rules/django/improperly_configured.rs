//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::{Certainty, Fact};
use crate::model::{
    Asset, DATABASES, Deployment, LIST_SETTINGS, Process, SECURE_PROXY_SSL_HEADER, Value,
};
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

/// Settings that have to differ (`django.contrib.staticfiles.utils.check_settings`).
const PAIRS: &[(&str, &str)] = &[("STATIC_URL", "MEDIA_URL"), ("STATIC_ROOT", "MEDIA_ROOT")];

fn check(deployment: &Deployment, out: &mut Findings) {
    for app in deployment.serving() {
        unbound(&app, out);
        no_pair(&app, out);
        no_engine(&app, out);
        for name in LIST_SETTINGS {
            no_list(&app, name, out);
        }
        // The storage asks that keeps static files in a directory, and no other.
        let is_local = app.stores_locally(Asset::Static) && app.staticfiles().is_some();
        for (one, other) in PAIRS.iter().filter(|_| is_local) {
            alike(&app, one, other, out);
        }
        if !pooled(app.value, &app, out)
            && let Some(documented) = app.value.documented()
        {
            pooled(app.value, &documented.fact(), out);
        }
    }
}

/// A name that nothing binds, as one is that somebody took the secret behind it out of.
fn unbound(app: &Fact<&Process>, out: &mut Findings) {
    let Some(django) = &app.value.django else { return };
    let Some(raise) = django.evaluation.outcome.as_ref().err() else { return };
    let (Some(message), Some(place)) = (&raise.message, raise.place) else { return };
    if raise.kind != "NameError" {
        return;
    }
    let stops = Fact::at((), place);
    out.report(
        app.value,
        format!("nothing starts: in the settings, {message}"),
        stops.label("raises NameError"),
    )
    .because(app)
    .because(&django.module)
    // Who ran this at all has mended it there.
    .because(&stops.doubt(Certainty::Likely, "the server may have another text"))
    .help("bind the name before it is used");
}

/// What says where a database is, and not what it is: Django puts a backend in its place that stops at the
/// first query (`django.db.utils.ConnectionHandler.configure_settings`).
fn no_engine(app: &Fact<&Process>, out: &mut Findings) {
    let Some(databases) = app.get(DATABASES) else { return };
    let Some(default) = databases.value.get("default") else { return };
    let Value::Dict(dict) = &default.value else { return };
    let may_have = dict.more.is_some()
        || dict.entries.iter().any(|it| it.key.text().is_none_or(|key| key == "ENGINE"));
    let named = default.value.get("NAME").filter(|it| it.value.text().is_some());
    let (Some(named), false) = (named, may_have) else { return };
    out.report(
        app.value,
        "the default database has no ENGINE, so every query fails",
        named.label("raises ImproperlyConfigured with the first query"),
    )
    .because(&databases)
    .because(default)
    .help("name the backend: `\"ENGINE\": \"django.db.backends.postgresql\"`");
}

/// Django takes the header apart into a name and a value where it is first asked for the scheme of a request
/// (`HttpRequest.scheme`), so that a text is a value for each of its letters.
fn no_pair(app: &Fact<&Process>, out: &mut Findings) {
    let name = SECURE_PROXY_SSL_HEADER.name;
    let Some(value) = app.setting(name) else { return };
    let (size, what) = match &value.value {
        Value::Str(text) => (text.chars().count(), "one text"),
        Value::List(items) | Value::Tuple(items) if !items.iter().any(is_open) => {
            (items.len(), "no pair")
        }
        _ => return,
    };
    let Some(at) = app.assignment(name).filter(|_| !matches!(size, 0 | 2)) else { return };
    out.report(
        app.value,
        format!("{name} is {what}, so requests fail where their scheme is asked for"),
        at.label("raises ImproperlyConfigured"),
    )
    .through(app.outside(&value), "the value comes from here")
    .because(&value)
    .help("write a pair: `(\"HTTP_X_FORWARDED_PROTO\", \"https\")`");
}

/// Whether nobody knows how many stand here.
fn is_open(item: &Fact<Value>) -> bool {
    matches!(item.value, Value::Rest(_))
}

fn no_list(app: &Fact<&Process>, name: &str, out: &mut Findings) {
    let Some(value) = app.setting(name) else { return };
    // Until 4.0 it was no setting that Django looked at itself (`django.conf.Settings`, 3.2 and 4.0).
    let is_older = || {
        let version = app.django_version();
        version.is_some_and(|it| it.value.at_least([4, 0]) == Some(false))
    };
    if name == "ALLOWED_HOSTS" && is_older() {
        return;
    }
    let django = app.value.django.as_ref();
    let of_text =
        django.and_then(|it| it.trials.hosts_of_text.as_ref()).filter(|_| name == "ALLOWED_HOSTS");
    let is_text = matches!(value.value, Value::Str(_)) || of_text.is_some();
    let Some(at) = app.assignment(name).filter(|_| is_text) else { return };
    let finding = out.report(
        app.value,
        format!("{name} is one text and no list, so Django does not start"),
        at.label("raises ImproperlyConfigured"),
    );
    finding
        .through(app.outside(&value), "the text comes from here")
        .help("split the text at its commas, or write a list");
    match of_text {
        // Whoever ran this at all has mended it there.
        Some(_) => {
            finding.because(&at.doubt(Certainty::Likely, "the server may have another text"))
        }
        None => finding.because(&value),
    };
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

/// A pool hands connections out and takes them back, so none may be kept beside it
/// (`django.db.backends.postgresql.base.DatabaseWrapper.pool`, since Django 5.1).
fn pooled(process: &Process, app: &Fact<&Process>, out: &mut Findings) -> bool {
    let engine = app.entry(DATABASES, &["default", "ENGINE"]);
    let of_postgres = |it: &Fact<Value>| it.value.text().is_some_and(|it| POOLING.contains(&it));
    let pool = app.entry(DATABASES, &["default", "OPTIONS", "pool"]);
    let age = app.entry(DATABASES, &["default", "CONN_MAX_AGE"]);
    let (Some(pool), Some(age)) = (pool, age) else { return false };
    let keeps = matches!(age.value, Value::None) || age.value.int().is_some_and(|it| it != 0);
    let pools = pool.value.truth() == Some(true) && engine.is_some_and(|it| of_postgres(&it));
    let version = app.django_version();
    let knows = version.is_none_or(|it| it.value.at_least([5, 1]) != Some(false));
    if !keeps || !pools || !knows {
        return false;
    }
    out.report(
        process,
        "connections are pooled and kept as well, so Django refuses to connect",
        age.label("raises ImproperlyConfigured with the first query"),
    )
    .also(pool.label("a pool allows for 0 only"))
    .through(app.outside(&age), "the number comes from here")
    .because(&age)
    .because(&pool)
    .help("set CONN_MAX_AGE to 0, or take the pool away");
    true
}

/// Backends that have a pool.
const POOLING: &[&str] =
    &["django.db.backends.postgresql", "django.contrib.gis.db.backends.postgis"];
