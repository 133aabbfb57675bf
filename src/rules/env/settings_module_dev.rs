//! See the page.

use crate::diagnostic::{Diagnostic, Edit, Findings, Safety, Severity, Subject};
use crate::fact::{Fact, Lookup};
use crate::model::django::{Entry, EntryPoint, Project, Role, VARIABLE};
use crate::model::{
    ALLOWED_HOSTS, DEBUG, Deployment, Django, EnvFile, EnvReader, Named, Process, WSGI_APPLICATION,
};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "env/settings-module-dev",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &["env/debug-on", "env/settings-module-divergent", "env/settings-module-unusable"],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/env/settings-module-dev.md"),
};

const SHARED: &str = "the settings that all environments share";
const DEVELOPMENT: &str = "the settings for development";

fn check(deployment: &Deployment, out: &mut Findings) {
    for process in deployment.processes.iter().filter(|process| !process.is_for_developers()) {
        let Some(django) = &process.django else { continue };
        let is_given = || deployment.surroundings.is_given_by_manifests(VARIABLE);
        match &django.named {
            Named::Assumed if is_given() => {}
            Named::Environment if is_open(deployment, process) && is_given() => {}
            Named::Assumed => entry_points(deployment, &django.project, process, out),
            // Who starts an image by itself may name others, or forget to.
            Named::Environment if is_open(deployment, process) => {
                entry_points(deployment, &django.project, process, out)
            }
            Named::Declared(Some(entry)) => {
                until_named(deployment, &django.project, process, (entry, None), out);
                deployed(deployment, process, django, out);
            }
            Named::Declared(None) | Named::Environment | Named::Default(_) => {
                deployed(deployment, process, django, out)
            }
        }
    }
}

/// Whether an image runs by itself, and nobody in view says which settings it has.
fn is_open(deployment: &Deployment, process: &Process) -> bool {
    let named = process.environment.get(VARIABLE);
    deployment.alone.is_some() && matches!(named, Lookup::Unknown(_))
}

/// A process whose settings are those of development, or what production is made of.
fn deployed(deployment: &Deployment, process: &Process, django: &Django, out: &mut Findings) {
    let Some(production) = django.project.production_beside(&django.module.value) else { return };
    let Some(what) = what_else(&django.project, &django.module.value, process) else { return };
    let module = &django.module;
    if django.may_be_replaced() || django.replaced || deployment.may_load_others() {
        return;
    }
    let finding = out.report(
        process,
        format!("`{}` loads {what}, not the settings for production", process.name),
        module.label(format!("names `{module}`")),
    );
    let debug = process.fact().get(DEBUG);
    if let Some(debug) = debug.as_ref().filter(|debug| debug.value) {
        finding.also(debug.label("DEBUG is on there"));
    }
    // Settings by no name of a base that nothing shows to be unfit for production: somebody may have
    // meant them.
    let role = django.project.module(&module.value).map(|it| it.role);
    let star = django.project.star_import(&module.value);
    let is_plain = what == SHARED && role == Some(Role::Plain) && star.is_none();
    let is_unfit = match debug {
        Some(debug) if debug.value => true,
        Some(_) => process.fact().get(ALLOWED_HOSTS).is_some_and(|it| it.value.is_empty()),
        None => false,
    };
    // A script that starts a server with those for production may be how the site is started.
    if is_plain && !is_unfit || names_at_start(deployment, production) {
        finding.at_most(Severity::Warning);
    }
    if let Some(star) = django.project.star_import(&django.module.value) {
        finding.also(star.label(under_another_name(star)));
    }
    if let Named::Default(entry) | Named::Declared(Some(entry)) = &django.named {
        late(entry, finding);
    }
    let help = match &django.named {
        // Whatever the environment says.
        Named::Default(entry) if entry.forced => format!("name `{production}` there"),
        Named::Default(_) | Named::Environment | Named::Declared(_) | Named::Assumed => {
            format!("set DJANGO_SETTINGS_MODULE to `{production}` for `{}`", process.name)
        }
    };
    finding.because(&process.declared).help(help).mend(
        Safety::Unsafe,
        format!("name `{production}`"),
        name_instead(module, production),
    );
}

/// Nothing in view runs the project: what its entry points would do by themselves.
fn entry_points(deployment: &Deployment, project: &Project, process: &Process, out: &mut Findings) {
    let serving = project.entries.iter().filter(|entry| project.may_serve(entry));
    let serving = serving.filter(|entry| !is_left_over(project, process, entry));
    let serving: Vec<&EntryPoint> = serving.collect();
    // What `startproject` writes twice is one thing to mend.
    let twin_of = |entry: &EntryPoint| {
        let is_twin = |it: &&EntryPoint| it.kind == Entry::Asgi && says_the_same(it, entry);
        serving.iter().copied().find(is_twin).filter(|_| entry.kind == Entry::Wsgi)
    };
    let twins: Vec<Option<&EntryPoint>> = serving.iter().map(|it| twin_of(it)).collect();
    for (entry, twin) in serving.iter().zip(&twins) {
        if !twins.iter().flatten().any(|it| std::ptr::eq(*it, *entry)) {
            until_named(deployment, project, process, (entry, *twin), out);
        }
    }
}

fn says_the_same(one: &EntryPoint, other: &EntryPoint) -> bool {
    let mut named = one.default.iter().zip(&other.default);
    one.path.parent() == other.path.parent()
        && one.forced == other.forced
        && named.any(|(one, other)| one.value == other.value)
}

/// Whether the settings have the application in another of the project's modules.
fn is_left_over(project: &Project, process: &Process, entry: &EntryPoint) -> bool {
    let named = process.fact().get(WSGI_APPLICATION);
    let module = named.as_ref().and_then(|it| Some(it.value.rsplit_once('.')?.0));
    let used = module.and_then(|module| project.entry(Entry::Wsgi, Some(module)));
    entry.kind == Entry::Wsgi && used.is_some_and(|used| used.path != entry.path)
}

/// What an entry point does where nobody names the settings.
fn until_named(
    deployment: &Deployment,
    project: &Project,
    process: &Process,
    (entry, twin): (&EntryPoint, Option<&EntryPoint>),
    out: &mut Findings,
) {
    let Some(default) = &entry.default else { return };
    let Some(production) = project.production_beside(&default.value) else { return };
    // An image or a script of the project has it right, whoever runs that, or the env file that its
    // process is started with.
    if names_at_start(deployment, production) || is_told_to_start(deployment, production) {
        return;
    }
    let Some(what) = what_else(project, &default.value, process) else { return };
    let path = &entry.path;
    let message = match entry.forced {
        true => format!("`{path}` loads {what}, whatever DJANGO_SETTINGS_MODULE is"),
        false => format!("without DJANGO_SETTINGS_MODULE `{path}` loads {what}"),
    };
    // What is taken for the settings of a process that nobody sees is another module, and what that says
    // comes of no entry point.
    let is_assumed = process.django.as_ref().is_some_and(|it| matches!(it.named, Named::Assumed));
    let subject = if is_assumed { Subject::from(default) } else { Subject::from(process) };
    let finding = out.report(subject, message, default.label(format!("names `{default}`")));
    if let Some(star) = project.star_import(&default.value) {
        finding.also(star.label(under_another_name(star)));
    }
    // A package imports Celery's application before its `wsgi.py` (Celery, "First steps with
    // Django"), and `setdefault` leaves what that has set.
    let is_first = |it: &&EntryPoint| {
        it.kind == Entry::Celery
            && entry.kind != Entry::Celery
            && it.path.parent() == entry.path.parent()
    };
    let first = project.entries.iter().find(is_first).and_then(|it| it.default.as_ref());
    let first = first.filter(|it| it.value == default.value && entry.late.is_none());
    late(entry, finding);
    if let Some(first) = first {
        finding.also(first.label("so does this, which the package may import first"));
    }
    let twin = twin.and_then(|it| it.default.as_ref());
    if let Some(twin) = twin {
        finding.also(twin.label("so does this, for whoever serves it by ASGI"));
    }
    let edits = [Some(default), first, twin].into_iter().flatten();
    // Developers start a worker by it as well, and would have other settings then.
    let help = match entry.kind == Entry::Celery || entry.late.is_some() || first.is_some() {
        true => format!("set DJANGO_SETTINGS_MODULE to `{production}` where the site runs"),
        false => format!("name `{production}` here"),
    };
    finding.at_most(Severity::Warning).help(help).mend(
        Safety::Unsafe,
        format!("name `{production}`"),
        edits.filter_map(|it| name_instead(it, production)),
    );
}

/// Whether something that starts a server names these settings, by their name or by that of a folder
/// above.
fn names_at_start(deployment: &Deployment, production: &str) -> bool {
    deployment
        .surroundings
        .named_by_starters
        .iter()
        .any(|it| it.strip_suffix(production).is_some_and(|it| it.is_empty() || it.ends_with('.')))
}

/// Whether an env file for a server, or an example of one, names these settings to the process before it
/// begins. What a library of the settings reads comes too late to choose them.
fn is_told_to_start(deployment: &Deployment, production: &str) -> bool {
    let is_given = |it: &EnvFile| it.readers.iter().any(|it| *it != EnvReader::Python);
    let files = deployment.surroundings.env_files.iter();
    let mut named = files.filter(|it| !it.is_for_developers() && is_given(it));
    named.any(|it| it.value(VARIABLE).is_some_and(|it| it.value == production))
}

/// Points at what an entry point names to no effect.
fn late(entry: &EntryPoint, finding: &mut Diagnostic) {
    if let Some(late) = &entry.late {
        finding.also(late.label(format!(
            "`{late}` comes too late: the package imports Celery's application before"
        )));
    }
}

/// What a module is, if it is not the one for production.
fn what_else(project: &Project, module: &str, process: &Process) -> Option<&'static str> {
    let role = project.module(module)?.role;
    let debug = || process.fact().get(DEBUG).map(|debug| debug.value);
    // What is assumed for a project that nothing runs may be another module.
    let loads_it = || process.django.as_ref().is_some_and(|it| it.module.value == module);
    let is_quiet = || loads_it() && debug() == Some(false);
    let stands_for = |role: Role| project.stands_for(module) == Some(role);
    match role {
        Role::Production => None,
        Role::Development => Some(DEVELOPMENT),
        Role::Test => Some("the settings for tests"),
        Role::Base => Some(SHARED),
        Role::Plain if stands_for(Role::Base) => Some(SHARED),
        // What a server has for itself may be called `local` as well.
        Role::Plain if stands_for(Role::Development) && !is_quiet() => Some(DEVELOPMENT),
        Role::Plain if project.is_imported_by_production(module) => Some(SHARED),
        Role::Plain if debug() == Some(true) => Some("settings with DEBUG on"),
        Role::Plain if project.is_empty(module) => Some("a package without settings"),
        Role::Plain => None,
    }
}

/// `from .base import *` in a package.
fn under_another_name(star: &Fact<String>) -> String {
    let module = star.value.rsplit('.').next().unwrap_or_default();
    format!("the package is `{module}` under another name")
}

fn name_instead(module: &Fact<String>, production: &str) -> Option<Edit> {
    Some(Edit::replace(module.whole()?, production))
}
