//! What a text shows of its format, where the name leaves it open or says it wrongly.

use crate::source::file_name;
use crate::syntax::kind::site::{is_of_another_server, is_site, shows_nginx};
use crate::syntax::kind::{Kind, STAGES, base_name, is_of_library, lowered};
use camino::Utf8Path;

/// Where people keep what a server is set up with, under names that say nothing of a format.
const FOLDERS: [&str; 14] = [
    "bin",
    "scripts",
    "script",
    "docker",
    "deploy",
    "deployment",
    "conf",
    "config",
    "configs",
    "etc",
    "conf.d",
    "nginx",
    "supervisor",
    "cron.d",
];

/// Whether a file that its name says nothing about is worth a look at its first lines.
pub fn may_be(path: &Utf8Path) -> bool {
    if is_of_library(path) {
        return false;
    }
    let name = lowered(base_name(file_name(path).unwrap_or_default()));
    match name.rsplit_once('.') {
        // Heroku reads it, and whatever people copied into it.
        Some(("heroku", _)) => false,
        Some((_, "conf" | "yml" | "yaml" | "ini" | "cfg")) => true,
        // A site of nginx's is called after its host.
        Some((_, "com" | "org" | "net" | "info" | "io" | "ru" | "de" | "fr" | "eu" | "ua")) => true,
        // Where it goes on the server, as a name: `etc.nginx.sites-available.shop`.
        Some((before, ending)) => {
            let is_put = ["sites-available", "sites-enabled"].iter().any(|it| before.ends_with(it));
            // Of several the one for the site itself: `nginx.conf.prod`.
            let is_live = matches!(ending, "live" | "prod" | "production");
            is_put || is_live && before.contains("nginx")
        }
        None => {
            let mut folders = path.ancestors().skip(1).filter_map(Utf8Path::file_name);
            let folder = folders.next().unwrap_or_default();
            // `roles/nginx/templates/default.j2`, `roles/webserver/templates/vhost.j2`.
            let (role, around) = (folders.next(), folders.next());
            let is_of_role = matches!(folder, "templates" | "files")
                && (role.is_some_and(|it| it.contains("nginx")) || around == Some("roles"));
            let programs = ["nginx", "gunicorn", "uwsgi", "supervisor", "entrypoint"];
            is_of_role || FOLDERS.contains(&folder) || programs.iter().any(|it| name.contains(it))
        }
    }
}

/// Whether the content cannot be of the format that the name promises. Scripts of other init
/// systems, Avahi and D-Bus have files called `.service` too.
pub fn is_refuted(kind: Kind, text: &str) -> bool {
    let mut lines = text.lines().map(str::trim);
    let first = lines.find(|line| !line.is_empty() && !line.starts_with(['#', ';']));
    let starts = |with: &str| first.is_some_and(|line| line.starts_with(with));
    match kind {
        Kind::Nginx => {
            starts("[") || is_of_another_server(text) || shows_image(text) || is_of_docker_gen(text)
        }
        Kind::Systemd => {
            text.starts_with("#!") || starts("<") || starts("[D-BUS") || is_of_upstart(text)
        }
        Kind::Crontab => text.starts_with("#!"),
        // A job of GitLab's (its "CI/CD YAML syntax reference") stands at the top as a service once did.
        Kind::Compose => {
            let has = |what: fn(&str) -> bool| text.lines().any(what);
            has(|it| it.starts_with([' ', '\t']) && it.trim_end().ends_with(" script:"))
                && !has(|it| it.starts_with("services:"))
        }
        // What a shell runs when somebody enters the folder (autoenv), or is told to read it.
        Kind::Dotenv => {
            let own = text.lines().map(str::trim);
            let any = |words: &[&str]| {
                own.clone().any(|line| words.iter().any(|word| line.starts_with(word)))
            };
            let ends = own.clone().any(|it| matches!(it, "fi" | "done" | "esac"));
            ends && any(&["if ", "for ", "case ", "while "])
                || any(&["source ", ". ", "workon ", "set -", "set +"])
        }
        _ => false,
    }
}

/// Whether a text is one that docker-gen makes a configuration of, out of whatever containers run: its
/// lines stand in branches of which most are never taken (docker-gen's README, "Templating").
fn is_of_docker_gen(text: &str) -> bool {
    text.contains("{{ define ") || text.contains("$CurrentContainer") || text.contains("$.Env.")
}

/// Whether somebody kept texts of several kinds in one file, with a line drawn between them
/// (`-----Original-----`), which no configuration has outside of comments.
fn is_notes(text: &str) -> bool {
    text.lines().map(str::trim).any(|it| it.starts_with("-----") || it.starts_with("====="))
}

/// Whether a text is a job of Upstart's (init(5) of Upstart): it has stanzas, and no sections.
fn is_of_upstart(text: &str) -> bool {
    const STANZAS: [&str; 5] = ["start on ", "stop on ", "respawn", "exec ", "script"];
    let mut lines = text.lines().map(str::trim);
    !lines.clone().any(|line| line.starts_with('['))
        && lines.any(|line| STANZAS.iter().any(|it| line.starts_with(it)))
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
        let is_compose = is_of_compose(text) || says_stage(&name) && is_of_first_format(text);
        return is_compose.then_some(Kind::Compose);
    }
    if lines().any(|line| {
        line.starts_with("[program:")
            || line.starts_with("[fcgi-program:")
            || line.starts_with("[watcher:")
            || line == "[supervisord]"
    }) {
        return Some(Kind::Supervisor);
    }
    if shows_image(text) {
        return Some(Kind::Dockerfile);
    }
    let says_when = || lines().any(|line| line.starts_with("start on ") || line == "respawn");
    if name.ends_with(".conf") && says_when() && is_of_upstart(text) {
        return Some(Kind::Upstart);
    }
    let shows =
        || shows_nginx(&lines().collect::<Vec<_>>()) || !name.contains('.') && is_site(text);
    if text.contains(';') && !is_of_docker_gen(text) && !is_notes(text) && shows() {
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

/// Whether a mapping has services, or the files that do, and nothing at its top that compose does not know
/// (Compose Specification, "Top-level elements"). Pipelines of CI have both as well.
fn is_of_compose(text: &str) -> bool {
    const KNOWN: &[&str] = &[
        "version", "name", "services", "networks", "volumes", "configs", "secrets", "include",
        "models",
    ];
    let starts = |line: &&str| line.starts_with(|it: char| it.is_alphanumeric());
    let tops = || text.lines().filter(starts).filter_map(|line| line.split_once(':'));
    // What GitLab includes says of what kind it is: `- local: …` (CI/CD YAML syntax reference).
    let is_of_gitlab = |line: &str| {
        let item = line.trim_start_matches([' ', '-']);
        ["local:", "project:", "remote:", "template:", "component:"]
            .iter()
            .any(|it| item.starts_with(it))
    };
    let is_not_gitlab = || !text.lines().any(is_of_gitlab);
    let mut parts = tops().filter(|(key, behind)| {
        behind.trim().is_empty() && (*key == "services" || *key == "include" && is_not_gitlab())
    });
    parts.next().is_some() && tops().all(|(key, _)| key.starts_with("x-") || KNOWN.contains(&key))
}

/// Whether a file of YAML is called after a stage and nothing else: `production.yml`.
fn says_stage(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(stem, _)| STAGES.contains(&stem))
}

/// What the first format of compose has below a service (docker-compose 1.3, "docker-compose.yml reference").
const OF_FIRST_FORMAT: &[&str] = &[
    "build",
    "cap_add",
    "cap_drop",
    "command",
    "container_name",
    "cpu_shares",
    "cpuset",
    "devices",
    "dns",
    "dns_search",
    "dockerfile",
    "domainname",
    "entrypoint",
    "env_file",
    "environment",
    "expose",
    "extends",
    "external_links",
    "extra_hosts",
    "hostname",
    "image",
    "labels",
    "links",
    "log_driver",
    "log_opt",
    "mac_address",
    "mem_limit",
    "memswap_limit",
    "net",
    "pid",
    "ports",
    "privileged",
    "read_only",
    "restart",
    "security_opt",
    "stdin_open",
    "tty",
    "user",
    "volume_driver",
    "volumes",
    "volumes_from",
    "working_dir",
];

/// Whether services stand at the top, two or more, each with an image, a build or one that it extends, and
/// with nothing that the first format of compose does not know.
fn is_of_first_format(text: &str) -> bool {
    let is_empty = |it: &&str| it.trim().is_empty() || it.trim_start().starts_with('#');
    let mut services: Vec<Vec<(&str, &str)>> = Vec::new();
    let mut depth = 0;
    for line in text.lines().filter(|it| !is_empty(it) && *it != "---") {
        let written = line.trim_start();
        let indent = line.len() - written.len();
        let key = written.split_once(':').map(|(key, behind)| (key, behind.trim()));
        match (key, services.last_mut()) {
            (Some((_, "")), _) if indent == 0 => {
                services.push(Vec::new());
                depth = 0;
            }
            (Some(pair), Some(pairs)) if indent > 0 && (depth == 0 || indent == depth) => {
                // Items of a list may stand as far left as its key.
                if !written.starts_with('-') {
                    depth = indent;
                    pairs.push(pair);
                }
            }
            (_, Some(_)) if indent > 0 => {}
            _ => return false,
        }
    }
    // A file and a service in it. What jobs of GitLab extend is one name.
    let is_service = |pairs: &Vec<(&str, &str)>| {
        pairs.iter().any(|it| matches!(*it, ("image" | "build", _) | ("extends", "")))
            && pairs.iter().all(|(key, _)| OF_FIRST_FORMAT.contains(key))
    };
    services.len() > 1 && services.iter().all(is_service)
}
