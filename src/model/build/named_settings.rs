//! Which settings module a process loads: what the environment names, or the entry point does.

use crate::fact::{Certainty, Fact, Lookup, symbol};
use crate::model::build::apps::{Home, is_nowhere};
use crate::model::build::{declared, example};
use crate::model::command::{Celery, Program, Started};
use crate::model::django::{self, Entry, EntryPoint, Project, Role, SettingsModule};
use crate::model::process::Named;
use crate::model::{Files, Found, ProcessKind};
use crate::python;
use crate::source::Place;
use std::sync::Arc;

/// Environment first, then what the entry point names.
pub(super) fn settings_module(
    files: &Files,
    project: &Project,
    started: &Started,
    entry: Option<&EntryPoint>,
    begun: &python::Started,
    home: &Home,
) -> Option<(Fact<String>, Named)> {
    if let Some(settings) = &started.settings {
        return Some((settings.clone(), Named::Environment));
    }
    let default =
        |entry: &EntryPoint| Some((entry.default.clone()?, Named::Default(entry.clone())));
    if let Some(entry) = entry.filter(|entry| entry.forced) {
        return default(entry);
    }
    let declared = declared::settings(files, project, entry, home);
    let set = home.environment.get(django::VARIABLE);
    let template = match &set {
        Lookup::Set(name) if symbol::is_symbolic(&name.value) => Some(name.value.to_string()),
        Lookup::Set(_) | Lookup::Unknown(_) | Lookup::Absent => None,
    };
    let named = match set {
        Lookup::Set(name) if symbol::is_symbolic(&name.value) => {
            Lookup::Unknown(name.map(|_| Arc::from("a template's name is to be filled in")))
        }
        named => named,
    };
    match named {
        Lookup::Set(name) => Some((name, Named::Environment)),
        Lookup::Unknown(_) if declared.is_some() => declared,
        Lookup::Absent => match (&begun.settings, default(entry?)) {
            // What it names may come from a file that it loads before.
            (Some(name), Some((own, named))) if *name.value == own.value => Some((own, named)),
            (Some(name), _) => Some((name.clone(), Named::Environment)),
            (None, Some((name, named))) if begun.misses_env => {
                let why = "what the entry point loads may name other settings";
                Some((unless_only(files, project, name, why), named))
            }
            (None, own) => own.or(declared).or_else(|| for_production(files, project)),
        },
        Lookup::Unknown(why) => {
            let own = default(entry?);
            if let Some((own, _)) = &own
                && home.left_out.is_some()
                && let Some(module) = for_containers(files, project, &own.value)
            {
                return Some(module);
            }
            if let Some(name) = example::settings_module(files, project) {
                return Some((name, Named::Environment));
            }
            // What only the server has of that name is the server's.
            let is_there = |name: &str| django::find_module(files, &project.root, name).is_some();
            if let Some((name, _)) = for_production(files, project)
                && own.as_ref().is_some_and(|(own, _)| {
                    is_there(&own.value)
                        && (is_not_for_servers(&own.value)
                            || are_beside(&own.value, &name.value)
                            || is_bare_package(project, &own.value, &name.value))
                        || template
                            .as_ref()
                            .is_some_and(|it| may_become(it, &name.value, &own.value))
                })
            {
                return Some((name, Named::Environment));
            }
            // What the template cannot come to is not what runs.
            let may_run =
                |own: &str| template.as_ref().is_none_or(|it| symbol::may_become(it, own));
            let own = own.filter(|(own, _)| may_run(&own.value));
            let (name, named) = own.or_else(|| for_production(files, project))?;
            let why = format!("the environment may name other settings: {why}");
            let open = home.environment.openings();
            // Of an image that nobody has seen, the code may be another as well.
            let by_file = !open.is_empty()
                && open.iter().all(|it| it.place.is_some())
                && home.environment.layers(django::VARIABLE).is_empty();
            Some(match by_file {
                true => (unless_only(files, project, name, &why), named),
                false => (name.doubt(Certainty::Likely, &why), named),
            })
        }
    }
}

/// What an entry point names for whoever says nothing, as cookiecutter-django's `asgi.py` and
/// `manage.py` do. A server's environment that is not in view says something.
fn is_not_for_servers(module: &str) -> bool {
    matches!(django::role(module), Role::Development | Role::Test)
}

/// Whether the module that an entry point names is one of several in a package, of which another is
/// called after production: a server that says something says that one.
fn are_beside(own: &str, production: &str) -> bool {
    let package = |name: &str| name.rsplit_once('.').map(|(package, _)| package.to_owned());
    own != production
        && package(own).is_some_and(|it| it.contains('.') && Some(it) == package(production))
}

/// Whether what an entry point names is the package alone that the settings for production are in: it
/// has none of its own, and whoever serves the site says which it is.
fn is_bare_package(project: &Project, own: &str, production: &str) -> bool {
    django::is_below(production, own) && project.is_empty(own)
}

/// Whether a template's name may come to be that of production once it is filled in, and not the one
/// that the entry point names.
fn may_become(template: &str, production: &str, own: &str) -> bool {
    symbol::may_become(template, production) && !symbol::may_become(template, own)
}

/// A name that another may replace, if the project has another to be named.
fn unless_only(files: &Files, project: &Project, name: Fact<String>, why: &str) -> Fact<String> {
    match django::may_be_another(files, project, &name.value) {
        true => name.doubt(Certainty::Likely, why),
        false => name,
    }
}

pub(super) fn entry<'p>(
    files: &Files,
    project: &'p Project,
    started: &Started,
) -> Option<&'p EntryPoint> {
    let app = started.app.as_ref().filter(|app| !app.value.is_to_be_filled_in());
    let is_there = |name: &&str| {
        let package = name.split('.').next().unwrap_or_default();
        !is_nowhere(files, project, package)
    };
    let module = app.map(|app| app.value.module.as_str()).filter(is_there);
    let kind = match &started.program.value {
        // `django-admin` runs no `manage.py`, and so has no settings by default (django-admin's documentation).
        Program::Manage(_) if started.program_name() == "django-admin" => return None,
        Program::Manage(_) => return project.entry(Entry::Manage, None),
        Program::Celery(
            Celery::Worker | Celery::WorkerAndBeat | Celery::Beat | Celery::Flower | Celery::Other,
        ) => {
            let celery = module.map(|module| format!("{module}.celery"));
            return project
                .entry(Entry::Celery, module)
                .or_else(|| project.entry(Entry::Celery, celery.as_deref()))
                .or_else(|| project.entry(Entry::Celery, None));
        }
        program if started.kind(false) == ProcessKind::Asgi && program.is_server() => Entry::Asgi,
        _ => Entry::Wsgi,
    };
    // The module counts, whatever it is called.
    let any = [Entry::Wsgi, Entry::Asgi].into_iter().find_map(|kind| project.entry(kind, module));
    any.or_else(|| if module.is_none() { project.entry(kind, None) } else { None })
}

/// The module that is named for production, where an entry point names one that nobody knows.
fn for_production(files: &Files, project: &Project) -> Option<(Fact<String>, Named)> {
    let module = project.production()?;
    let why = "which settings the process names is not known, and these are named for production";
    assumed(files, module, why)
}

/// The settings that stand beside those of an entry point, and are called after containers: whoever
/// runs one and gives it variables names them.
fn for_containers(files: &Files, project: &Project, own: &str) -> Option<(Fact<String>, Named)> {
    let (package, _) = own.rsplit_once('.')?;
    let name = format!("{package}.docker");
    let module = project.module(&name).filter(|_| name != own)?;
    let is_part = project.module(own).is_some_and(|own| own.imports.contains(&name));
    let why = "which settings the process names is not known, and these are named for containers";
    assumed(files, module, why).filter(|_| !is_part)
}

fn assumed(files: &Files, module: &SettingsModule, why: &str) -> Option<(Fact<String>, Named)> {
    let Found::Read(read) = files.find(&module.path) else { return None };
    let place = Place::new(read.id, 0, 0);
    let name = Fact::at(module.name.clone(), place).doubt(Certainty::Likely, why);
    Some((name, Named::Assumed))
}
