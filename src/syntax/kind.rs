//! Which format a file is, from its name, and where names leave it open, from its first lines.
//!
//! Knows no content beyond that, and nothing of which files belong together.

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
    Crontab,
    Makefile,
    Workflow,
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
const TEMPLATES: &[&str] =
    &["template", "tmpl", "tpl", "j2", "jinja", "jinja2", "example", "sample", "dist", "in"];

const UNITS: &[&str] =
    &["service", "socket", "timer", "path", "target", "mount", "automount", "slice", "scope"];

const CODE: &[&str] = &[".py", ".js", ".ts", ".mjs", ".cjs", ".rb", ".go", ".rs", ".php", ".vue"];

const PICTURES: &[&str] = &[".png", ".svg", ".jpg", ".jpeg", ".gif", ".webp", ".pdf", ".drawio"];

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

/// Whether a file is one to be filled in before it is used (`*.template`, `*.j2`).
pub fn is_template(path: &Utf8Path) -> bool {
    let name = file_name(path).unwrap_or_default();
    base_name(name) != name
}

/// Whether an env file documents rather than supplies: `.env.example`, `env.sample`.
pub fn is_example(path: &Utf8Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_ascii_lowercase();
    let words = [
        "example",
        "sample",
        "template",
        "tpl",
        "tmpl",
        "j2",
        "dist",
        "default",
        "defaults",
        "placeholder",
    ];
    // A whole set of files, as `.envs/.production(example)/`.
    let folder = path.parent().and_then(Utf8Path::file_name).filter(|it| it.starts_with('.'));
    let mut of_folder = folder.unwrap_or_default().split(|it: char| !it.is_ascii_alphanumeric());
    name.split(['.', '-', '_']).any(|word| words.contains(&word))
        || of_folder.any(|word| matches!(word, "example" | "sample"))
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
        Some(ending) if is_of_pages(ending) => return None,
        _ => {}
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
    if UNITS.contains(&ending) {
        return Some(Kind::Systemd);
    }
    match ending {
        "py" => Some(Kind::Python),
        "toml" | "lock" if lower != "cargo.lock" => Some(Kind::Toml),
        "yml" | "yaml" if within("workflows") || is_pipeline(&lower, around) => {
            Some(Kind::Workflow)
        }
        "yml" | "yaml" if lower.contains("compose") => Some(Kind::Compose),
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
    let of_another = [".dockerignore", ".sh", ".md", ".txt", ".html", ".yml", ".yaml", ".json"];
    let is_code = CODE.iter().chain(PICTURES).any(|ending| rest.ends_with(ending));
    (rest.is_empty() || rest.starts_with(['.', '-', '_']))
        && !is_code
        && !of_another.iter().any(|ending| rest.ends_with(ending))
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
        "ini", "cfg", "cnf", "conf", "sql", "xml", "pem", "crt", "key", "log", "lock",
    ];
    if extension(path).is_some_and(|it| code.contains(&it)) {
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
    let is_code = || base.rsplit_once('.').is_some_and(|(_, ending)| code.contains(&ending));
    let by_folder = || ["env", "envs", ".envs"].contains(&folder) && documents() && !is_code();
    let in_envs = || path.components().any(|part| part.as_str() == ".envs");
    let of_git = name.starts_with(".git");
    named || by_folder() || (name.starts_with('.') && !of_git && in_envs())
}

/// Whether a file that its name says nothing about is worth a look at its first lines.
pub fn may_be(path: &Utf8Path) -> bool {
    let name = lowered(base_name(file_name(path).unwrap_or_default()));
    match name.rsplit_once('.') {
        // Heroku reads it, and whatever people copied into it.
        Some(("heroku", _)) => false,
        Some((_, "conf" | "yml" | "yaml" | "ini" | "cfg")) => true,
        Some(_) => false,
        None => {
            let folder = path.parent().and_then(Utf8Path::file_name).unwrap_or_default();
            ["bin", "scripts", "script", "docker", "deploy", "conf.d", "nginx", "cron.d"]
                .contains(&folder)
                || name.contains("entrypoint")
        }
    }
}

/// Endings of domains that are no endings of other files.
const DOMAINS: &[&str] = &[
    "academy",
    "ae",
    "agency",
    "ai",
    "am",
    "app",
    "ar",
    "art",
    "asia",
    "at",
    "au",
    "az",
    "bd",
    "be",
    "berlin",
    "bg",
    "biz",
    "bo",
    "br",
    "by",
    "ca",
    "cat",
    "center",
    "ch",
    "cl",
    "click",
    "cloud",
    "club",
    "cn",
    "co",
    "com",
    "company",
    "coop",
    "cz",
    "de",
    "dev",
    "digital",
    "dk",
    "ec",
    "edu",
    "ee",
    "eg",
    "email",
    "es",
    "eu",
    "expert",
    "fi",
    "fm",
    "fr",
    "fun",
    "ge",
    "gg",
    "gh",
    "gov",
    "gr",
    "group",
    "guru",
    "hk",
    "host",
    "hr",
    "hu",
    "icu",
    "id",
    "ie",
    "il",
    "im",
    "in",
    "info",
    "int",
    "io",
    "ir",
    "is",
    "it",
    "jobs",
    "jp",
    "ke",
    "kg",
    "kr",
    "kz",
    "land",
    "life",
    "link",
    "live",
    "lk",
    "local",
    "lt",
    "lu",
    "lv",
    "ly",
    "ma",
    "me",
    "media",
    "mobi",
    "moe",
    "moscow",
    "museum",
    "mx",
    "my",
    "net",
    "network",
    "ng",
    "ninja",
    "nl",
    "no",
    "np",
    "nz",
    "online",
    "org",
    "page",
    "pe",
    "ph",
    "pk",
    "pl",
    "pro",
    "pt",
    "ro",
    "rocks",
    "ru",
    "run",
    "sa",
    "school",
    "se",
    "services",
    "sg",
    "shop",
    "si",
    "site",
    "sk",
    "social",
    "solutions",
    "space",
    "store",
    "studio",
    "su",
    "systems",
    "team",
    "tech",
    "th",
    "tools",
    "top",
    "tr",
    "travel",
    "tv",
    "tw",
    "tz",
    "ua",
    "ug",
    "uk",
    "us",
    "uy",
    "uz",
    "ve",
    "vip",
    "vn",
    "website",
    "wiki",
    "work",
    "works",
    "world",
    "ws",
    "xyz",
    "za",
    "zone",
];

/// Whether it is called as people call sites of nginx, which asks for no ending: `shop` and
/// `shop.example.com`. Documents show sites that are not in use.
pub fn may_be_site(path: &Utf8Path) -> bool {
    let name = lowered(file_name(path).unwrap_or_default());
    let in_documents = || {
        path.parent()
            .into_iter()
            .flat_map(Utf8Path::components)
            .any(|folder| matches!(folder.as_str(), "doc" | "docs" | "documentation" | "examples"))
    };
    if extension(path).is_some_and(|it| it == "py" || is_of_pages(it)) {
        return false;
    }
    let folder = path.parent().and_then(Utf8Path::file_name).unwrap_or_default();
    let among_sites = matches!(folder, "sites-available" | "sites-enabled");
    let by_domain =
        |ending: &str| (among_sites || DOMAINS.contains(&ending)) && !name.starts_with('.');
    name.rsplit_once('.').is_none_or(|(_, ending)| by_domain(ending)) && !in_documents()
}

/// Whether a text is a site of nginx's from its first line on, and no note that shows one: all
/// statements have nginx's form, and some block is a server that says whom it answers.
pub fn is_site(text: &str) -> bool {
    let own = text.lines().map(str::trim).filter(|it| !it.is_empty() && !it.starts_with('#'));
    let mut own = own.peekable();
    let statement = |line: &str| line.ends_with([';', '{', '}']) || line == "server";
    if !own.peek().is_some_and(|line| statement(line)) {
        return false;
    }
    let (mut depth, mut server, mut answers) = (0_i32, false, false);
    for line in own {
        server |= depth == 0
            && line
                .strip_prefix("server")
                .is_some_and(|rest| matches!(rest.trim_start().chars().next(), None | Some('{')));
        answers |= server
            && ["listen ", "server_name ", "location "].iter().any(|it| line.starts_with(it));
        let count = |brace| line.matches(brace).count() as i32;
        depth += count('{') - count('}');
    }
    answers
}

/// Whether the content cannot be of the format that the name promises. Scripts of other init
/// systems, Avahi and D-Bus have files called `.service` too.
pub fn is_refuted(kind: Kind, text: &str) -> bool {
    let mut lines = text.lines().map(str::trim);
    let first = lines.find(|line| !line.is_empty() && !line.starts_with(['#', ';']));
    let starts = |with: &str| first.is_some_and(|line| line.starts_with(with));
    match kind {
        Kind::Nginx => starts("[") || is_of_another_server(text) || shows_image(text),
        Kind::Systemd => text.starts_with("#!") || starts("<") || starts("[D-BUS"),
        Kind::Crontab => text.starts_with("#!"),
        _ => false,
    }
}

/// Apache and FreeRADIUS have `sites-enabled` as well: one writes its blocks as tags, the other names
/// its servers, which nginx does not let. Notes that lie beside the sites have none of its signs.
fn is_of_another_server(text: &str) -> bool {
    let own = text.lines().map(str::trim).filter(|it| !it.is_empty() && !it.starts_with('#'));
    let named = |line: &str| {
        let name = line.strip_prefix("server ").and_then(|rest| rest.strip_suffix('{'));
        name.is_some_and(|name| !name.trim().is_empty())
    };
    let (mut has_lines, mut has_signs) = (false, false);
    for line in own {
        if line.starts_with("<VirtualHost") || line.starts_with("<IfModule") || named(line) {
            return true;
        }
        has_lines = true;
        // Within a line such signs are nobody's: tmux and shells have them too.
        let statement = line.split(" #").next().unwrap_or_default().trim_end();
        has_signs |= statement.ends_with([';', '{', '}']);
    }
    has_lines && !has_signs
}

/// The format that the content shows.
pub fn by_content(path: &Utf8Path, text: &str) -> Option<Kind> {
    let name = base_name(path.file_name()?).to_ascii_lowercase();
    // Documents show configurations, and are none.
    if [".md", ".rst", ".txt", ".adoc", ".html"].iter().any(|it| name.ends_with(it)) {
        return None;
    }
    let lines = || text.lines().map(str::trim).filter(|it| !it.is_empty() && !it.starts_with('#'));
    if text.starts_with("#!") {
        let first = text.lines().next().unwrap_or_default();
        let shell = ["/sh", "bash", "dash", " sh"].iter().any(|it| first.contains(it));
        let python = first.contains("python");
        return if shell { Some(Kind::Shell) } else { python.then_some(Kind::Python) };
    }
    if name.ends_with(".yml") || name.ends_with(".yaml") {
        return is_of_compose(text).then_some(Kind::Compose);
    }
    if lines().any(|line| {
        line.starts_with("[program:")
            || line.starts_with("[fcgi-program:")
            || line == "[supervisord]"
    }) {
        return Some(Kind::Supervisor);
    }
    if shows_image(text) {
        return Some(Kind::Dockerfile);
    }
    let shows =
        || shows_nginx(&lines().collect::<Vec<_>>()) || !name.contains('.') && is_site(text);
    if text.contains(';') && shows() {
        return Some(Kind::Nginx);
    }
    None
}

/// Whether a text is a Dockerfile's, whatever it is called: `dockerfile:` of compose takes any name.
fn shows_image(text: &str) -> bool {
    let mut own = text.lines().filter(|it| !it.trim().is_empty() && !it.starts_with('#'));
    let is_one_of = |line: &str, words: &[&str]| {
        line.split_once(' ').is_some_and(|(first, _)| words.contains(&first))
    };
    own.find(|line| !is_one_of(line, &["ARG"])).is_some_and(|line| is_one_of(line, &["FROM"]))
        && own.any(|line| is_one_of(line, &["RUN", "COPY", "ADD", "CMD", "ENTRYPOINT"]))
}

/// Whether a mapping has services and nothing at its top that compose does not know (Compose
/// Specification, "Top-level elements"). Pipelines of CI have services as well.
fn is_of_compose(text: &str) -> bool {
    const KNOWN: &[&str] = &[
        "version", "name", "services", "networks", "volumes", "configs", "secrets", "include",
        "models",
    ];
    let starts = |line: &&str| line.starts_with(|it: char| it.is_alphanumeric());
    let tops = || text.lines().filter(starts).filter_map(|line| line.split_once(':'));
    let mut services =
        tops().filter(|(key, behind)| *key == "services" && behind.trim().is_empty());
    services.next().is_some()
        && tops().all(|(key, _)| key.starts_with("x-") || KNOWN.contains(&key))
}

/// Whether some line is nginx's alone. A column of a table may be called `location`; what nginx calls
/// so opens a block, on this line or on the next.
fn shows_nginx(lines: &[&str]) -> bool {
    let own = ["server {", "server{", "proxy_pass ", "http {", "http{"];
    let blocks = ["location ", "upstream "];
    let starts = |line: &str, with: &[&str]| with.iter().any(|it| line.starts_with(it));
    let opens = |at: usize| {
        let next = lines.get(at + 1).is_some_and(|it| it.starts_with('{'));
        lines.get(at).is_some_and(|it| it.contains('{')) || next
    };
    lines
        .iter()
        .enumerate()
        .any(|(at, line)| starts(line, &own) || starts(line, &blocks) && opens(at))
}
