//! See the page.

use crate::diagnostic::{Findings, Severity, Subject};
use crate::model::Deployment;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "django/settings-module-shadowed",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/django/settings-module-shadowed.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let mut told: Vec<&str> = Vec::new();
    for process in &deployment.processes {
        let Some(django) = &process.django else { continue };
        for shadowed in &django.project.shadowed {
            let path = shadowed.path.as_str();
            if told.contains(&path) {
                continue;
            }
            told.push(path);
            let name = shadowed.path.file_name().unwrap_or(path);
            out.report(
                Subject::Path(path.to_owned()),
                format!("nothing reads `{name}`: Python takes the package of that name"),
                shadowed.module.label("dead, whatever is changed in it"),
            )
            .also(shadowed.package.label("imported in its place"))
            .help("move what is still needed into the package, and delete the file");
        }
    }
}
