//! The env files of the tree, and what each is there for.

use crate::fact::{Fact, secret};
use crate::model::build::committed;
use crate::model::build::env_loads::Load;
use crate::model::build::named_stage::{of_ci, stage_of};
use crate::model::compose::Location;
use crate::model::django;
use crate::model::{
    Answered, Asked, Deployment, EnvFile, EnvReader, Files, Kind, Mount, Read, Stage, Storage,
};
use crate::source::{FileId, Place};
use crate::syntax::Parsed;
use crate::syntax::dotenv::{self, Line};
use crate::syntax::kind;
use crate::syntax::python::ast::{ExpressionKind, Module};
use crate::syntax::python::{self, each_expression, within};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeSet;

pub(super) fn env_files(files: &Files, deployments: &[Deployment], loads: &[Load]) -> Vec<EnvFile> {
    let found = files.of(Kind::Dotenv).into_iter().filter_map(|read| env_file(files, read));
    let mut found: Vec<EnvFile> = found.collect();
    for file in &mut found {
        file.documents &= !is_loaded(files, file, deployments);
        file.stage = file.stage.or_else(|| stage_of_readers(file, deployments));
        file.stage = stage_of_mounts(files, file, deployments).or(file.stage);
        file.readers = readers(files, file, deployments, loads);
        file.stage = file.stage.or_else(|| stage_of_settings(file, deployments));
        file.is_taken_by_few = is_taken_by_few(file, deployments);
    }
    found.retain(|file| !file.readers.is_empty() || !is_python(files, file));
    found
}

/// Whether what no reader of env files understands is a program of Python, as settings that are kept
/// for production under the name of an env file.
fn is_python(files: &Files, file: &EnvFile) -> bool {
    let Some(start) = file.start.written_at() else { return false };
    let is_foreign = |line: &Line| matches!(line, Line::Other(_));
    file.tree.lines.iter().any(is_foreign)
        && python::parse(start.file, files.read(start.file).text).1.is_empty()
}

/// Whether settings or a service take their variables from this very file, whatever it is called:
/// what is to be copied first is named by nobody.
fn is_loaded(files: &Files, file: &EnvFile, deployments: &[Deployment]) -> bool {
    let Some(start) = file.start.written_at() else { return false };
    deployments.iter().any(|deployment| {
        let projects = deployment.processes.iter().filter_map(|it| it.django.as_ref());
        let mut reads = projects.clone().flat_map(|it| &it.evaluation.reads);
        let from_it = |read: &Asked| match &read.answer {
            Answered::Loaded(from) => from.place().is_some_and(|it| it.file == start.file),
            Answered::Set(_) | Answered::Absent | Answered::Unknown(_) => false,
        };
        let mut modules = projects.flat_map(|it| &it.evaluation.modules);
        // What an environment that is not in view may have first is not taken from the file.
        let by_name = |module: &FileId| match files.read(*module).parsed {
            Parsed::Python(module) => loads_by_name(module, file.name()),
            _ => false,
        };
        by_services(deployment).any(|it| *it == file.path)
            || reads.any(from_it)
            || modules.any(by_name)
    })
}

/// The files of the tree that services of compose name as their env files.
fn by_services(deployment: &Deployment) -> impl Iterator<Item = &Utf8PathBuf> {
    let services = deployment.compose.iter().flat_map(|it| &it.services);
    let named = services.flat_map(|it| &it.env_files).filter_map(|it| it.location.as_ref());
    named.filter_map(|it| match &it.value {
        Location::Tree(path) => Some(path),
        Location::Host(_) | Location::Home(_) | Location::Remote(_) => None,
    })
}

/// What an example is for that services for developers read once it is copied, and nobody else in view.
fn stage_of_readers(file: &EnvFile, deployments: &[Deployment]) -> Option<Stage> {
    let is_it = |path: &Utf8PathBuf| {
        path.parent() == file.path.parent() && path.file_name().is_some_and(|it| file.is_for(it))
    };
    let reads = |deployment: &&Deployment| by_services(deployment).any(is_it);
    let mut readers = deployments.iter().filter(|it| file.documents && reads(it)).peekable();
    let is_read = readers.peek().is_some();
    let for_developers = |it: &Deployment| it.stage.value == Stage::Development;
    (is_read && readers.all(for_developers)).then_some(Stage::Development)
}

/// Whether nothing in view takes a file but services for developers or tests. The `.env` of a folder is found
/// by other programs as well, and named by none.
fn is_taken_by_few(file: &EnvFile, deployments: &[Deployment]) -> bool {
    let is_docker = |it: &EnvReader| matches!(it, EnvReader::Compose | EnvReader::Docker);
    let is_composed =
        file.readers.contains(&EnvReader::Compose) && file.readers.iter().all(is_docker);
    let takes = |it: &&Deployment| by_services(it).any(|path| *path == file.path);
    let mut takers = deployments.iter().filter(takes).peekable();
    // A file of its name that lies wherever a variable or the machine says may be this one.
    let may_take = |it: &Deployment| !it.stage.value.is_for_few() && names_outside(it, file.name());
    is_composed
        && !file.is_for(".env")
        && takers.peek().is_some()
        && takers.all(|it| it.stage.value.is_for_few())
        && !deployments.iter().any(may_take)
}

/// Whether a service names an env file of this name that is not known to lie in the tree.
fn names_outside(deployment: &Deployment, name: &str) -> bool {
    let services = deployment.compose.iter().flat_map(|it| &it.services);
    services.flat_map(|it| &it.env_files).any(|it| {
        let is_in_tree =
            it.location.as_ref().is_some_and(|it| matches!(it.value, Location::Tree(_)));
        !is_in_tree && it.path.to_string().rsplit('/').next() == Some(name)
    })
}

/// What a file is for that only services for developers are given, by itself or with the folder that it lies
/// in, which has nothing else. Who mounts more means the code. That a folder is called after a server
/// (`lpss-server.settings`) says less; what is called after production is meant for it, whoever tries it.
fn stage_of_mounts(files: &Files, file: &EnvFile, deployments: &[Deployment]) -> Option<Stage> {
    let holds_such = |folder: &Utf8Path| {
        let env: BTreeSet<&Utf8Path> = files.of(Kind::Dotenv).iter().map(|it| it.path).collect();
        let mut children = files.tree.children(folder).map(|(path, _)| path.as_path());
        children.all(|it| env.contains(it))
    };
    let means_it = |mount: &Mount| match &mount.from {
        Storage::Checkout(from) => {
            *from == file.path || Some(from.as_path()) == file.path.parent() && holds_such(from)
        }
        _ => false,
    };
    let mounts =
        |it: &&Deployment| it.views.iter().any(|view| view.mounts_of(&file.path).any(means_it));
    let mut takers = deployments.iter().filter(mounts).peekable();
    let is_named = ["prod", "live", "stag"].iter().any(|it| file.below.as_str().contains(it));
    let is_taken = takers.peek().is_some() && !is_named && !file.is_for(".env");
    (is_taken && takers.all(|it| it.stage.value == Stage::Development))
        .then_some(Stage::Development)
}

/// Functions of libraries that load an env file.
const LOADERS: [&str; 6] =
    ["load_dotenv", "read_dotenv", "dotenv_values", "read_env", "read_envfile", "RepositoryEnv"];

fn loads_by_name(module: &Module, name: &str) -> bool {
    let mut loads = false;
    each_expression(&module.body, &mut |call| {
        let ExpressionKind::Call { function, .. } = &call.kind else { return };
        let called = match &function.kind {
            ExpressionKind::Name(name) => name,
            ExpressionKind::Attribute { name, .. } => &name.text,
            _ => return,
        };
        if LOADERS.contains(&called.as_str()) {
            within(call, &mut |part| {
                let text = part.as_str().and_then(|it| it.rsplit('/').next());
                loads |= text == Some(name);
            });
        }
    });
    loads
}

fn readers(
    files: &Files,
    file: &EnvFile,
    deployments: &[Deployment],
    loads: &[Load],
) -> BTreeSet<EnvReader> {
    let mut readers = BTreeSet::new();
    let is_named = |path: &str| file.is_for(path.rsplit('/').next().unwrap_or(path));
    for deployment in deployments {
        let projects = deployment.compose.iter();
        let beside = |folder: &camino::Utf8Path| file.path.parent() == Some(folder);
        let by_compose = projects.clone().any(|it| beside(&it.folder) && file.is_for(".env"));
        let named = projects.flat_map(|it| &it.services).flat_map(|it| &it.env_files);
        if by_compose || named.into_iter().any(|it| is_named(&it.path.to_string())) {
            _ = readers.insert(EnvReader::Compose);
        }
        for process in &deployment.processes {
            let by_unit = deployment.unit(process).is_some();
            let named = process.environment.sources().iter().any(|it| is_named(&it.value));
            if by_unit && named {
                _ = readers.insert(EnvReader::Systemd);
            }
            let reads = process.django.iter().flat_map(|it| &it.evaluation.reads);
            let mut libraries = reads.map(|read| read.library);
            // Both have to be told to, wherever that is.
            let ran = || process.django.iter().flat_map(|it| it.evaluation.ran());
            let is_told = || ran().any(|id| files.read(id).text.contains("read_env"));
            let by_library = libraries.any(|it| match it {
                "environ" | "environs" => is_told(),
                "decouple" | "dotenv" => true,
                _ => false,
            });
            if by_library && file.is_for(".env") {
                _ = readers.insert(EnvReader::Python);
            }
        }
    }
    if files.scripted().handed().any(is_named) {
        _ = readers.insert(EnvReader::Docker);
    }
    let sourced = loads.iter().map(|load| load.path.as_str());
    let mut sourced = sourced.chain(files.scripted().sourced());
    // `.envs/.local/.django` has the name of production's, and another folder.
    let is_of_another_stage = |path: &str| {
        let stage = stage_of_path(Utf8Path::new(path), stage_of);
        stage.is_some_and(|it| file.stage.is_some_and(|own| own != it))
    };
    if sourced.any(|it| is_named(it) && !is_of_another_stage(it)) {
        _ = readers.insert(EnvReader::Shell);
    }
    readers
}

/// What the name of a file says of its stage, or that of the nearest folder that says something.
fn stage_of_path(path: &Utf8Path, said: impl Fn(&str) -> Option<Stage>) -> Option<Stage> {
    path.components().rev().find_map(|part| said(part.as_str()))
}

pub(super) fn env_file(files: &Files, read: Read<'_>) -> Option<EnvFile> {
    let Parsed::Dotenv(tree) = read.parsed else { return None };
    let start = Place::new(read.id, 0, 0);
    let below = files.from_root(read.path).1;
    // What is rendered says nothing before it is.
    let rendered = read.has("{{") || read.has("{%");
    if rendered {
        return None;
    }
    Some(EnvFile {
        path: read.path.to_owned(),
        below: below.to_owned(),
        start: Fact::at((), start),
        stage: stage_of_path(below, |it| stage_of(it).or_else(|| of_ci(it))),
        documents: kind::is_template(read.path)
            || below.ancestors().any(kind::is_example)
            || is_blanked(tree),
        ignored: files.tree.is_ignored(read.path),
        committed: committed::tracked(files, read.path).map(|it| it.at(start)),
        readers: BTreeSet::new(),
        is_taken_by_few: false,
        tree: tree.clone(),
        made_up: made_up(read),
        project: project_of(files, read.path),
    })
}

/// Whether somebody wrote one and the same placeholder in the place of nearly every text, so that the file
/// shows what there is to fill in, whatever it is called.
fn is_blanked(tree: &dotenv::Tree) -> bool {
    let first_line = |text: &str| text.lines().next().unwrap_or_default().trim().to_owned();
    let bare = |text: &str| first_line(text).trim_matches(['"', '\'']).to_owned();
    let is_switch = |it: &String| {
        matches!(it.to_ascii_lowercase().as_str(), "" | "true" | "false" | "on" | "off")
            || it.bytes().all(|byte| byte.is_ascii_digit())
    };
    let values = tree.assignments().map(|it| bare(&it.value.value));
    let values: Vec<String> = values.filter(|it| !is_switch(it)).collect();
    let Some(blank) = values.first() else { return false };
    let alike = values.iter().filter(|it| *it == blank).count();
    alike > 2 && alike * 10 >= values.len() * 9 && secret::is_placeholder(blank)
}

/// The first comment that says of several values that they are no real ones.
fn made_up(read: Read<'_>) -> Option<Place> {
    const SEVERAL: [&str; 7] =
        ["credentials", "data", "keys", "passwords", "secrets", "tokens", "values"];
    const MADE_UP: [&str; 7] =
        ["fictional", "fictitious", "made up", "made-up", "dummy", "fake", "not real"];
    let line = read.text.lines().find(|line| {
        let text = line.trim_start().strip_prefix('#').unwrap_or_default().to_ascii_lowercase();
        let mut words = text.split(|it: char| !it.is_ascii_alphanumeric());
        !text.contains('=')
            && MADE_UP.iter().any(|it| text.contains(it))
            && words.any(|it| SEVERAL.contains(&it))
    })?;
    Some(Place::of(read.id, read.text, line))
}

/// What chooses settings for development is a developer's own, if no container is given it.
fn stage_of_settings(file: &EnvFile, deployments: &[Deployment]) -> Option<Stage> {
    let live = deployments.iter().filter(|it| it.stage.value != Stage::Development);
    let given = file.readers.contains(&EnvReader::Systemd)
        || live.into_iter().flat_map(by_services).any(|it| *it == file.path);
    let module = file.value("DJANGO_SETTINGS_MODULE")?;
    let is_developers = django::role(&module.value) == django::Role::Development;
    (is_developers && !file.documents && !given).then_some(Stage::Development)
}

/// The folder of the project that a file lies with, or of a program of Node's.
pub(super) fn project_of(files: &Files, path: &Utf8Path) -> Option<Utf8PathBuf> {
    let mut around = path.ancestors().skip(1);
    let has = |folder: &Utf8Path, name: &str| files.tree.is_file(&folder.join(name));
    around.find(|it| has(it, "manage.py") || has(it, "package.json")).map(Utf8Path::to_owned)
}
