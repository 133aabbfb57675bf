//! Whether what a command starts is installed where it starts.
//!
//! Requirement files say what is; a name that any build step, script or workflow installs counts
//! as installed as well, wherever that runs.

use crate::fact::{Certainty, Fact, Origin};
use crate::model::build::drivers::{Driver, drivers};
use crate::model::command::{Celery, Program, Started};
use crate::model::project::Requirements;
use crate::model::scripted::{installing, names, steps};
use crate::model::{Django, Files, Found, Kind, Lacking, NeededBy};
use crate::syntax::requirements::Format;
use camino::Utf8PathBuf;

/// What a command lacks, at the words that need it, and what its settings do.
pub(super) fn lacking(files: &Files, django: &Django, started: &Started) -> Vec<Fact<Lacking>> {
    let (needs, drivers) = (needs(started), drivers(django));
    if needs.is_empty() && drivers.is_empty() {
        return Vec::new();
    }
    let requirements = &*django.requirements;
    if !requirements.has_django() {
        return Vec::new();
    }
    let lacks = |need: &Fact<&'static str>| {
        if need.value == "daphne" && brings_daphne(requirements) {
            return None;
        }
        let listed = absent(files, requirements, &[need.value])?;
        let takes_lines = takes_lines(files, &listed);
        let program = Lacking {
            distribution: need.value,
            takes_lines,
            by_image: requirements.is_told(),
            listed: listed.clone(),
            needed_by: NeededBy::Command,
        };
        Some(need.map(|_| program).given(&listed))
    };
    let lacked: Vec<_> = needs.iter().filter_map(lacks).collect();
    // A list without the server itself is not what is installed.
    let drivers = drivers.into_iter().filter(|_| lacked.is_empty());
    let without_driver = drivers.filter_map(|(driver, needed_by)| {
        let Driver { distributions, hints, .. } = driver.value;
        let of_conda = ["environment.yml", "environment.yaml"];
        let by_conda = of_conda.iter().any(|name| !files.named(name).is_empty());
        if requirements.may_bring(hints) || by_conda {
            return None;
        }
        // Django knows psycopg 3 since 4.2 (its release notes, "Psycopg 3 support").
        let django = requirements.of("django");
        let is_older = django.is_some_and(|it| it.value.at_least([4, 2]) == Some(false));
        let fits = |it: &&'static str| !is_older || !["psycopg", "psycopg-binary"].contains(it);
        let distributions: Vec<_> = distributions.iter().copied().filter(fits).collect();
        let listed = absent(files, requirements, &distributions)?;
        let distribution = *distributions.first()?;
        let lacking = Lacking {
            distribution,
            takes_lines: false,
            by_image: requirements.is_told(),
            listed: listed.clone(),
            needed_by,
        };
        Some(driver.map(|_| lacking))
    });
    let without_driver: Vec<_> = without_driver.collect();
    lacked.into_iter().chain(without_driver).collect()
}

/// Channels needs daphne before its version 4, and may have been installed as an older one (its
/// release notes, "4.0.0").
fn brings_daphne(requirements: &Requirements) -> bool {
    let version = requirements.of("channels");
    version.is_some_and(|it| it.value.at_least([4]) != Some(true))
}

/// The same of a command of the machine itself, unless the program is the system's own: what its
/// packages bring is in no requirement file.
pub(super) fn lacking_on_host(
    files: &Files,
    django: Option<&Django>,
    started: &Started,
) -> Vec<Fact<Lacking>> {
    let of_system = ["/usr/", "/bin/", "/snap/", "/opt/conda"];
    let of_system = of_system.iter().any(|it| started.executable.value.starts_with(it));
    let own = django.filter(|_| !of_system);
    own.map(|it| lacking(files, it, started)).unwrap_or_default()
}

/// Whether what is installed lies in the tree, whatever is listed: its root is a virtualenv as well. Those
/// beside the code are left out of the tree.
pub(super) fn lies_in_tree(files: &Files) -> bool {
    let is_virtualenvs = |it: &Utf8PathBuf| it.parent().is_some_and(|it| it.ends_with("bin"));
    files.files_named("activate").any(is_virtualenvs)
}

/// Where one of these distributions would have to be listed, if surely none of them is installed.
fn absent(files: &Files, requirements: &Requirements, any: &[&str]) -> Option<Fact<()>> {
    let mut listed: Option<Fact<()>> = None;
    for name in any {
        let has = requirements.has(name)?;
        if has.value || !requirements.is_told() && files.scripted().installs(name) {
            return None;
        }
        let here = has.map(|_| ());
        listed = Some(listed.map_or_else(|| here.clone(), |it| it.given(&here)));
    }
    let mut listed = listed?;
    if requirements.is_told() {
        return Some(listed);
    }
    if lies_in_tree(files) {
        return None;
    }
    if !is_installed_by_file(files) {
        listed = listed.doubt(Certainty::Likely, "nothing in view installs the files");
    }
    for name in any {
        match told(files, name) {
            Told::Nowhere => {}
            Told::By(document) => {
                // Of the doubts that there are, this is the one that somebody wrote down.
                let within = listed.evidence().place()?;
                let document = files.from_root(&document).1;
                let why = format!("{document} says to install it by hand");
                listed = Fact::new((), Origin::Absent { within }).doubt(Certainty::Likely, &why);
                break;
            }
            Told::Unread => return None,
        }
    }
    Some(listed)
}

/// Whether a file is a plain list that people write: what is compiled or hashed is not.
fn takes_lines(files: &Files, listed: &Fact<()>) -> bool {
    let Some(place) = listed.evidence().place() else { return false };
    let read = files.read(place.file);
    let made = ["--hash=", "pip-compile", "autogenerated", "{%"];
    Format::of(read.path) == Some(Format::Requirements) && !made.iter().any(|mark| read.has(mark))
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
    // `celery` has no such command of its own.
    let is_flower = started.program.value == Program::Celery(Celery::Flower);
    let flower = is_flower.then(|| started.executable.map(|_| "flower"));
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
    server.into_iter().chain(flower).chain(class).chain(scheduler).collect()
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

/// Whether a text tells people to install it. Most do not even name it.
fn tells(text: &str, distribution: &str) -> bool {
    names(&[text.to_ascii_lowercase()], distribution) && names(&installing(text), distribution)
}

/// Whether a document of the tree tells people to install it.
fn told(files: &Files, distribution: &str) -> Told {
    let is_own = |path: &&Utf8PathBuf| !path.as_str().contains("/site-packages/");
    let documents = files.guides().iter().copied().filter(is_own).take(MOST_DOCUMENTS);
    let (mut unread, mut by) = (false, None);
    // To the end: all that are to be read are asked for in one round.
    for path in documents {
        match files.find(path) {
            Found::Read(read) if read.parsed.kind() == Kind::Requirements => {}
            Found::Read(read) if by.is_none() && tells(read.text, distribution) => {
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
    steps(files).into_iter().any(|text| {
        let flat = text.replace("\\\n", " ");
        // What one stage makes wheels of, the next installs.
        let by_file = flat.lines().any(|line| {
            let installs = line.contains("install") || line.contains("wheel ");
            line.contains("pip") && installs && line.contains(" -r")
        });
        by_file || STEPS.iter().any(|step| flat.contains(step))
    })
}
