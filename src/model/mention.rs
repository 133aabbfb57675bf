//! What it means that a file mentions a variable.
//!
//! Nobody can parse all that may read a variable, and a wrong "nothing reads it" costs more than
//! ten right ones; so in doubt a mention reads. What only hands a variable on, as an assignment
//! does, does not.

use crate::source::{Mention, Search, extension, file_name};
use crate::syntax::kind::{self, Kind, lowered};
use camino::Utf8Path;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Use {
    /// Some program gets its value.
    Read,
    /// It fills in a file: `${X}` of compose, of another env file, of a workflow.
    FilledIn,
    /// A text for people speaks of it.
    Told,
    /// A manifest of Kubernetes gives it to containers, whose images nothing links with those of
    /// the tree.
    Given,
}

/// What nobody writes by hand, what only says how a page looks, and what runs on Windows, where no
/// server does.
const SKIPPED: &[&str] = &[
    "css", "scss", "sass", "less", "svg", "map", "lock", "po", "mo", "csv", "tsv", "sql", "ipynb",
    "ico", "png", "jpg", "jpeg", "gif", "webp", "woff", "woff2", "ttf", "eot", "pdf", "zip", "gz",
    "sqlite3", "pyc", "bat", "cmd",
];

/// Commands of manage.py of which it is asked whether anything runs them.
pub const COMMANDS: &[&str] = &["collectstatic", "migrate", "migrate_schemas"];

/// What code of the project does that no setting tells: it sends to a channel layer, it takes files,
/// it sends tasks.
pub const CODE: &[&str] =
    &["get_channel_layer", "FileField", "ImageField", "FILES", "delay", "apply_async"];

/// What gives containers all the variables of something else, under names that it may not show.
pub const GIVEN_WHOLE: &str = "envFrom";

const TOLD: &[&str] = &["md", "rst", "txt", "adoc"];

/// How a file is searched that can say anything about who reads a variable.
pub fn search(path: &Utf8Path) -> Option<Search> {
    let name = file_name(path).unwrap_or_default();
    let ending = lowered(extension(path).unwrap_or_default());
    let is_python = ending == "py";
    let generated = name.ends_with(".min.js") || name.ends_with("-lock.json");
    let folders = ["locale", "LC_MESSAGES"];
    if generated
        || !is_python && SKIPPED.contains(&&*ending)
        || path.as_str().split('/').any(|part| folders.contains(&part))
    {
        return None;
    }
    // Nearly all of it is called so; templates of code have a further ending.
    let is_python = is_python || kind::by_name(path) == Some(Kind::Python);
    Some(if is_python { Search::InAnyCase } else { Search::Exactly })
}

/// What a mention does, if it does anything.
pub fn way(mention: Mention<'_>) -> Option<Use> {
    let Mention { path, exact, before, after, .. } = mention;
    // A migration may read a variable, as for the first user. Its fields are those of some day in the
    // past, and it runs in `migrate` only.
    let is_of_code = COMMANDS.contains(&mention.name) || CODE.contains(&mention.name);
    if is_of_code && path.components().any(|it| it.as_str() == "migrations") {
        return None;
    }
    if COMMANDS.contains(&mention.name) {
        return if exact { of_command(mention) } else { None };
    }
    if CODE.contains(&mention.name) {
        return of_code(mention).then_some(Use::Read);
    }
    if mention.name == GIVEN_WHOLE {
        return is_of_workload(mention).then_some(Use::Given);
    }
    if gives_to_containers(mention) && is_of_workload(mention) {
        return Some(Use::Given);
    }
    let braced = before.strip_suffix('{').unwrap_or(before);
    let braced = braced.strip_suffix('!').unwrap_or(braced);
    let expanded = braced.ends_with('$') && exact;
    let ending = path.extension().unwrap_or_default().to_ascii_lowercase();
    let kind = kind::by_name(path);
    if kind.is_none() && TOLD.contains(&ending.as_str()) {
        return exact.then_some(Use::Told);
    }
    let is_workflow = ending == "yml" && path.as_str().contains("gitlab-ci");
    match kind {
        Some(Kind::Dotenv) => expanded.then_some(Use::FilledIn),
        Some(Kind::Compose) if braced.ends_with("$$") => Some(Use::Read),
        Some(Kind::Compose | Kind::Workflow) => expanded.then_some(Use::FilledIn),
        _ if is_workflow => expanded.then_some(Use::FilledIn),
        Some(Kind::Dockerfile) if before.trim_end_matches(' ').ends_with("ARG") => {
            Some(Use::FilledIn)
        }
        Some(Kind::Dockerfile | Kind::Systemd | Kind::Supervisor) => {
            (expanded || before.ends_with("ENV_")).then_some(Use::Read)
        }
        Some(Kind::Shell | Kind::Procfile | Kind::Makefile | Kind::Crontab) => {
            let assigned = after.starts_with('=') && !expanded;
            (exact && !assigned).then_some(Use::Read)
        }
        Some(Kind::Python) => in_python(mention, expanded).then_some(Use::Read),
        Some(
            Kind::Nginx
            | Kind::Caddy
            | Kind::Requirements
            | Kind::Toml
            | Kind::Redis
            | Kind::Postgres
            | Kind::Text,
        )
        | None => (exact && in_other_code(mention, &ending, expanded)).then_some(Use::Read),
    }
}

/// Whether an item of a list names the variable, and has its value beside it.
fn gives_to_containers(mention: Mention<'_>) -> bool {
    let Mention { path, exact, before, after, .. } = mention;
    let ending = path.extension().unwrap_or_default();
    let quotes = ['"', '\''];
    let is_item = before.trim_end_matches(quotes).trim_end().ends_with("- name:");
    let next = after.trim_start_matches(quotes).trim_start();
    exact && matches!(ending, "yml" | "yaml") && is_item && next.starts_with("value")
}

/// Whether the document that something stands in is one that Kubernetes starts containers by.
fn is_of_workload(mention: Mention<'_>) -> bool {
    let Mention { path, before, after, .. } = mention;
    const KINDS: &[&str] = &[
        "Deployment",
        "StatefulSet",
        "DaemonSet",
        "ReplicaSet",
        "Rollout",
        "Pod",
        "Job",
        "CronJob",
    ];
    let is_yaml = matches!(path.extension(), Some("yml" | "yaml"));
    let above = before.rsplit("\n---").next().unwrap_or_default();
    let below = after.split("\n---").next().unwrap_or_default();
    let kinds = above.lines().chain(below.lines()).filter_map(|it| it.strip_prefix("kind:"));
    is_yaml && kinds.map(str::trim).any(|it| KINDS.contains(&it))
}

/// Browsers have no environment, so what is served to them only gets what is filled in before
/// (`${X}`, or `process.env.X` by a bundler). In other languages a constant of a class, as
/// Android's `BuildConfig.DEBUG`, is no variable.
fn in_other_code(mention: Mention<'_>, ending: &str, expanded: bool) -> bool {
    let Mention { path, before, .. } = mention;
    let of_scripts = ["js", "mjs", "ts", "jsx", "tsx", "vue"].contains(&ending);
    if of_scripts && path.components().any(|it| matches!(it.as_str(), "static" | "staticfiles")) {
        return expanded || ["process.env.", "meta.env."].iter().any(|it| before.ends_with(it));
    }
    let typed = ["java", "kt", "kts", "swift", "cs", "scala", "dart"].contains(&ending);
    let Some(owner) = before.strip_suffix('.').filter(|_| typed) else { return true };
    let is_part = |it: char| it.is_alphanumeric() || it == '_';
    let owner = &owner[owner.trim_end_matches(is_part).len()..];
    owner.to_ascii_lowercase().contains("env")
}

/// A name is asked for as a text, or is a field of a class that takes its values from the
/// environment, in whatever case.
fn in_python(mention: Mention<'_>, expanded: bool) -> bool {
    let Mention { word, before, after, .. } = mention;
    let by_fields = ["BaseSettings", "environ.Env(", "pydantic"];
    let whole = |text: &str| by_fields.iter().any(|it| text.contains(it));
    let quote = before.chars().next_back().filter(|it| matches!(it, '"' | '\''));
    let Some(quote) = quote.filter(|quote| after.starts_with(*quote)) else {
        // Behind a prefix that a library puts in front of every name, or in a longer text.
        return expanded || whole(before) || whole(after);
    };
    // `"level": "DEBUG"` is no variable.
    let level = ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"].contains(&word);
    let lead = before.strip_suffix(quote).unwrap_or(before).trim_end();
    !level || lead.ends_with(['(', '[', ','])
}

/// Whether code that serves others has a name. Consumers and what routes to them are run by no
/// process but the one that has the sockets, and have the layer that they are in.
fn of_code(mention: Mention<'_>) -> bool {
    let Mention { path, name, exact, before, after, .. } = mention;
    // Words of every day are what they are here as a call: `send.delay(`.
    let is_common = matches!(name, "delay" | "apply_async");
    if is_common && !(before.ends_with('.') && after.starts_with('(')) {
        return false;
    }
    let line = before.rsplit('\n').next().unwrap_or_default();
    let is_code = exact
        && kind::by_name(path) == Some(Kind::Python)
        && !line.trim_start().starts_with('#')
        && !line.contains("import ");
    let has = |words: &[&str]| {
        path.components().any(|part| words.iter().any(|it| part.as_str().starts_with(it)))
    };
    let of_sockets = name == "get_channel_layer" && has(&["consumer", "routing"]);
    is_code && !has(&["test", "conftest"]) && !of_sockets
}

/// Whether a command is run, or may be; comments run nothing.
fn of_command(mention: Mention<'_>) -> Option<Use> {
    let Mention { path, before, after, .. } = mention;
    let ending = path.extension().unwrap_or_default().to_ascii_lowercase();
    let kind = kind::by_name(path);
    if kind.is_none() && TOLD.contains(&ending.as_str()) {
        return Some(Use::Told);
    }
    let line = before.rsplit('\n').next().unwrap_or_default().trim_start();
    let by_manage = ["manage.py", "django-admin", "django"];
    let by_manage = by_manage.iter().any(|it| line.trim_end().ends_with(it));
    // Other languages have their own commands of the name.
    let of_pages = ["js", "ts", "tsx", "jsx", "mjs", "vue", "html", "htm", "json"];
    let runs = match kind {
        Some(Kind::Python) => {
            by_manage || before.ends_with(['"', '\'']) && after.starts_with(['"', '\'', ' '])
        }
        _ => by_manage || !of_pages.contains(&ending.as_str()),
    };
    (runs && !line.starts_with(['#', ';'])).then_some(Use::Read)
}
