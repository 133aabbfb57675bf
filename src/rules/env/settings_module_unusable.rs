//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::django::{Entry, Project};
use crate::model::{Deployment, Django, Named, Process, ProcessKind, django};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "env/settings-module-unusable",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/env/settings-module-unusable.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for process in deployment.processes.iter().filter(|process| !process.is_for_developers()) {
        let Some(django) = process.django.as_ref() else { continue };
        let module = django.named_module();
        // Of what nothing runs, nobody knows whether it is of Django at all.
        let hollow = django.hollow && process.started.is_some();
        let (fault, label) = match (django.absent.is_some(), hollow) {
            (true, _) => ("there is no such module", "names a module that does not exist"),
            (false, true) => ("that has no settings", "without a SECRET_KEY, Django stops"),
            (false, false) => continue,
        };
        let message = format!("`{}` loads `{module}`, and {fault}", process.name);
        let finding = out.report(process, message, module.label(label));
        match django.named {
            // An env file that is not in view may name another.
            Named::Environment if deployment.may_be_supplied_over(process, django::VARIABLE) => {
                finding.at_most(Severity::Warning)
            }
            Named::Environment if django.absent.is_some() => finding.because(&process.declared),
            // What is empty here may have been left to the server to fill.
            Named::Environment | Named::Declared(_) | Named::Default(_) | Named::Assumed => {
                finding.at_most(Severity::Warning)
            }
        };
        finding.help("name a settings module that the project has");
    }
    in_builds(deployment, out);
    by_themselves(deployment, out);
}

/// Steps of a build that stop at the module which they name: what a container is told later is too late.
fn in_builds(deployment: &Deployment, out: &mut Findings) {
    let mut said = Vec::new();
    for (_, process, container) in deployment.services() {
        for step in &container.build {
            let is_left = step.ran.optional || step.fails_silently().is_some();
            let Some(django) = step.django.as_ref().filter(|it| !is_left && it.absent.is_some())
            else {
                continue;
            };
            if !matches!(django.named, Named::Environment) || said.contains(&step.place) {
                continue;
            }
            said.push(step.place);
            let module = django.named_module();
            out.report(
                process,
                format!("the image can not be built: there is no module `{module}`"),
                module.label("names a module that does not exist"),
            )
            .because(&process.declared)
            .help("name a settings module that the project has");
        }
    }
}

/// Entry points that name an empty package, as `startproject` wrote them before the settings were put
/// into modules below it. Whoever comes to use one without the variable finds no settings.
fn by_themselves(deployment: &Deployment, out: &mut Findings) {
    let mut judged: Vec<&Process> = Vec::new();
    for process in deployment.apps() {
        let Some(django) = &process.django else { continue };
        if judged.iter().any(|it| it.has_project_of(process)) {
            continue;
        }
        judged.push(process);
        let project = &django.project;
        let own = deployment.apps().filter(|it| it.has_project_of(process));
        let own: Vec<(&Process, &Django)> =
            own.filter_map(|it| Some((it, it.django.as_ref()?))).collect();
        if own.iter().any(|(_, it)| it.hollow) {
            continue;
        }
        let is_named = own.iter().any(|(_, it)| matches!(it.named, Named::Environment))
            || !deployment.surroundings.named_by_starters.is_empty();
        for entry in project.entries.iter().filter(|it| it.kind.serves()) {
            // What starts with it has other settings, and will have.
            let is_used = own.iter().any(|(it, _)| match entry.kind {
                Entry::Asgi => it.kind == ProcessKind::Asgi,
                _ => it.kind == ProcessKind::Wsgi,
            });
            if is_named && is_used {
                continue;
            }
            let Some(default) = entry.default.as_ref().filter(|it| is_bare(project, &it.value))
            else {
                continue;
            };
            let name = &entry.path;
            out.report(
                process,
                format!("`{name}` loads `{default}` by itself, and that has no settings"),
                default.label("without a SECRET_KEY, Django stops"),
            )
            .at_most(Severity::Advice)
            .help(match project.production_beside(&default.value) {
                Some(production) => format!("name `{production}` there"),
                None => "name a settings module that the project has".to_owned(),
            });
        }
    }
}

/// Whether a package says nothing and has modules of settings in it.
fn is_bare(project: &Project, name: &str) -> bool {
    let mut others = project.modules.iter().filter(|it| !it.empty);
    project.is_empty(name) && others.any(|it| django::is_below(&it.name, name))
}
