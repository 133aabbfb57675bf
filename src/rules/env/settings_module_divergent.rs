//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
use crate::model::{DATABASES, Deployment};
use crate::rules::{Check, Rule};
use std::sync::Arc;

pub(super) static RULE: Rule = Rule {
    id: "env/settings-module-divergent",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/env/settings-module-divergent.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    between_processes(deployment, out);
    without_variable(deployment, out);
    between_steps(deployment, out);
    by_hand(deployment, out);
    unnamed(deployment, out);
    from_declared(deployment, out);
}

/// Commands that people run in the same checkout.
fn by_hand(deployment: &Deployment, out: &mut Findings) {
    for it in deployment.commanded_elsewhere() {
        let process = &it.process.name;
        out.report(
            it.process,
            format!("commands are run with other settings than `{process}` has"),
            it.other_module.label(format!("`manage.py` loads `{}` here", it.other_module)),
        )
        .also(it.module.label(format!("`{process}` loads `{}`", it.module)))
        .because(&it.cwd)
        .help(format!("name `{}` in the script", it.module));
    }
}

/// A script or Procfile that leaves the settings of `manage.py migrate` to `manage.py`.
fn unnamed(deployment: &Deployment, out: &mut Findings) {
    if deployment.compose.is_some() {
        return;
    }
    for it in &deployment.surroundings.unnamed_migrations {
        let mut webs = deployment.apps().filter(|it| it.kind.is_web());
        let found = webs.find_map(|process| {
            let django = process.django.as_ref()?;
            let is_it = Arc::ptr_eq(&django.project, &it.project) && django.is_for_production();
            is_it.then_some((process, django))
        });
        let Some((process, django)) = found else { continue };
        let app = process.fact();
        let engine = app.entry(DATABASES, &["default", "ENGINE"]);
        if engine.is_some_and(|engine| engine.value.text().is_some_and(|it| it.contains("sqlite")))
        {
            continue;
        }
        out.report(
            process,
            "another database is migrated than the one that the site uses",
            it.command.label(format!("`manage.py` loads `{}`", it.default)),
        )
        .also(it.default.label("which is named here"))
        .through(Some(it.database.clone()), "what is migrated")
        .also(django.module.label(format!("the site loads `{}`", django.module)))
        .help(format!("set DJANGO_SETTINGS_MODULE to `{}` for the command", django.module));
    }
}

fn between_processes(deployment: &Deployment, out: &mut Findings) {
    for it in deployment.divided_by_settings() {
        let (process, other) = (&it.process.name, &it.other.name);
        out.report(
            it.process,
            format!("`{process}` and `{other}` load other settings, and so another database"),
            it.module.label(format!("`{process}` loads `{}`", it.module)),
        )
        .also(it.other_module.label(format!("`{other}` loads `{}`", it.other_module)))
        .through(Some(it.database), "with this database")
        .through(Some(it.other_database), "with this one")
        .help("name one module for both");
    }
}

/// Settings that a variable chooses, which only one of two has.
fn without_variable(deployment: &Deployment, out: &mut Findings) {
    for it in deployment.strayed() {
        let (process, other) = (&it.process.name, &it.other.name);
        let name = &it.variable.value;
        out.report(
            it.process,
            format!("`{process}` has another database than `{other}`, as it is not given `{name}`"),
            it.variable.label(format!("only `{other}` has it")),
        )
        .because(&it.process.declared)
        .through(Some(it.database), format!("the database of `{process}`"))
        .through(Some(it.other_database), format!("that of `{other}`"))
        .help(format!("give `{name}` to both"));
    }
}

fn between_steps(deployment: &Deployment, out: &mut Findings) {
    for it in deployment.migrating_elsewhere() {
        let process = &it.process.name;
        out.report(
            it.process,
            format!("`{process}` migrates another database than the one that it then uses"),
            it.command.label(format!("`manage.py` loads `{}`", it.other_module)),
        )
        .also(it.other_module.label("which is named here"))
        .also(it.module.label(format!("`{process}` then loads `{}`", it.module)))
        .through(Some(it.other_database), "what is migrated")
        .through(Some(it.database), "what is used")
        .help(format!("set DJANGO_SETTINGS_MODULE to `{}` for both", it.module));
    }
}

/// What the operator says of DJANGO_SETTINGS_MODULE, where files surely say otherwise.
fn from_declared(deployment: &Deployment, out: &mut Findings) {
    let Some(contract) = &deployment.contract else { return };
    let Some(declared) = &contract.settings else { return };
    for process in deployment.apps() {
        let Some(django) = process.django.as_ref() else { continue };
        let module = django.named_module();
        if module.value == declared.value || process.is_assumed() {
            continue;
        }
        out.report(
            process,
            format!("`{}` does not load the settings that are declared", process.name),
            module.label(format!("names `{module}`")),
        )
        .also(Fact::at((), declared.place).label(format!("`{}` is to be loaded", declared.value)))
        .because(&process.declared)
        .help(format!("set DJANGO_SETTINGS_MODULE to `{}`", declared.value));
    }
}
