//! Migrations that scripts and Procfiles run without saying under which settings, where `manage.py` would
//! take those of development, with a database of their own.

use crate::fact::{Certainty, Fact};
use crate::model::build::named_stage::is_of_no_server;
use crate::model::django::{Entry, Project, Role, VARIABLE};
use crate::model::{Deployment, Files, Kind, Read, UnnamedMigration};
use crate::source::{Place, line_at};
use std::sync::Arc;

const COMMAND: &str = "manage.py migrate";

const SQLITE: &str = "django.db.backends.sqlite3";

/// Files by which platforms are told of variables.
const MANIFESTS: [&str; 6] =
    ["render.yaml", "app.json", "railway.toml", "railway.json", "fly.toml", "app.yaml"];

/// Asks for what may say after all which settings are meant.
pub(super) fn want(files: &Files) {
    if command(files).is_some() {
        let _ = may_be_named(files);
    }
}

pub(super) fn unnamed(files: &Files, deployments: &[Deployment]) -> Vec<UnnamedMigration> {
    let Some(command) = command(files).filter(|_| !may_be_named(files)) else { return Vec::new() };
    let mut found: Vec<UnnamedMigration> = Vec::new();
    let apps = deployments.iter().flat_map(|it| &it.processes);
    for project in apps.filter_map(|it| Some(&it.django.as_ref()?.project)) {
        if found.iter().any(|it| Arc::ptr_eq(&it.project, project)) {
            continue;
        }
        let Some((default, database)) = of_development(files, project) else { continue };
        found.push(UnnamedMigration {
            project: Arc::clone(project),
            command: command.clone(),
            default,
            database,
        });
    }
    // Of several nobody knows which one is migrated.
    if found.len() == 1 { found } else { Vec::new() }
}

/// Where a script or a Procfile migrates, and nothing in it names settings or reads variables.
fn command(files: &Files) -> Option<Fact<()>> {
    let is_for_servers = |read: &Read<'_>| {
        let below = files.from_root(read.path).1;
        !is_of_no_server(below)
    };
    let scripts = files.of(Kind::Shell).into_iter().filter(|read| {
        read.has(COMMAND) && !sets_variables(read.text) && !is_of_images(files, *read)
    });
    let procfiles = files.of(Kind::Procfile).into_iter();
    let place = scripts.chain(procfiles).filter(is_for_servers).find_map(|read| {
        let mut found = read.text.match_indices(COMMAND).map(|(at, _)| at);
        let at = found.find(|at| runs(read.text, *at))?;
        Some(Place::new(read.id, at, at + COMMAND.len()))
    })?;
    let why = "whoever runs it may have named other settings in the environment";
    Some(Fact::at((), place).doubt(Certainty::Likely, why))
}

/// Whether a line runs the command here and by itself: in no container, and for nobody to read.
fn runs(text: &str, at: usize) -> bool {
    let begin = text[..at].rfind('\n').map_or(0, |it| it + 1);
    let before = text[begin..at].trim_start();
    let others = ["docker", "exec ", "ssh ", "echo ", "printf ", "heroku", VARIABLE];
    let behind = text[at..].lines().next().unwrap_or_default();
    !before.starts_with('#')
        && !others.iter().any(|it| before.contains(it))
        && !behind.contains("--settings")
}

/// Whether a script names settings, or takes variables from a file.
fn sets_variables(text: &str) -> bool {
    let takes = |line: &str| {
        let line = line.trim_start();
        let sources = line.starts_with("source ") || line.starts_with(". ");
        sources && !line.contains("activate")
    };
    ["--settings", VARIABLE, "set -a", "export $(", "dotenv", "env $("]
        .iter()
        .any(|it| text.contains(it))
        || text.lines().any(takes)
}

/// Whether a compose file has a script, or an image that names settings.
fn is_of_images(files: &Files, script: Read<'_>) -> bool {
    let name = script.path.file_name().unwrap_or_default();
    let has = |read: &Read<'_>| read.has(name);
    files.of(Kind::Compose).iter().any(has)
        || files.of(Kind::Dockerfile).iter().any(|it| has(it) && it.has(VARIABLE))
}

/// Whether a guide, an example or what a platform reads speaks of the variable: then those who deploy
/// set it.
fn may_be_named(files: &Files) -> bool {
    let manifests = MANIFESTS.iter().flat_map(|it| files.named(it));
    let manifests = manifests.filter_map(|path| files.find(path).read()).collect::<Vec<_>>();
    let read = files.documents().into_iter().chain(manifests).chain(files.of(Kind::Dotenv));
    read.into_iter().any(|read| read.has(VARIABLE))
}

/// The module for development that `manage.py` names, and where its own SQLite is.
fn of_development(files: &Files, project: &Project) -> Option<(Fact<String>, Fact<()>)> {
    let manage = project.entries.iter().find(|it| it.kind == Entry::Manage)?;
    let default = manage.default.as_ref()?;
    let asks = ["dotenv", "read_env", "decouple", "environ.get", "getenv"];
    let is_fixed = !asks.iter().any(|it| files.read(manage.file).text.contains(it));
    let module = project.module(&default.value).filter(|it| it.role == Role::Development)?;
    let read = files.find(&module.path).read().filter(|_| is_fixed)?;
    // Of what is put together of variables, the site may have the same.
    let at = read.text.find(SQLITE).filter(|at| !line_at(read.text, *at).contains('('))?;
    let is_own = read.text.matches("DATABASES").count() == 1;
    let place = Place::new(read.id, at, at + SQLITE.len());
    is_own.then(|| (default.clone(), Fact::at((), place)))
}
