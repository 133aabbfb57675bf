//! Which format a file is, from its name, and where names leave it open, from its first lines.
//!
//! Knows no content beyond that, and nothing of which files belong together.

mod content;
mod site;

pub use content::{by_content, is_refuted, may_be};
pub use site::{is_site, may_be_site};

use crate::source::{extension, file_name};
use crate::syntax::requirements::Format;
use camino::Utf8Path;
use std::borrow::Cow;

/// The formats that decide how a site runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    Python,
    Dotenv,
    Nginx,
    Caddy,
    Systemd,
    Compose,
    Dockerfile,
    Shell,
    Procfile,
    Supervisor,
    /// Jobs of the init that Ubuntu had before systemd.
    Upstart,
    /// What PM2 is told to keep running.
    Pm2,
    /// What Elastic Beanstalk is told of an application, in `.ebextensions`.
    Beanstalk,
    Crontab,
    Makefile,
    Workflow,
    /// Traefik's own files.
    Traefik,
    /// What is to be installed: requirements.txt, pyproject.toml, Pipfile, lock files.
    Requirements,
    Toml,
    Redis,
    /// `postgresql.conf` and `pg_hba.conf`.
    Postgres,
    /// Read as it is: a version file, a README, a lock file.
    Text,
}

/// Endings that mark a file as one to be filled in or copied; what is below them is the name.
pub(crate) const TEMPLATES: &[&str] =
    &["template", "tmpl", "tpl", "j2", "jinja", "jinja2", "example", "sample", "dist", "def", "in"];

const UNITS: &[&str] =
    &["service", "socket", "timer", "path", "target", "mount", "automount", "slice", "scope"];

const CODE: &[&str] = &[".py", ".js", ".ts", ".mjs", ".cjs", ".rb", ".go", ".rs", ".php", ".vue"];

const PICTURES: &[&str] = &[".png", ".svg", ".jpg", ".jpeg", ".gif", ".webp", ".pdf", ".drawio"];

/// What PM2 reads where nothing else is named, and what its users call it (its documentation, "Ecosystem File").
const OF_PM2: &[&str] = &[
    "ecosystem.config.js",
    "ecosystem.config.cjs",
    "ecosystem.config.mjs",
    "ecosystem.config.json",
    "ecosystem.json",
    "pm2.config.js",
    "pm2.config.cjs",
    "pm2.json",
    "process.json",
];

const SCRIPTS: &[&str] = &["sh", "bash"];

/// The name without what marks it as a template: `app.service.j2` is `app.service`.
pub fn base_name(name: &str) -> &str {
    let mut name = name;
    while let Some((stem, ending)) = name.rsplit_once('.') {
        let marks = || TEMPLATES.iter().any(|it| it.eq_ignore_ascii_case(ending));
        if stem.is_empty() || !marks() {
            break;
        }
        name = stem;
    }
    name
}

/// Whether a file is a text for people, and nothing that a program reads.
pub fn is_document(path: &Utf8Path) -> bool {
    matches!(path.extension(), Some("md" | "rst"))
}

/// Whether a file is one to be filled in before it is used (`*.template`, `*.j2`).
pub fn is_template(path: &Utf8Path) -> bool {
    let name = file_name(path).unwrap_or_default();
    base_name(name) != name
}

/// What examples are called, in English and in the languages that names of files have it in.
pub const EXAMPLE: [&str; 11] = [
    "example", "examples", "sample", "samples", "exemple", "exemples", "exemplo", "exemplos",
    "ejemplo", "esempio", "beispiel",
];

/// Whether an env file documents rather than supplies: `.env.example`, `env.sample`.
pub fn is_example(path: &Utf8Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_ascii_lowercase();
    let words = [
        "template",
        "tpl",
        "tmpl",
        "j2",
        "dist",
        "def",
        "default",
        "defaults",
        "dummy",
        "placeholder",
        "rename",
    ];
    // A whole set of files, as `.envs/.production(example)/`.
    let folder = path.parent().and_then(Utf8Path::file_name).filter(|it| it.starts_with('.'));
    let mut of_folder = folder.unwrap_or_default().split(|it: char| !it.is_ascii_alphanumeric());
    name.split(['.', '-', '_']).any(|word| EXAMPLE.contains(&word) || words.contains(&word))
        || of_folder.any(|word| EXAMPLE.contains(&word))
        || lies_in_sample_envs(path)
}

/// Whether a folder of examples for env files is around a file: `docs/sample_envs/production/.django`.
fn lies_in_sample_envs(path: &Utf8Path) -> bool {
    let is_one = |part: &str| {
        let words = || part.split(|it: char| !it.is_ascii_alphanumeric());
        words().any(|it| matches!(it, "env" | "envs")) && words().any(|it| EXAMPLE.contains(&it))
    };
    path.parent().is_some_and(|it| it.components().any(|part| is_one(part.as_str())))
}

/// Nearly all names are in small letters as they are.
pub fn lowered(name: &str) -> Cow<'_, str> {
    match name.bytes().any(|it| it.is_ascii_uppercase()) {
        true => Cow::Owned(name.to_ascii_lowercase()),
        false => Cow::Borrowed(name),
    }
}

/// The format that a name promises; `None` where only the content can tell or nobody asks.
pub fn by_name(path: &Utf8Path) -> Option<Kind> {
    let whole = file_name(path)?;
    // Most of what is asked for is code and pages, which nothing below takes for anything else.
    match extension(path) {
        Some("py") => return Some(Kind::Python),
        Some(_) if OF_PM2.contains(&whole) => return Some(Kind::Pm2),
        Some(ending) if is_of_pages(ending) => return None,
        _ => {}
    }
    if is_of_library(path) {
        return None;
    }
    let name = base_name(whole);
    let lower = lowered(name);
    let ending = lower.rsplit_once('.').map_or("", |(_, ending)| ending);
    let around = path.parent()?;
    let folders = || around.components().map(|part| part.as_str());
    let within = |folder: &str| folders().any(|it| it == folder);

    // Drop-ins are called after what they are about: `redis.conf`, `postgresql.conf`.
    if ending == "conf" && around.file_name().is_some_and(is_drop_in) {
        return Some(Kind::Systemd);
    }
    match &*lower {
        "procfile" => return Some(Kind::Procfile),
        "makefile" | "gnumakefile" | "justfile" => return Some(Kind::Makefile),
        "crontab" | "cronfile" => return Some(Kind::Crontab),
        "redis.conf" => return Some(Kind::Redis),
        "postgresql.conf" | "pg_hba.conf" => return Some(Kind::Postgres),
        // As guides call it, which have supervisord start it.
        "gunicorn_start" | "gunicorn-start" => return Some(Kind::Shell),
        // A folder that is named after all that lies in it says nothing of one file.
        name if name.contains("supervisor") && ending == "conf" => return Some(Kind::Supervisor),
        _ => {}
    }
    if lower.starts_with("supervisor") && ending == "conf" {
        return Some(Kind::Supervisor);
    }
    if is_dotenv(path) {
        return Some(Kind::Dotenv);
    }
    if Format::of(path).is_some() {
        return Some(Kind::Requirements);
    }
    if lower.starts_with("caddyfile") || ending == "caddy" || ending == "caddyfile" {
        return Some(Kind::Caddy);
    }
    if is_dockerfile(&lower) {
        return Some(Kind::Dockerfile);
    }
    if is_compose_for_a_stage(&lower) {
        return Some(Kind::Compose);
    }
    if UNITS.contains(&ending) {
        return Some(Kind::Systemd);
    }
    if ending == "config" && around.file_name() == Some(".ebextensions") {
        return Some(Kind::Beanstalk);
    }
    match ending {
        "py" => Some(Kind::Python),
        "toml" if lower.starts_with("traefik") || within("traefik") => Some(Kind::Traefik),
        "toml" | "lock" if lower != "cargo.lock" => Some(Kind::Toml),
        "yml" | "yaml" if within("workflows") || is_pipeline(&lower, around) => {
            Some(Kind::Workflow)
        }
        "yml" | "yaml" if lower.contains("compose") => Some(Kind::Compose),
        "yml" | "yaml" if lower.starts_with("traefik") || within("traefik") => Some(Kind::Traefik),
        "nginx" | "vhost" => Some(Kind::Nginx),
        "cron" | "crontab" => Some(Kind::Crontab),
        // cron skips files with a dot in their name (cron(8), Debian's).
        "" if around.file_name() == Some("cron.d") => Some(Kind::Crontab),
        "conf" if lower.contains("nginx") => Some(Kind::Nginx),
        "conf" if folders().any(|folder| folder.contains("nginx")) => Some(Kind::Nginx),
        "" | "conf" if within("sites-available") || within("sites-enabled") => Some(Kind::Nginx),
        _ if SCRIPTS.contains(&ending) => Some(Kind::Shell),
        _ => None,
    }
}

/// Whether it came with a library for browsers, which was unpacked among the static files:
/// `static/admin-theme/plugins/mask/docker-compose.yml`.
pub fn is_of_library(path: &Utf8Path) -> bool {
    const SERVED: [&str; 4] = ["assets", "public", "static", "staticfiles"];
    const LIBRARIES: [&str; 7] =
        ["bower_components", "lib", "libs", "node_modules", "plugins", "vendor", "vendors"];
    let folders = || path.iter().rev().skip(1);
    folders()
        .position(|it| LIBRARIES.contains(&it))
        .is_some_and(|at| folders().skip(at + 1).any(|it| SERVED.contains(&it)))
}

/// What browsers get, and what translators write.
fn is_of_pages(ending: &str) -> bool {
    matches!(
        ending,
        "html" | "htm" | "css" | "scss" | "sass" | "less" | "js" | "mjs" | "jsx" | "ts" | "tsx"
    ) || matches!(ending, "vue" | "json" | "map" | "svg" | "png" | "jpg" | "jpeg" | "gif" | "webp")
        || matches!(ending, "ico" | "woff" | "woff2" | "ttf" | "eot" | "pdf" | "po" | "mo")
}

/// Where services other than GitHub's look for what to run.
fn is_pipeline(name: &str, folder: &Utf8Path) -> bool {
    let name = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let names = [".gitlab-ci", ".travis", ".drone", "bitbucket-pipelines"];
    let folders = [".circleci", ".gitlab", ".gitlab-ci", ".woodpecker"];
    // Azure has one for each purpose: `azure-pipelines-prod.yml`.
    names.contains(&name)
        || name.starts_with("azure-pipelines")
        || folder.file_name().is_some_and(|it| folders.contains(&it))
}

/// `Dockerfile`, `Dockerfile.prod`, `prod.Dockerfile`; neither `dockerfile.js` nor a picture of one.
fn is_dockerfile(name: &str) -> bool {
    let Some(rest) = ["dockerfile", "containerfile"].iter().find_map(|it| name.strip_prefix(it))
    else {
        return name.ends_with(".dockerfile") || name.ends_with(".containerfile");
    };
    let of_another =
        [".dockerignore", ".sh", ".md", ".rst", ".adoc", ".txt", ".html", ".yml", ".yaml", ".json"];
    let is_code = CODE.iter().chain(PICTURES).any(|ending| rest.ends_with(ending));
    (rest.is_empty() || rest.starts_with(['.', '-', '_']))
        && !is_code
        && !of_another.iter().any(|ending| rest.ends_with(ending))
}

/// How files are called that are for a stage.
const STAGES: [&str; 9] =
    ["dev", "development", "local", "live", "prod", "production", "server", "stage", "staging"];

/// `docker-compose.yml.production`: what is copied to the server under the name without the last word.
fn is_compose_for_a_stage(name: &str) -> bool {
    let Some((before, stage)) = name.rsplit_once('.') else { return false };
    let is_yaml = before.ends_with(".yml") || before.ends_with(".yaml");
    is_yaml && before.contains("compose") && STAGES.contains(&stage)
}

/// `app.service.d`, where systemd looks for drop-ins.
fn is_drop_in(folder: &str) -> bool {
    let unit = folder.strip_suffix(".d").and_then(|unit| unit.rsplit_once('.'));
    unit.is_some_and(|(_, ending)| UNITS.contains(&ending))
}

/// What people call a file that an env file is to be made of, if not after it.
const ENV_TEMPLATES: [&str; 6] =
    ["env-example", "env-sample", "env-template", "env_example", "env_sample", "env_template"];

/// `.env`, `.env.prod`, `prod.env`, and cookiecutter-django's `.envs/.production/.django`.
fn is_dotenv(path: &Utf8Path) -> bool {
    let name = file_name(path).unwrap_or_default();
    let base = base_name(name);
    let code = [
        "py", "js", "ts", "mjs", "cjs", "mts", "cts", "jsx", "tsx", "vue", "css", "scss", "html",
        "json", "md", "sh", "bat", "cmd", "ps1", "yml", "yaml", "d", "rb", "php", "go", "rs", "c",
        "h", "cpp", "cs", "java", "kt", "swift", "lua", "ex", "exs", "nix", "tf", "hcl", "toml",
        "ini", "cfg", "cnf", "conf", "sql", "xml", "pem", "crt", "key", "log", "lock", "dart",
        "svelte", "astro", "scala", "groovy", "gradle", "clj", "cljs", "elm", "erl", "hs", "jl",
        "r", "pl", "pm", "m", "mm", "fs", "vb", "zig", "gd", "sass", "less",
    ];
    // So is what is copied to make one: `env.yml.sample`.
    let is_of_code = base.rsplit_once('.').is_some_and(|(_, ending)| code.contains(&ending));
    if is_of_code || extension(path).is_some_and(|it| code.contains(&it)) {
        return false;
    }
    let named = base == ".env"
        || base == "env"
        || name.starts_with(".env.")
        || name.starts_with(".env-")
        || name.starts_with(".env_")
        || name.starts_with("env.")
        || base.ends_with(".env")
        || ENV_TEMPLATES.contains(&name.strip_suffix(".txt").unwrap_or(name));
    // A folder of env files has templates of them that say no more than whose they are.
    let folder = path.parent().and_then(Utf8Path::file_name).unwrap_or_default();
    let documents = || is_template(path) || is_example(path);
    let by_folder = || ["env", "envs", ".envs"].contains(&folder) && documents();
    let in_envs = || {
        folder == ".env"
            || path.components().any(|part| part.as_str() == ".envs")
            || lies_in_sample_envs(path)
    };
    let of_git = name.starts_with(".git");
    named || by_folder() || (name.starts_with('.') && !of_git && in_envs())
}
