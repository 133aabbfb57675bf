//! Whether what a command starts is installed where it starts.
//!
//! Requirement files say what is; a name that any build step, script or workflow installs counts
//! as installed as well, wherever that runs.

use crate::fact::{Certainty, Fact};
use crate::model::command::{Program, Started};
use crate::model::project::Requirements;
use crate::model::{Files, Found, Kind, Lacking};
use camino::{Utf8Path, Utf8PathBuf};

/// What a command lacks, at the words that need it.
pub(super) fn lacking(files: &Files, project: &Utf8Path, started: &Started) -> Vec<Fact<Lacking>> {
    let needs = needs(started);
    if needs.is_empty() {
        return Vec::new();
    }
    let requirements = Requirements::gather(files, project, &[]);
    if requirements.has("django").is_none_or(|it| !it.value) {
        return Vec::new();
    }
    let lacks = |need: &Fact<&'static str>| {
        let has = requirements.has(need.value)?;
        if has.value || is_named(files, need.value) {
            return None;
        }
        let mut listed = has.map(|_| ());
        if !is_installed_by_file(files) {
            listed = listed.doubt(Certainty::Likely, "nothing in view installs the files");
        }
        match told(files, need.value) {
            Told::Nowhere => {}
            Told::By(document) => {
                let why = format!("{document} says to install it by hand");
                listed = listed.doubt(Certainty::Likely, &why);
            }
            Told::Unread => return None,
        }
        let lacking = need.map(|distribution| Lacking { distribution, listed: listed.clone() });
        Some(lacking.given(&listed))
    };
    needs.iter().filter_map(lacks).collect()
}

fn needs(started: &Started) -> Vec<Fact<&'static str>> {
    let server = match started.program.value {
        Program::Gunicorn => Some("gunicorn"),
        Program::Uvicorn => Some("uvicorn"),
        Program::Daphne => Some("daphne"),
        Program::Hypercorn => Some("hypercorn"),
        Program::Granian => Some("granian"),
        Program::Waitress => Some("waitress"),
        Program::Celery(_) => Some("celery"),
        Program::Uwsgi
        | Program::Manage(_)
        | Program::Nginx
        | Program::Caddy
        | Program::Redis
        | Program::Postgres
        | Program::Shell
        | Program::Other => None,
    };
    let server = server.map(|name| started.executable.map(|_| name));
    let class =
        started.worker_class.as_ref().filter(|_| started.program.value == Program::Gunicorn);
    let class = class.and_then(|class| {
        class.try_map(|class| match class.as_str() {
            "gevent" => Some("gevent"),
            "eventlet" => Some("eventlet"),
            "uvicorn_worker.UvicornWorker" => Some("uvicorn-worker"),
            class if class.starts_with("uvicorn.workers.") => Some("uvicorn"),
            _ => None,
        })
    });
    let scheduler = started.scheduler.as_ref().and_then(|scheduler| {
        scheduler.try_map(|it| it.starts_with("django_celery_beat").then_some("django-celery-beat"))
    });
    server.into_iter().chain(class).chain(scheduler).collect()
}

/// Whether a script or a build of the tree installs it by name.
pub(super) fn is_named(files: &Files, distribution: &str) -> bool {
    steps(files).any(|text| installs(text, distribution))
}

fn installs(text: &str, distribution: &str) -> bool {
    const WORDS: [&str; 7] = ["install", " add ", " sync", "pip ", "conda", "--with", "apk "];
    let underscored = distribution.replace('-', "_");
    let text = text.replace("\\\n", " ");
    text.lines().map(str::to_ascii_lowercase).any(|line| {
        WORDS.iter().any(|it| line.contains(it))
            && (line.contains(distribution) || line.contains(&underscored))
    })
}

/// More documents than these are no guide to installing.
const MOST_DOCUMENTS: usize = 200;

/// What the documents of a tree say about installing something.
enum Told {
    By(Utf8PathBuf),
    Nowhere,
    /// There is one that will be read.
    Unread,
}

/// Whether a document of the tree tells people to install it.
fn told(files: &Files, distribution: &str) -> Told {
    let is_document = |path: &Utf8Path| {
        matches!(path.extension(), Some("md" | "rst" | "txt"))
            && !path.as_str().contains("/site-packages/")
    };
    let documents = files.tree.files().filter(|path| is_document(path)).take(MOST_DOCUMENTS);
    let (mut unread, mut by) = (false, None);
    // To the end: all that are to be read are asked for in one round.
    for path in documents {
        match files.find(path) {
            Found::Read(read) if read.parsed.kind() == Kind::Requirements => {}
            Found::Read(read) if by.is_none() && installs(read.text, distribution) => {
                by = Some(path.to_owned());
            }
            Found::Read(_) | Found::Folder | Found::Absent => {}
            Found::Wanted => unread = true,
        }
    }
    match by {
        _ if unread => Told::Unread,
        Some(path) => Told::By(path),
        None => Told::Nowhere,
    }
}

/// Whether some step installs what requirement files list.
fn is_installed_by_file(files: &Files) -> bool {
    const STEPS: [&str; 7] = [
        "install -r",
        "install --requirement",
        "uv sync",
        "uv pip install",
        "poetry install",
        "pipenv",
        "pdm ",
    ];
    steps(files).any(|text| {
        let flat = text.replace("\\\n", " ");
        let by_file = flat
            .lines()
            .any(|line| line.contains("pip") && line.contains("install") && line.contains(" -r"));
        by_file || STEPS.iter().any(|step| flat.contains(step))
    })
}

fn steps<'a>(files: &Files<'a>) -> impl Iterator<Item = &'a str> {
    let kinds = [Kind::Dockerfile, Kind::Shell, Kind::Workflow, Kind::Makefile, Kind::Compose];
    let reads = kinds.into_iter().flat_map(|kind| files.of(kind));
    reads.map(|read| read.text).collect::<Vec<_>>().into_iter()
}
