//! Names in settings that look like Django's, and that nothing reads.
//!
//! The project's code is read only where there is such a name, to see whether it is the project's
//! own setting.

use crate::fact::{Certainty, Fact};
use crate::model::build::faults::named::is_in_capitals;
use crate::model::django::{Project, REMOVED};
use crate::model::faults::{Unfit, UnreadName};
use crate::model::settings::each_outcome;
use crate::model::{Files, Found, Kind, LIST_SETTINGS, PUBLIC_URLS, Read, Redis};
use crate::python::{self, Evaluation, Named, Value};
use crate::source::is_within;
use camino::{Utf8Path, Utf8PathBuf};

/// Django names what it reads like this, and hardly anybody else does.
const PREFIXES: &[&str] =
    &["SECURE_", "SESSION_COOKIE_", "CSRF_COOKIE_", "DATA_UPLOAD_", "FILE_UPLOAD_", "EMAIL_USE_"];

/// Settings that Django had once, those that its versions differ in, and one of Channels.
const OTHERS: &[&str] =
    &["ASGI_APPLICATION", "SECURE_BROWSER_XSS_FILTER", "SECURE_CSP", "SECURE_CSP_REPORT_ONLY"];

/// Keys of a database, which at the top of settings nobody looks for (Django's `DATABASES`).
const OF_DATABASES: &[&str] =
    &["ATOMIC_REQUESTS", "CONN_MAX_AGE", "CONN_HEALTH_CHECKS", "DISABLE_SERVER_SIDE_CURSORS"];

/// What django-cors-headers 4.9 reads, and the names that it took before 4.0 (its `conf.py`, and the
/// history of 3.5 and 4.0).
const OF_CORS_HEADERS: &[&str] = &[
    "CORS_ALLOWED_ORIGINS",
    "CORS_ALLOWED_ORIGIN_REGEXES",
    "CORS_ALLOW_ALL_ORIGINS",
    "CORS_ALLOW_CREDENTIALS",
    "CORS_ALLOW_HEADERS",
    "CORS_ALLOW_METHODS",
    "CORS_ALLOW_PRIVATE_NETWORK",
    "CORS_EXPOSE_HEADERS",
    "CORS_PREFLIGHT_MAX_AGE",
    "CORS_URLS_REGEX",
    "CORS_ORIGIN_ALLOW_ALL",
    "CORS_ORIGIN_WHITELIST",
    "CORS_ORIGIN_REGEX_WHITELIST",
    "CORS_MODEL",
    "CORS_REPLACE_HTTPS_REFERER",
];

/// What django-storages reads for S3 under no other name (1.14, `storages/backends/s3.py`); for its keys
/// and its bucket it has names without `S3` as well.
const OF_S3: &[&str] = &[
    "AWS_S3_ADDRESSING_STYLE",
    "AWS_S3_CLIENT_CONFIG",
    "AWS_S3_CUSTOM_DOMAIN",
    "AWS_S3_ENDPOINT_URL",
    "AWS_S3_FILE_OVERWRITE",
    "AWS_S3_MAX_MEMORY_SIZE",
    "AWS_S3_OBJECT_PARAMETERS",
    "AWS_S3_PROXIES",
    "AWS_S3_REGION_NAME",
    "AWS_S3_SIGNATURE_VERSION",
    "AWS_S3_TRANSFER_CONFIG",
    "AWS_S3_URL_PROTOCOL",
    "AWS_S3_USE_SSL",
    "AWS_S3_VERIFY",
];

/// Those of [`OF_CORS_HEADERS`] that hold origins, and stop the start at one without a scheme (django-cors-headers,
/// `checks.py`: corsheaders.E013).
const ORIGINS: &[&str] = &["CORS_ALLOWED_ORIGINS", "CORS_ORIGIN_WHITELIST"];

/// A list as well, as the checks of `manage.py` have it (staticfiles.E001).
const DIRS: &str = "STATICFILES_DIRS";

/// Each is a dict that has to have a `default`, which tells a name that is nearly one of these,
/// however short.
const OF_ALIASES: &[&str] = &["CACHES", "DATABASES", "STORAGES", "TASKS"];

/// Shorter names are too near to one another.
const SHORTEST: usize = 8;

/// A name at more steps than these is another.
const FARTHEST: usize = 4;

/// Projects with more files are not searched.
const MOST_FILES: usize = 2_000;

pub(super) fn unread(files: &Files, project: &Project, evaluation: &Evaluation) -> Vec<UnreadName> {
    let Some(namespace) = evaluation.namespace() else { return Vec::new() };
    let mut found = Vec::new();
    let has_secure = installs(evaluation, "djangosecure");
    let has_cors = installs(evaluation, "corsheaders");
    for named in &namespace.names {
        let name = named.name.as_str();
        let of_cors = || if has_cors { unlike_cors(name) } else { None };
        let of_aliases = || {
            let is_near =
                |it: &&&str| may_be_one_step(it, name) && strsim::osa_distance(name, it) == 1;
            let near = OF_ALIASES.iter().find(is_near)?;
            let is_meant = named.value.value.get("default").is_some();
            (is_meant && namespace.named(near).is_none()).then_some(Some(*near))
        };
        let of_s3 = || {
            let near = unlike_s3(name).filter(|near| namespace.named(near).is_none())?;
            keeps_on_s3(evaluation).then_some(Some(near))
        };
        let near = of_cors().or_else(of_s3).or_else(|| resembles(name)).or_else(of_aliases);
        let Some(near) = near else { continue };
        // Said where nobody looks, and what Django does anyway.
        if name == "ATOMIC_REQUESTS" && named.value.value.truth() == Some(false) {
            continue;
        }
        // django-secure had them before Django took over most.
        if has_secure && name.starts_with("SECURE_") {
            continue;
        }
        let Some(place) = named.trail.iter().rfind(|step| step.assigns).and_then(|it| it.place)
        else {
            continue;
        };
        if is_read(files, project, name) {
            continue;
        }
        let near = near.filter(|it| namespace.named(it).is_none());
        let at = match near.is_some_and(|it| OF_S3.contains(&it)) {
            true => Fact::at((), place).doubt(Certainty::Likely, "some other package may read it"),
            false => Fact::at((), place),
        };
        let unfit = near.and_then(|near| unfit(near, &named.value.value));
        found.push(UnreadName { name: name.to_owned(), at, near, unfit });
    }
    found
}

/// Why a setting would refuse a value.
fn unfit(setting: &str, value: &Value) -> Option<Unfit> {
    let is_list = || matches!(value, Value::List(_) | Value::Tuple(_)) || !value.is_known();
    if (LIST_SETTINGS.contains(&setting) || setting == DIRS) && !is_list() {
        return Some(Unfit::NoList);
    }
    let items = value.items().unwrap_or_default();
    let mut texts = items.iter().filter_map(|it| it.value.text());
    (ORIGINS.contains(&setting) && texts.any(|it| !it.contains("://"))).then_some(Unfit::Schemeless)
}

/// The settings that Django has no more, and that code of the project asks for by itself. A file that gives
/// one a value is settings, and tests ask for much.
pub(super) fn read_still(
    files: &Files,
    project: &Project,
    evaluation: &Evaluation,
) -> Vec<&'static str> {
    let Some(namespace) = evaluation.namespace() else { return Vec::new() };
    let given = REMOVED.iter().map(|it| it.name).filter(|it| namespace.named(it).is_some());
    let assigns = |read: &Read, name: &str| {
        let mut rests = read.text.lines().filter_map(|it| it.trim_start().strip_prefix(name));
        rests.any(|it| it.trim_start().starts_with(['=', ':']))
    };
    let is_of_tests = |path: &Utf8Path| {
        let mut parts = path.components().map(|it| it.as_str());
        parts.any(|it| {
            it.starts_with("test") || it.starts_with("conftest") || it.ends_with("_test.py")
        })
    };
    let overrides = |line: &str| line.contains("override_settings") || line.contains(".settings(");
    let is_asked = |name: &str| {
        any_line(files, project, name, &|read, line| {
            reads(line, name)
                && !overrides(line)
                && !evaluation.modules.contains(&read.id)
                && !is_of_tests(read.path.strip_prefix(&project.root).unwrap_or(read.path))
                && !assigns(read, name)
        })
    };
    given.filter(|name| is_asked(name)).collect()
}

fn installs(evaluation: &Evaluation, app: &str) -> bool {
    let apps = evaluation.get("INSTALLED_APPS");
    let items = apps.as_ref().and_then(|it| it.value.items()).unwrap_or_default();
    items.iter().any(|it| it.value.text() == Some(app))
}

/// Whether a name could be meant for Django, and which of its settings is nearest.
fn resembles(name: &str) -> Option<Option<&'static str>> {
    if OF_DATABASES.contains(&name) {
        return Some(None);
    }
    if !is_in_capitals(name) || OTHERS.contains(&name) || python::knows_setting(name) {
        return None;
    }
    let is_djangos = PREFIXES.iter().any(|prefix| name.starts_with(prefix));
    let farthest = if is_djangos { FARTHEST } else { 1 };
    // Counting the steps takes long, and most are plainly too far away.
    let is_near = |known: &&'static str| match farthest {
        1 => may_be_one_step(known, name),
        _ => may_be_near(known, name, farthest),
    };
    let distance = |known: &'static str| (strsim::osa_distance(name, known), known);
    let near = python::settings().filter(is_near).map(distance).min();
    let near = near.filter(|(distance, _)| *distance <= farthest);
    let is_typo = near.is_some_and(|(distance, _)| distance == 1) && name.len() >= SHORTEST;
    (is_typo || is_djangos).then(|| near.map(|(_, known)| known))
}

/// Whether a name begins like those of django-cors-headers and is none of them, and which of them is
/// nearest.
fn unlike_cors(name: &str) -> Option<Option<&'static str>> {
    let is_unknown = name.starts_with("CORS_") && !OF_CORS_HEADERS.contains(&name);
    let distance = |known: &&'static str| (strsim::osa_distance(name, known), *known);
    let near = || OF_CORS_HEADERS.iter().map(distance).min();
    is_unknown.then(|| near().filter(|(it, _)| *it <= FARTHEST).map(|(_, known)| known))
}

/// The setting of django-storages that a name is without the `S3` in it.
fn unlike_s3(name: &str) -> Option<&'static str> {
    let rest = name.strip_prefix("AWS_")?;
    OF_S3.iter().copied().find(|it| it.strip_prefix("AWS_S3_") == Some(rest))
}

/// Whether files go to S3 by django-storages.
fn keeps_on_s3(evaluation: &Evaluation) -> bool {
    let mut found = false;
    for setting in ["STORAGES", "DEFAULT_FILE_STORAGE", "STATICFILES_STORAGE"] {
        let value = evaluation.get(setting);
        let mut look = |text: &str| found |= text.starts_with("storages.backends.s3");
        value.iter().for_each(|it| each_text(&it.value, &mut look));
    }
    found
}

/// Whether two names may be so many steps apart: each changes no more than two of the letters, counted
/// without their order.
fn may_be_near(one: &str, other: &str, farthest: usize) -> bool {
    if one.len().abs_diff(other.len()) > farthest {
        return false;
    }
    let mut counts = [0_i16; 256];
    one.bytes().for_each(|it| counts[usize::from(it)] += 1);
    other.bytes().for_each(|it| counts[usize::from(it)] -= 1);
    let apart: usize = counts.iter().map(|it| usize::from(it.unsigned_abs())).sum();
    apart <= 2 * farthest
}

/// Whether two names may be one step apart: a letter more, less or other, or two that changed
/// places. All before it and all behind it is the same.
fn may_be_one_step(one: &str, other: &str) -> bool {
    let before = one.bytes().zip(other.bytes()).take_while(|(a, b)| a == b).count();
    let behind = one.bytes().rev().zip(other.bytes().rev()).take_while(|(a, b)| a == b).count();
    let longest = one.len().max(other.len());
    one.len().abs_diff(other.len()) <= 1 && before + behind + 2 >= longest
}

/// The settings for the site's own address that are a machine's own, and that nothing of the
/// project has: neither its code, nor the settings in what they make of it. Wagtail asks for its own.
pub(super) fn unused_urls(
    files: &Files,
    project: &Project,
    evaluation: &Evaluation,
) -> Vec<String> {
    let Some(namespace) = evaluation.namespace() else { return Vec::new() };
    let is_local = |named: &Named| {
        let mut found = false;
        each_outcome(&named.value, &mut |outcome| {
            let text = outcome.value.text().unwrap_or_default();
            found |= ["localhost", "127.0.0.1", "0.0.0.0"].iter().any(|it| text.contains(it));
        });
        found
    };
    let names = PUBLIC_URLS.iter().map(|it| it.name).filter(|it| !it.starts_with("WAGTAIL"));
    let given = names.filter(|name| namespace.named(name).is_some_and(is_local));
    let of_settings = |read: &Read| evaluation.modules.contains(&read.id);
    let is_used_by_code = |name: &str| {
        any_line(files, project, name, &|read, line| !of_settings(read) && reads(line, name))
    };
    let is_used = |name: &str| {
        let quoted = [format!("\"{name}\""), format!("'{name}'")];
        is_used_by_code(name)
            || any_line(files, project, name, &|read, line| {
                // There, a text is the name of the variable.
                let is_variable = quoted.iter().any(|it| line.contains(it));
                of_settings(read)
                    && !is_variable
                    && reads(line, name)
                    // What the project makes of it may be asked for by nobody either.
                    && own_setting(line).is_none_or(|made| made == name || is_used_by_code(made))
            })
    };
    given.filter(|name| !is_used(name)).map(str::to_owned).collect()
}

/// The setting that a line assigns, where it is the project's own.
fn own_setting(line: &str) -> Option<&str> {
    let (name, _) = line.split_once('=')?;
    let name = name.split(':').next().unwrap_or(name).trim();
    let is_own = is_in_capitals(name) && !python::knows_setting(name);
    let of_packages = ["CORS_", "CSP_", "CELERY_", "SOCIAL_", "ACCOUNT_", "REST_", "DJOSER"];
    (is_own && !of_packages.iter().any(|it| name.starts_with(it))).then_some(name)
}

/// Whether anything of the project empties the cache as a whole: its code, or a script that runs the
/// command of django-extensions.
pub(super) fn clears_cache(files: &Files, project: &Project, evaluation: &Evaluation) -> bool {
    let clears = |line: &str| {
        line.contains("clear_cache") || line.contains("cache") && line.contains(".clear()")
    };
    shares_cache(evaluation)
        && (any_line(files, project, "cache", &|_, line| clears(line))
            || files.of(Kind::Shell).iter().any(|read| read.text.lines().any(clears)))
}

/// Whether the cache is surely in one Redis database with a queue or a channel layer.
fn shares_cache(evaluation: &Evaluation) -> bool {
    let databases = |setting: &str| {
        let mut found = Vec::new();
        let value = evaluation.get(setting);
        value.iter().for_each(|it| each_text(&it.value, &mut |it| found.extend(Redis::parse(it))));
        found
    };
    let caches = databases("CACHES");
    let others = ["CELERY_BROKER_URL", "CELERY_RESULT_BACKEND", "CHANNEL_LAYERS"];
    !caches.is_empty() && others.iter().flat_map(|it| databases(it)).any(|it| caches.contains(&it))
}

fn each_text(value: &Value, visit: &mut dyn FnMut(&str)) {
    if let Some(text) = value.text() {
        visit(text);
    }
    if let Value::Dict(dict) = value {
        dict.entries.iter().for_each(|it| each_text(&it.value.value, visit));
    }
    value.items().unwrap_or_default().iter().for_each(|it| each_text(&it.value, visit));
}

/// Whether any Python of the project has the name, other than where it is assigned.
fn is_read(files: &Files, project: &Project, name: &str) -> bool {
    any_line(files, project, name, &|_, line| reads(line, name))
        || is_read_by_pages(files, project, name)
}

/// Whether a template has it of the settings that a view hands over: `{% if code in settings.CODES %}`.
fn is_read_by_pages(files: &Files, project: &Project, name: &str) -> bool {
    let asked = format!("settings.{name}");
    // Not lazily, as any_line says.
    let read: Vec<bool> = of_project(files, project, "html")
        .into_iter()
        .map(|path| match files.skim(path) {
            Found::Read(read) => read.has(&asked),
            Found::Wanted => true,
            Found::Folder | Found::Absent => false,
        })
        .collect();
    read.contains(&true)
}

/// Whether any line of the project's Python is like this, which none is without the word. Where not
/// all of it can be read, there may be one.
pub(super) fn any_line(
    files: &Files,
    project: &Project,
    word: &str,
    is_it: &dyn Fn(&Read, &str) -> bool,
) -> bool {
    let paths = of_project(files, project, "py");
    if paths.len() == MOST_FILES {
        return true;
    }
    // Not lazily: all that are to be read are asked for in one round.
    let read: Vec<bool> = paths
        .into_iter()
        .map(|path| match files.skim(path) {
            // Most files do not have it, and to look is faster than to part the lines.
            Found::Read(read) => read.has(word) && read.text.lines().any(|line| is_it(&read, line)),
            Found::Wanted | Found::Folder | Found::Absent => true,
        })
        .collect();
    read.contains(&true)
}

/// The files of a project that end so, up to as many as are gone through.
fn of_project<'f>(files: &Files<'f>, project: &Project, ending: &str) -> Vec<&'f Utf8PathBuf> {
    let paths = files.ending_in(&[ending]).into_iter();
    let paths = paths.filter(|path| is_within(path, &project.root) && !is_installed(path));
    paths.take(MOST_FILES).collect()
}

fn is_installed(path: &Utf8Path) -> bool {
    path.as_str().split('/').any(|part| matches!(part, "site-packages" | "node_modules"))
}

/// Whether a line has the name as a word elsewhere than at its head, where it is assigned.
fn reads(line: &str, name: &str) -> bool {
    // What a comment says of it reads nothing.
    let line = line.split('#').next().unwrap_or_default().trim_start();
    let rest = match line.strip_prefix(name) {
        Some(rest)
            if rest.trim_start().starts_with('=') && !rest.trim_start().starts_with("==") =>
        {
            rest
        }
        _ => line,
    };
    let is_word = |it: Option<char>| it.is_some_and(|it| it.is_alphanumeric() || it == '_');
    rest.match_indices(name).any(|(at, _)| {
        let before = rest[..at].chars().next_back();
        let after = rest[at + name.len()..].chars().next();
        !is_word(before) && !is_word(after)
    })
}
