//! What it means that a file mentions a variable.
//!
//! Nobody can parse all that may read a variable, and a wrong "nothing reads it" costs more than
//! ten right ones; so in doubt a mention reads. What only hands a variable on, as an assignment
//! does, does not.

use crate::model::manifest::{gives_to_containers, is_of_workload, may_replace_root};
use crate::model::workplace::is_workplace;
use crate::source::{Mention, Search, extension, file_name};
use crate::syntax::kind::{self, Kind, lowered};
use camino::Utf8Path;
use std::collections::{BTreeMap, BTreeSet, HashSet};

mod address;
mod code;
mod guide;
mod linked;
mod prose;

pub use address::{is_address, word_of};
use code::is_code;
pub use code::{CODE, LINKS, LOGINS, MAILS, RESETS};
pub use guide::GUIDE;
use guide::is_guide;
pub use linked::{link, linkers};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Use {
    /// Some program gets its value.
    Read,
    /// It fills in a file: `${X}` of compose, of another env file, of a workflow.
    FilledIn,
    /// A script or a workflow writes it where something is deployed, with what only those who deploy
    /// know, or with what mails.
    Set,
    /// A page or an answer has the address of the file that a field of this name keeps, or of all files:
    /// `{{ product.photo.url }}`.
    Linked,
    /// A platform runs it for the new version, before that takes over: `release:` of a Procfile.
    Released,
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
    "ico", "png", "jpg", "jpeg", "gif", "webp", "avif", "woff", "woff2", "ttf", "otf", "eot",
    "pdf", "zip", "gz", "mp3", "mp4", "webm", "sqlite3", "pyc", "bat", "cmd",
    // What a browser saves beside a page.
    "download",
];

/// Commands of manage.py of which it is asked whether anything runs them.
pub const COMMANDS: &[&str] =
    &["collectstatic", "makemigrations", "migrate", "migrate_schemas", "syncdb"];

/// What has classes put a beginning in front of the names of their fields: pydantic's setting, and the
/// method of environs. The variable itself is then written nowhere.
pub const PREFIXERS: &[&str] = &["env_prefix", "prefixed"];

/// Variables that a class of django-configurations reads without naming them (`configurations.values`).
pub const CLASSES: [(&str, &str); 4] = [
    ("DATABASE_URL", "DatabaseURLValue"),
    ("CACHE_URL", "CacheURLValue"),
    ("EMAIL_URL", "EmailURLValue"),
    ("SEARCH_URL", "SearchURLValue"),
];

/// What gives containers all the variables of something else, under names that it may not show.
pub const GIVEN_WHOLE: &str = "envFrom";

/// What gives containers another user than their images do: manifests of Kubernetes, and Heroku always.
pub const OTHER_USERS: &[&str] = &["runAsUser", "runAsNonRoot", HEROKU];

const HEROKU: &str = "heroku";

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
    let is_of_code = COMMANDS.contains(&mention.name) || is_code(mention.name);
    if is_of_code && path.components().any(|it| it.as_str() == "migrations") {
        return None;
    }
    if COMMANDS.contains(&mention.name) {
        // What developers start migrates their database: `compose/local/django/start`, `start-dev.sh`.
        let of_developers = |it: &str| OF_DEVELOPERS.contains(&it);
        let mut folders = path.parent().into_iter().flat_map(|it| it.iter());
        let mut words = path.file_name().unwrap_or_default().split(['.', '-', '_']);
        if folders.any(|it| of_developers(it) || is_workplace(it)) || words.any(of_developers) {
            return None;
        }
        return if exact { of_command(mention) } else { None };
    }
    let is_class = CLASSES.iter().any(|(_, class)| *class == mention.name);
    if is_class || is_code(mention.name) || PREFIXERS.contains(&mention.name) {
        return of_code(mention).then_some(Use::Read);
    }
    if OTHER_USERS.contains(&mention.name) {
        let may = mention.name == HEROKU || may_replace_root(mention);
        return (exact && may).then_some(Use::Read);
    }
    if mention.name == GUIDE {
        return is_guide(mention).then_some(Use::Told);
    }
    if mention.name == GIVEN_WHOLE {
        return is_of_workload(mention).then_some(Use::Given);
    }
    if gives_to_containers(mention) && is_of_workload(mention) {
        return Some(Use::Given);
    }
    if is_written_out(mention) {
        return Some(Use::Set);
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
        Some(Kind::Compose | Kind::Workflow | Kind::Traefik) => expanded.then_some(Use::FilledIn),
        _ if is_workflow => expanded.then_some(Use::FilledIn),
        Some(Kind::Dockerfile) if before.trim_end_matches(' ').ends_with("ARG") => {
            Some(Use::FilledIn)
        }
        Some(Kind::Dockerfile | Kind::Systemd | Kind::Supervisor) => {
            (expanded || before.ends_with("ENV_")).then_some(Use::Read)
        }
        Some(Kind::Shell | Kind::Procfile | Kind::Makefile | Kind::Crontab | Kind::Upstart) => {
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
            | Kind::Beanstalk
            | Kind::Pm2
            | Kind::Text,
        )
        | None => (exact && in_other_code(mention, &ending, expanded)).then_some(Use::Read),
    }
}

/// What stands in front of the names of variables here, if it is written out.
pub fn prefix(mention: Mention<'_>) -> Option<Option<String>> {
    way(mention)?;
    let quotes = ['"', '\''];
    let rest = mention.after.trim_start_matches(quotes).trim_start_matches(": str");
    let value = rest.trim_start_matches(|it: char| it.is_whitespace() || "=:(".contains(it));
    let quote = value.chars().next().filter(|it| quotes.contains(it));
    Some(quote.and_then(|quote| Some(value[1..].split_once(quote)?.0.to_owned())))
}

/// What code calls these variables that has such a prefix put in front; a prefix that is put
/// together may be any.
pub fn fields<'n>(
    names: &'n HashSet<String>,
    prefixes: &BTreeSet<Option<String>>,
) -> BTreeMap<String, BTreeSet<&'n str>> {
    let mut fields: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for name in names {
        let tails = prefixes.iter().flat_map(|prefix| {
            let cuts = name.match_indices('_').map(|(at, _)| at + 1);
            let cuts: Vec<usize> = match prefix {
                Some(it) => Vec::from_iter(Some(it.len())),
                None => cuts.collect(),
            };
            let begins = |cut: &usize| {
                let begin = name.get(..*cut);
                prefix.as_ref().is_none_or(|it| begin.is_some_and(|b| b.eq_ignore_ascii_case(it)))
            };
            cuts.into_iter().filter(begins).filter_map(|cut| name.get(cut..)).collect::<Vec<_>>()
        });
        // Models are nested by two such signs, mostly.
        for tail in tails.flat_map(|it| [Some(it), it.split_once("__").map(|it| it.0)]).flatten() {
            _ = fields.entry(tail.to_ascii_lowercase()).or_default().insert(name);
        }
    }
    fields
}

/// Whether a class has a field of the name, or a text is just the name.
pub fn field(mention: Mention<'_>) -> Option<Use> {
    let Mention { path, before, after, .. } = mention;
    let line = before.rsplit('\n').next().unwrap_or_default();
    let declares = line.trim().is_empty() && after.trim_start().starts_with([':', '=']);
    let is_text = before.ends_with(['"', '\'']) && after.starts_with(['"', '\'']);
    let is_read = kind::by_name(path) == Some(Kind::Python) && (declares || is_text);
    is_read.then_some(Use::Read)
}

/// Whether a line writes the variable for others to read: `echo "NAME=${{ secrets.NAME }}"`,
/// `sed -i "s|NAME=.*|NAME=$VALUE|"`, `export NAME=$VALUE`. What tests get is written out in full.
fn is_written_out(mention: Mention<'_>) -> bool {
    let Mention { path, exact, before, after, .. } = mention;
    let line = before.rsplit('\n').next().unwrap_or_default().trim_start();
    let rest = after.split('\n').next().unwrap_or_default();
    let is_told = ["echo ", "printf ", "sed ", "export ", "- echo ", "run: echo "];
    let Some(value) = rest.strip_prefix('=').filter(|_| exact && !before.ends_with(['$', '{']))
    else {
        return false;
    };
    let is_others = value.trim_start_matches(['"', '\'', '\\']).starts_with('$');
    let mails = value.contains(".smtp.");
    matches!(kind::by_name(path), Some(Kind::Shell | Kind::Workflow))
        && is_told.iter().any(|it| line.starts_with(it))
        && (is_others || mails)
        && !is_of_tests(mention)
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
    // What is commented out asks for nothing.
    let line = before.rsplit('\n').next().unwrap_or_default();
    if line.trim_start().starts_with('#') {
        return false;
    }
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
    let is_common = matches!(name, "delay" | "apply_async" | "prefixed");
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
    if is_of_developers(path, kind) || is_of_tests(mention) {
        return None;
    }
    let runs = match kind {
        Some(Kind::Python) => {
            let begins = before.ends_with(['"', '\'']) || is_behind_field(before);
            let may_run = by_manage || begins && after.starts_with(['"', '\'', ' ']);
            may_run && !prose::is_said(before)
        }
        _ => by_manage || !of_pages.contains(&ending.as_str()),
    };
    // What a script is told to do, or says, it does elsewhere.
    let first = line.split_whitespace().next().unwrap_or_default();
    let is_said = kind == Some(Kind::Shell)
        && !by_manage
        && matches!(first, "if" | "elif" | "[" | "[[" | "echo" | "printf");
    let is_done = runs && !is_said && !is_in_developers_compose(line);
    let is_release = kind == Some(Kind::Procfile) && line.starts_with("release:");
    let by = if is_release { Use::Released } else { Use::Read };
    (is_done && !line.starts_with(['#', ';'])).then_some(by)
}

/// Whether the program of a command is filled in: `"%s %s migrate" % (python, script)`, `f"{manage} migrate"`.
fn is_behind_field(before: &str) -> bool {
    let program = before.trim_end_matches(' ');
    program.len() < before.len() && ["%s", ")s", "}"].iter().any(|it| program.ends_with(it))
}

/// Whether a script runs it in what developers have: `docker-compose -f local.yml run django …`.
fn is_in_developers_compose(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let starts = words.any(|it| it.ends_with("docker-compose") || it == "compose");
    let of_developers =
        |file: &str| file.split(['/', '.', '-', '_']).any(|it| OF_DEVELOPERS.contains(&it));
    starts
        && words.any(
            |it| matches!(it.rsplit_once('.'), Some((file, "yml" | "yaml")) if of_developers(file)),
        )
}

/// What developers call files and folders of their own.
const OF_DEVELOPERS: [&str; 3] = ["local", "dev", "development"];

/// Whether a script or compose file lies where developers have theirs: `compose/local/django/start`.
fn is_of_developers(path: &Utf8Path, kind: Option<Kind>) -> bool {
    let parts: Vec<&str> = path.components().map(|it| it.as_str()).collect();
    // `usr/local/bin` is where a server has its own.
    let is_one = |pair: &[&str]| {
        let [above, folder] = *pair else { return false };
        OF_DEVELOPERS.contains(&folder) && above != "usr"
    };
    let starts = matches!(kind, Some(Kind::Shell | Kind::Compose));
    let folders = parts.split_last().map(|(_, folders)| folders).unwrap_or_default();
    starts && [&[""], folders].concat().windows(2).any(is_one)
}

/// Whether a command stands in a job of CI which tests: its database is made for it, and thrown away.
fn is_of_tests(mention: Mention<'_>) -> bool {
    const TESTS: &[&str] = &[" test", "pytest", "py.test", "tox", "coverage run"];
    const DEPLOYS: &[&str] = &[
        "ssh", "deploy", "heroku", "kubectl", "rsync", "fly", "prod", "ansible", "fab ", "release",
        "staging",
    ];
    let Some((above, below)) = job(mention) else { return false };
    let has = |words: &[&str]| words.iter().any(|it| above.contains(it) || below.contains(it));
    has(TESTS) && !has(DEPLOYS)
}

/// What stands in the job of CI that something is mentioned in, before it and behind.
fn job(mention: Mention<'_>) -> Option<(&str, &str)> {
    let Mention { path, before, after, .. } = mention;
    let name = file_name(path).unwrap_or_default();
    let indent = match name {
        ".travis.yml" | "tox.ini" => return Some((before, after)),
        _ if path.ends_with(".circleci/config.yml") => return Some((before, after)),
        _ if name.contains("gitlab-ci") => 0,
        _ if kind::by_name(path) == Some(Kind::Workflow) => {
            let at = match before.starts_with("jobs:") {
                true => 0,
                false => before.find("\njobs:")? + 1,
            };
            let jobs = &before[at + "jobs:".len()..];
            let first = jobs.lines().find(|it| it.ends_with(':') && it.starts_with(' '))?;
            first.len() - first.trim_start().len()
        }
        _ => return None,
    };
    let is_head = |line: &str| {
        let text = line.trim_start();
        line.len() - text.len() == indent && !text.is_empty() && !text.starts_with(['#', '-'])
    };
    let mut at = 0;
    let mut heads = Vec::new();
    for line in before.split_inclusive('\n') {
        if is_head(line) {
            heads.push(at);
        }
        at += line.len();
    }
    // The line of the command itself is deeper.
    let start = heads.last().copied()?;
    let mut at = 0;
    for (number, line) in after.split_inclusive('\n').enumerate() {
        if number > 0 && is_head(line) {
            break;
        }
        at += line.len();
    }
    Some((&before[start..], &after[..at]))
}

fn is_part_of_name(it: char) -> bool {
    it.is_alphanumeric() || it == '_'
}
