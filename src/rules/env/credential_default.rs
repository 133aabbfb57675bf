//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::secret::{
    is_app_password, is_file_name, is_none, is_placeholder, is_public, is_rate, is_reference,
    is_secret_name, url_secrets,
};
use crate::fact::{Fact, Origin};
use crate::model::text::Fallback;
use crate::model::{Answered, Asked, DEBUG, Deployment, Process, SECRET_KEY};
use crate::rules::built_too::BuiltToo;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "env/credential-default",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: Some("5.9"),
    check: Check::Deployment(check),
    page: include_str!("../../../rules/env/credential-default.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    in_settings(deployment, out);
    in_compose(deployment, out);
}

fn in_settings(deployment: &Deployment, out: &mut Findings) {
    for process in deployment.apps() {
        let Some(django) = &process.django else { continue };
        let reads = django.evaluation.reads.iter();
        // Without the variable they stop elsewhere, and the default never serves.
        let demanded = |name: &str| {
            let mut all = django.evaluation.reads.iter();
            all.any(|it| it.name == name && it.required && it.default.is_none())
        };
        let app = process.fact();
        // What signs is said to be more than a credential; the secret keys of others' services are
        // credentials.
        let signs = |read: &Asked| {
            let name = read.name.to_ascii_uppercase();
            let is_djangos = ["SECRET_KEY", "DJANGO_SECRET_KEY"].contains(&name.as_str());
            signs(&name)
                && (is_djangos || name.contains("SIGNING_KEY") || app.is_made_of(SECRET_KEY, read))
        };
        let is_set = |name: &str| {
            deployment.surroundings.is_set(name) || deployment.may_be_given_by_manifests(name)
        };
        let reads =
            reads.filter(|read| !signs(read) && !demanded(&read.name) && !is_set(&read.name));
        // A module that takes all names of another asks again for those that it wants otherwise.
        let file = |it: &Asked| it.place.map(|it| it.file);
        let asked_again = |read: &Asked| {
            let mut after =
                django.evaluation.reads.iter().skip_while(|it| !std::ptr::eq(*it, read));
            after.any(|it| {
                it.name == read.name && file(it) != file(read) && readable_default(it).is_none()
            })
        };
        let reads = reads.filter(|read| !asked_again(read));
        let undecided = app.get(DEBUG).is_none();
        let reads = reads.filter(|read| !(undecided && read.for_debug));
        let reads = reads.filter(|read| !django.asks_for_few(read));
        let reads = reads.filter(|read| !app.is_replaced_by_url(read));
        let reads = reads.filter(|read| !django.faults.is_replaced(read));
        // `getenv("JWT_SECRET", SECRET_KEY)`: of the key itself it is said that everybody can read it.
        let reads = reads.filter(|read| !app.falls_back_to_key(read));
        // `MAILCHIMP_TEST_API_KEY` is for those who test, `SAMPLE_DATA_ADMIN_PASSWORD` of made-up data.
        let is_for_trial = |it: &str| matches!(it, "FIXTURE" | "SAMPLE" | "TEST");
        let reads =
            reads.filter(|read| !read.name.to_ascii_uppercase().split('_').any(is_for_trial));
        // The settings raise for a value that is the default, where it counts.
        let is_refused = |read: &Asked| {
            let text = read.default.as_ref().and_then(|it| it.text.as_deref());
            let bare = text.map(|it| it.trim_matches('\''));
            bare.is_some_and(|it| it.len() > 1 && django.refused.contains(it))
        };
        let reads = reads.filter(|read| !is_refused(read));
        let reads = reads.filter(|read| !is_made_of_a_secret(read, &django.evaluation.reads));
        let mut found: Vec<(&Asked, Fact<()>)> =
            reads.filter_map(|read| Some((read, readable_default(read)?))).collect();
        while let Some((first, _)) = found.first().cloned() {
            let of_first = found.iter().filter(|(it, _)| it.name == first.name);
            let defaults: Vec<Fact<()>> = of_first.map(|(_, default)| default.clone()).collect();
            report(deployment, process, first, &defaults, out);
            found.retain(|(it, _)| it.name != first.name);
        }
    }
}

/// `${DB_PASSWORD:-…}` in a compose file: each variable once, with all the places that have a default
/// for it.
fn in_compose(deployment: &Deployment, out: &mut Findings) {
    let mut found: Vec<(&Process, Fallback)> = Vec::new();
    let publishes_redis = deployment.services().iter().any(|(service, ..)| {
        let image = service.image.as_ref().map(ToString::to_string).unwrap_or_default();
        !service.ports.is_empty() && (image.contains("redis") || image.contains("valkey"))
    });
    for (service, process, _) in deployment.services() {
        let defaults = service.secret_defaults().into_iter();
        let readable = defaults.filter(|it| {
            let text = it.literal.value.as_str();
            !signs(&it.name)
                && !deployment.surroundings.is_set(&it.name)
                && (text.contains("://") || is_a_password(&it.name, text))
        });
        found.extend(readable.map(|it| (process, it)));
    }
    while let Some((process, first)) = found.first().cloned() {
        let name = &first.name;
        let what = if is_key(name) { "key" } else { "password" };
        let at = first.literal.map(|_| ());
        let finding = out.report(
            process,
            format!("`{name}` falls back to a {what} that everybody can read"),
            at.label("used if the variable is not set"),
        );
        for (_, other) in found[1..].iter().filter(|(_, it)| it.name == *name) {
            finding.through(Some(other.literal.map(|_| ())), "and here");
        }
        finding.help(format!("demand the variable: `${{{name}:?}}`"));
        // The env file beside it has a value today. Most that only services reach have no password at all.
        let is_kept_inside = name.contains("REDIS") && !publishes_redis;
        if is_kept_inside || !found.iter().any(|(_, it)| it.name == *name && it.used) {
            finding.at_most(Severity::Advice);
        }
        found.retain(|(_, it)| it.name != *name);
    }
}

/// `f"redis://:{REDIS_PASSWORD}@redis:6379"`: the password is another variable's, which somebody sets.
fn is_made_of_a_secret(read: &Asked, reads: &[Asked]) -> bool {
    let Some(default) = &read.default else { return false };
    let gave = |it: &Asked| match &it.answer {
        Answered::Set(by) => by.place(),
        _ => None,
    };
    let secrets = reads.iter().filter(|it| it.name != read.name && is_secret_name(&it.name));
    let mut places = secrets.filter_map(gave);
    places.any(|place| default.evidence.origins().contains(&Origin::At(place)))
}

/// What signs is said to be more than a credential.
fn signs(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    name.contains("SECRET_KEY") || name.contains("SIGNING_KEY")
}

/// Keys that providers hand to everybody who tries them out: Stripe's of test mode, and reCAPTCHA's (its
/// FAQ, "I'd like to run automated tests").
fn is_for_tests(text: &str) -> bool {
    text.contains("_test_") || text.starts_with("6LeIxAcTAAAAA")
}

/// Where a default stands that is a credential.
fn readable_default(read: &Asked) -> Option<Fact<()>> {
    let default = read.default.as_ref()?;
    let text = default.text.as_deref()?.strip_prefix('\'')?.strip_suffix('\'')?;
    let holds = match is_secret_name(&read.name) {
        true => is_a_password(&read.name, text),
        false => {
            let opens = !url_secrets(text).is_empty() && !text.contains("guest:guest@");
            opens && !goes_nowhere(text)
        }
    };
    // No mail server of anybody's takes the word; a database beside the site is made with it.
    let name = read.name.to_ascii_uppercase();
    let of_mail = name.split('_').any(|it| matches!(it, "EMAIL" | "MAIL" | "SMTP"));
    let of_mail = of_mail && is_word_for_it(text);
    // Nothing at all, as JSON has it.
    let is_empty = matches!(text.trim(), "{}" | "[]" | "null");
    let stands_in = is_reference(text)
        || is_public(&read.name, text)
        || is_empty
        || is_none(text)
        || is_placeholder(text)
        || of_mail
        || is_for_tests(text)
        || text.starts_with("your");
    let place = default.evidence.place().filter(|_| holds && !stands_in)?;
    Some(Fact::at((), place))
}

/// Whether a URL is of what needs nobody's leave: mail that is printed, kept in memory or in files
/// (django-environ and dj-email-url, "Supported types").
fn goes_nowhere(url: &str) -> bool {
    let scheme = url.split("://").next().unwrap_or_default();
    let kind = scheme.trim_end_matches("mail");
    ["console", "dummy", "file", "memory", "locmem"].contains(&kind)
}

/// A word that stands for a password.
fn is_word_for_it(text: &str) -> bool {
    let words = ["password", "passwd", "pass", "secret", "key", "token", "email_password"];
    words.iter().any(|it| it.eq_ignore_ascii_case(text))
}

/// One variable, at each place that has a default for it.
fn report(
    deployment: &Deployment,
    process: &Process,
    read: &Asked,
    defaults: &[Fact<()>],
    out: &mut Findings,
) {
    let Some((first, others)) = defaults.split_first() else { return };
    let name = &read.name;
    let what = if is_key(name) { "key" } else { "password" };
    let finding = out.report(
        process,
        format!("`{name}` falls back to a {what} that everybody can read"),
        first.label("used if the variable is not set"),
    );
    for other in others {
        finding.through(Some(other.clone()), "and here");
    }
    if let Some(django) = &process.django {
        finding.because(&django.module);
    }
    finding.help(format!("demand the variable: `{}`", read.demanded()));
    BuiltToo::by(deployment, process, name).tell(finding);
    // It is out of this process's reach, and within that of the next one.
    if process.is_given(read) || opens_nothing(deployment, read) {
        finding.at_most(Severity::Advice);
    }
}

/// Whether a default is a word that the site shows to a server, which nothing in view takes for a password:
/// without the variable the login fails. Where the process surely has no other, the server has the same.
fn opens_nothing(deployment: &Deployment, read: &Asked) -> bool {
    const SERVERS: [&str; 17] = [
        "BROKER", "CACHE", "CLIENT", "DATABASE", "DB", "EMAIL", "LDAP", "MAIL", "MARIADB", "MYSQL",
        "PG", "POSTGRES", "RABBITMQ", "REDIS", "SMTP", "SQL", "URL",
    ];
    let text = read.default.as_ref().and_then(|it| it.text.as_deref()).unwrap_or_default();
    let text = text.trim_matches('\'');
    let password = url_secrets(text).into_iter().next().map_or(text, |range| &text[range]);
    let is_shown = read.name.to_ascii_uppercase().split('_').any(|it| SERVERS.contains(&it));
    let is_used = matches!(read.answer, Answered::Absent);
    is_shown && !is_made(password) && !is_used && !is_taken(deployment, password)
}

/// Whether a service of the deployment is given this password, be it as a default as well.
fn is_taken(deployment: &Deployment, password: &str) -> bool {
    deployment.services().into_iter().any(|(service, ..)| {
        let defaults = service.secret_defaults();
        service.written_secrets().iter().any(|it| it.secret == password)
            || defaults.iter().any(|it| it.literal.value == password)
    })
}

fn is_key(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    name.contains("KEY") || name.contains("TOKEN")
}

/// Anything may be a password, and what a key or a token is has digits. RabbitMQ lets its own
/// `guest` in from the machine itself only.
fn is_a_password(name: &str, text: &str) -> bool {
    // One digit is the answer of a switch.
    let is_short = text.len() < 2;
    let is_told = text.contains(' ') && !is_app_password(text);
    let says_nothing = text == "guest" || text == name || is_told;
    if is_short || says_nothing || is_file_name(text) || is_rate(text) {
        return false;
    }
    !is_key(name) || (is_made(text) && !text.contains('/'))
}

/// Whether a program may have made it up: nobody types such a one.
fn is_made(text: &str) -> bool {
    text.len() >= 16 && text.bytes().any(|it| it.is_ascii_digit())
}
