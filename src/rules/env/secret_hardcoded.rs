//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::fact::Fact;
use crate::fact::secret::{
    is_app_password, is_made_up, is_none, is_pattern, is_placeholder, is_private_key, is_public,
    is_reference, is_secret_name, url_secrets,
};
use crate::model::{
    Alone, CACHES, CHANNEL_LAYERS, DATABASES, Deployment, Process, SIMPLE_JWT, Value,
};
use crate::rules::built_too::BuiltToo;
use crate::rules::{Check, Rule};
use std::collections::BTreeSet;

pub(super) static RULE: Rule = Rule {
    id: "env/secret-hardcoded",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: Some("8.1"),
    check: Check::Deployment(check),
    page: include_str!("../../../rules/env/secret-hardcoded.md"),
};

/// Where clients of Redis look for a password: in `OPTIONS`, and beside the address of a host (channels_redis,
/// "hosts").
const OF_REDIS: [&str; 2] = [CACHES.name, CHANNEL_LAYERS.name];

/// What no longer signs, and is believed all the same (Django's documentation, "SECRET_KEY_FALLBACKS").
const FALLBACKS: &str = "SECRET_KEY_FALLBACKS";

fn check(deployment: &Deployment, out: &mut Findings) {
    for process in deployment.apps() {
        let mut told = BTreeSet::new();
        let own = secrets(&process.fact()).into_iter().map(|it| (process, it));
        let alone = process.alone().or_else(|| process.published());
        let left = alone
            .iter()
            .flat_map(|alone| left_by_module(alone).into_iter().map(|it| (&alone.process, it)));
        for (process, secret) in own.chain(left) {
            let is_new = secret.value.written_at().is_none_or(|it| told.insert(it));
            // What becomes of a variable that is not set, and nobody wrote it; and what is filled in
            // before the module is put on the server: `{{ secret_key }}`.
            let text = secret.value.value.as_str();
            let is_new = is_new && text != "None" && !is_reference(text);
            let is_left = !is_overlaid(process, &secret.value)
                && !is_rewritten(process, &secret)
                && !is_fallback(process, &secret);
            if is_new && is_left {
                let built = BuiltToo::by(deployment, process, &secret.variable);
                report(process, &secret, &built, out);
            }
        }
    }
}

/// Secrets that a module may replace which is in no repository. They are published all the same, and
/// used wherever it leaves them alone.
fn left_by_module(alone: &Alone) -> Vec<Secret> {
    let mut found = secrets(&alone.process.fact());
    // A word opens a developer's database, and no other.
    let is_word =
        |it: &str| is_made_up(it) || it.len() < 8 || !it.bytes().any(|c| c.is_ascii_digit());
    let is_developers = |it: &Secret| it.setting == DATABASES.name && is_word(&it.value.value);
    found.retain(|it| alone.has(&it.setting) && !is_developers(it));
    found
}

/// A secret that the settings hold.
struct Secret {
    setting: String,
    /// In the words of a message.
    what: String,
    /// The variable that could supply it.
    variable: String,
    value: Fact<String>,
    /// It opens no more than an account for trying things out.
    is_for_trials: bool,
}

impl Secret {
    fn new(setting: &str, what: String, variable: String, value: Fact<String>) -> Self {
        let is_for_trials = is_for_trials(&variable, &value.value);
        Self { setting: setting.to_owned(), what, variable, value, is_for_trials }
    }
}

fn secrets(app: &Fact<&Process>) -> Vec<Secret> {
    let mut found = Vec::new();
    for (name, value) in app.literals().into_iter().filter(|(name, _)| !is_of_developers(name)) {
        let opens_mail = name == "EMAIL_HOST_PASSWORD" && opens_mailbox(app, &value.value);
        let what = match is_kept_secret(name, name, &value.value) || opens_mail {
            true => format!("`{name}`"),
            false if holds_password(&value.value) && is_one_text(&value) => {
                format!("the secret in `{name}`")
            }
            false => continue,
        };
        found.push(Secret::new(name, what, name.to_owned(), value));
    }
    let within = app.literals_within();
    for (setting, keys, value) in &within {
        let (key, setting) = (keys.last(), *setting);
        // That of the database counts whatever it looks like.
        let is_of_database = setting == DATABASES.name && key.is_some_and(|it| it == "PASSWORD");
        if is_name_of_app(app, setting, keys) {
            continue;
        }
        let holds_one = || holds_password(&value.value) && is_one_text(value);
        if is_of_database || !is_kept_within(setting, keys, &value.value) && !holds_one() {
            continue;
        }
        // Google's secret is another one than Facebook's.
        let alike = || within.iter().filter(|it| it.0 == setting && it.1.last() == key).count();
        let (what, variable) = match key {
            None => (format!("a secret in `{setting}`"), setting.to_owned()),
            Some(key) if alike() == 1 => {
                (format!("`{key}` in `{setting}`"), variable(setting, key))
            }
            Some(key) => (format!("`{key}` in `{setting}`"), variable(setting, &keys.join("_"))),
        };
        let mut secret = Secret::new(setting, what, variable, value.clone());
        secret.is_for_trials |= within.iter().any(|it| tells_trials(it, setting, keys));
        found.push(secret);
    }
    let mut own: Vec<Fact<String>> = Vec::new();
    for key in databases(app) {
        let key = key.as_str();
        // SQLite asks for none.
        let engine = app.entry(DATABASES, &[key, "ENGINE"]);
        if engine.is_some_and(|it| it.value.text().is_some_and(|it| it.contains("sqlite"))) {
            continue;
        }
        let Some(password) = app.entry(DATABASES, &[key, "PASSWORD"]) else { continue };
        let Some(value) = password.try_map(|it| it.text().map(str::to_owned)) else { continue };
        // One password may open several, and is one to change.
        let is_new = own.iter().all(|it| it.value != value.value);
        if app.is_literal(&value) && is_password(&value.value) && is_new {
            let (what, variable) = match key {
                "default" => ("the password of the database".to_owned(), "DB_PASSWORD".to_owned()),
                key => (
                    format!("the password of the database `{key}`"),
                    format!("{}_DB_PASSWORD", key.to_ascii_uppercase().replace('-', "_")),
                ),
            };
            own.push(value.clone());
            found.push(Secret::new(DATABASES.name, what, variable, value));
        }
    }
    found
}

/// What the project calls its databases, that of the site first.
fn databases(app: &Fact<&Process>) -> Vec<String> {
    let mut names = vec!["default".to_owned()];
    if let Some(Value::Dict(dict)) = app.setting(DATABASES.name).map(|it| it.value) {
        let others = dict.entries.iter().filter_map(|it| it.key.text().map(str::to_owned));
        names.extend(others.filter(|it| it != "default"));
    }
    names
}

/// Whether a key within a setting is what an app is called by at a service, since the secret of that stands
/// beside it (`{"app_key": …, "master_secret": …}`): the one is the name that the server logs in by, and the
/// other the password (JPush, "REST API Overview", authentication). Every client has the name.
fn is_name_of_app(app: &Fact<&Process>, setting: &str, keys: &[String]) -> bool {
    let Some((own, around)) = keys.split_last() else { return false };
    let plain = |key: &str| key.to_ascii_lowercase().replace(['_', '-'], "");
    let has_secret = || {
        let whole = app.setting(setting)?;
        let inner = around.iter().try_fold(&whole.value, |it, key| Some(&it.get(key)?.value))?;
        let Value::Dict(dict) = inner else { return None };
        let mut beside = dict.entries.iter().filter_map(|it| it.key.text());
        Some(beside.any(|key| plain(key).ends_with("secret")))
    };
    plain(own) == "appkey" && has_secret() == Some(true)
}

/// Whether its name says that developers have it: `_DEV_SECRET_KEY`. Where production takes it all the same, the
/// setting that does has it as well.
fn is_of_developers(name: &str) -> bool {
    name.split('_').any(|word| ["DEV", "DEVELOPMENT", "LOCAL", "DEBUG"].contains(&word))
}

/// Whether it stands there as one text: what is put together has its parts elsewhere, and those say
/// where they are from.
fn is_one_text(value: &Fact<String>) -> bool {
    value.whole().is_some()
}

/// What a script writes before the start is what runs, and nobody sees it here.
fn is_overlaid(process: &Process, value: &Fact<String>) -> bool {
    let faults = process.django.as_ref().map(|it| &it.faults);
    faults.zip(value.written_at()).is_some_and(|(faults, at)| faults.overlaid.contains(&at.file))
}

/// Whether a script writes another one into the settings on the server, as fabric's
/// `append(settings, "from .secret_key import SECRET_KEY")` does.
fn is_rewritten(process: &Process, secret: &Secret) -> bool {
    process.django.as_ref().is_some_and(|it| it.rewritten.contains(&secret.setting))
}

/// Whether it has a name, which is nobody's setting, for no more than to be what a variable falls back to: other
/// rules tell of that (`SECRET_KEY = env("SECRET_KEY", default=_SECRET_KEY)`).
fn is_fallback(process: &Process, secret: &Secret) -> bool {
    let reads = process.django.iter().flat_map(|it| &it.evaluation.reads);
    let place = secret.value.written_at();
    secret.setting.starts_with('_')
        && place.is_some()
        && reads.into_iter().any(|it| it.default_place() == place)
}

fn report(process: &Process, secret: &Secret, built: &BuiltToo<'_>, out: &mut Findings) {
    let Secret { setting, what, variable, value, is_for_trials } = secret;
    let finding = out.report(
        process,
        format!("{what} is written into the settings, which all with the code read"),
        value.label("the secret itself"),
    );
    finding
        .help(format!("demand a variable: `os.environ[\"{variable}\"]`, and replace the secret"))
        // Nothing starts without the variable then.
        .mend(
            Safety::Unsafe,
            format!("demand `{variable}`"),
            built.edits(process.fact().demand(value, variable)),
        );
    built.tell(finding);
    if *is_for_trials {
        finding.at_most(Severity::Advice);
    }
    let is_of_reports = REPORTS.contains(&setting.as_str())
        || value.value.contains("@") && value.value.contains("sentry");
    if is_of_reports {
        finding.at_most(Severity::Warning);
    }
}

/// Settings of services that gather errors: who has what is in them may send reports, and reads none
/// (Rollbar's "API Overview", `post_server_item`; BugSnag's "Notifier API").
const REPORTS: [&str; 2] = ["BUGSNAG", "ROLLBAR"];

/// What a variable for a member of a setting is called. The key alone says too little, and
/// SECRET_KEY is another one.
fn variable(setting: &str, key: &str) -> String {
    let key = key.to_ascii_uppercase().replace(|it: char| !it.is_ascii_alphanumeric(), "_");
    let about = |name: &str| name.split('_').next().unwrap_or_default().to_owned();
    if about(&key) == about(setting) { key } else { format!("{setting}_{key}") }
}

/// Whether it opens no more than an account for trying things out, as its name says, or as Stripe and
/// others mark their keys.
fn is_for_trials(name: &str, value: &str) -> bool {
    name.split('_').any(|word| ["TEST", "SANDBOX"].contains(&word))
        || ["test_", "sk_test_", "rk_test_", "pk_test_"].iter().any(|it| value.starts_with(it))
}

/// Whether a text beside a secret says that its account is for trying things out: `"mode": "sandbox"`, as
/// PayPal's client has it.
fn tells_trials(text: &(&str, Vec<String>, Fact<String>), setting: &str, keys: &[String]) -> bool {
    let (of, at, value) = text;
    let (Some((key, beside)), Some((_, around))) = (at.split_last(), keys.split_last()) else {
        return false;
    };
    let is_one = |all: &[&str], text: &str| all.iter().any(|it| text.eq_ignore_ascii_case(it));
    *of == setting
        && beside == around
        && is_one(&["mode", "environment", "env"], key)
        && is_one(&["test", "testing", "sandbox"], &value.value)
}

/// The name of a class or function, as `rest_framework.tokens.Version2Token`.
fn is_dotted(value: &str) -> bool {
    let is_part = |it: &str| {
        it.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
            && it.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    let package = value.split('.').next().unwrap_or_default();
    let is_small = !package.bytes().any(|it| it.is_ascii_uppercase());
    value.contains('.') && is_small && value.split('.').all(is_part)
}

/// What a server lets in with, whatever it looks like.
fn is_password(value: &str) -> bool {
    let is_no_value = is_none(value) || is_placeholder(value) || is_reference(value);
    !value.is_empty() && !is_no_value && !is_pattern(value) && !names_its_place(value)
}

/// Whether somebody made a password up, and it is no word that all try first.
fn is_chosen(value: &str) -> bool {
    let has_digit = value.bytes().any(|it| it.is_ascii_digit());
    value.len() >= 8 && has_digit && is_password(value) && !is_made_up(value)
}

/// Whether it is a URL with a password that somebody made up for a server, and no word that all try first.
fn holds_password(value: &str) -> bool {
    let passwords = url_secrets(value).into_iter().filter_map(|it| value.get(it));
    let mut passwords = passwords.filter(|it| it.len() >= 6 && !it.contains(['%', '{', '$']));
    passwords.any(|it| is_password(it) && !is_made_up(it) && !value.contains(&format!("{it}:")))
}

/// Whether a text says no more than where it stands, as `db_password` does: it is to be filled in.
fn names_its_place(value: &str) -> bool {
    let words = ["db", "database", "user", "name", "my", "your", "password", "passwd", "pass"];
    let mut said = value.split(['_', '-', ' ', '.']).peekable();
    let is_word = |it: &str| words.iter().any(|word| word.eq_ignore_ascii_case(it));
    said.next().is_some_and(is_word) && said.peek().is_some() && said.all(is_word)
}

/// Whether it is the password at a mail server of the world outside, be it a word: developers'
/// servers and catch-alls take any.
fn opens_mailbox(app: &Fact<&Process>, value: &str) -> bool {
    let host = app.setting("EMAIL_HOST");
    let user = app.setting("EMAIL_HOST_USER");
    // Where no host is named, the address of the mailbox says whose server has it.
    let of_user = host.as_ref().is_none_or(|it| !it.evidence().is_written());
    let host = host.as_ref().and_then(|it| it.value.text()).unwrap_or_default();
    let user = user.as_ref().and_then(|it| it.value.text()?.split_once('@'));
    let host = user.filter(|_| of_user).map_or(host, |(_, domain)| domain);
    let is_trap = ["mailtrap", "mailhog", "example", "ethereal"].iter().any(|it| host.contains(it));
    let is_outside = host.contains('.') && host.bytes().any(|it| it.is_ascii_alphabetic());
    let is_word = !value.contains(' ') && value.len() >= 6 && !is_made_up(value);
    is_outside && !is_trap && is_password(value) && (is_word || is_app_password(value))
}

/// What signs tokens is a secret whatever it looks like, as SECRET_KEY is, unless it is a hint of what
/// belongs there.
fn signs(value: &str) -> bool {
    !value.is_empty() && !stands_in(value)
}

fn stands_in(value: &str) -> bool {
    is_placeholder(value) || is_none(value) || is_reference(value)
}

/// Whether a text in a setting is a secret, by the keys that lead to it. What stands in a list without any
/// is as likely a name of something (`API_KEYS = ["AWS_S3_BUCKET_NAME"]`).
fn is_kept_within(setting: &str, keys: &[String], value: &str) -> bool {
    let Some(key) = keys.last() else {
        return setting == FALLBACKS && signs(value) || is_private_key(value);
    };
    let way = format!("{setting}_{}", keys.join("_"));
    is_kept_secret(key, &way, value) && !is_dotted(value)
        || OF_REDIS.contains(&setting) && key.eq_ignore_ascii_case("PASSWORD") && is_chosen(value)
        || setting == SIMPLE_JWT.name && key == "SIGNING_KEY" && signs(value)
}

/// Names alone mislead: `TOKEN_HEADER_KEY = "Authorization"`. What signs is a secret whatever it
/// looks like; the others have to look like what a generator makes, and the way to one within a setting
/// may say that pages have it: `ALGOLIA["SEARCH_API_KEY"]`.
fn is_kept_secret(name: &str, way: &str, value: &str) -> bool {
    if name == "SECRET_KEY" {
        // Whoever published the file struck it out.
        return !["*", "x", "X"].iter().any(|it| value.trim_start_matches(it).is_empty());
    }
    // Where the secret is kept is none: `.secrets/google.json`.
    let is_path = value.contains('/')
        && [".json", ".pem", ".key", ".txt", ".p12"].iter().any(|it| value.ends_with(it));
    if is_private_key(value) {
        return true;
    }
    let is_called_one = is_secret_name(name) && is_secret_name(way) && !is_public(way, value);
    if !is_called_one || stands_in(value) || is_path || is_pattern(value) {
        return false;
    }
    let made = value.len() >= 16
        && value.bytes().any(|it| it.is_ascii_digit())
        && value.bytes().any(|it| it.is_ascii_alphabetic())
        && value.bytes().all(|it| it.is_ascii_graphic());
    made && !value.contains("://") && !value.starts_with('/') || is_app_password(value)
}
