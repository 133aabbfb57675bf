//! See the page.

use crate::diagnostic::{Findings, Severity, Subject};
use crate::fact::{Certainty, Fact};
use crate::model::command::Started;
use crate::model::compose::Service;
use crate::model::{Deployment, Process, ProcessKind};
use crate::rules::{Check, Rule};
use camino::Utf8Path;

pub(super) static RULE: Rule = Rule {
    id: "startup/contract-process-missing",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/startup/contract-process-missing.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    // Of a host the tree never has everything that runs there.
    let (Some(contract), Some(project)) = (&deployment.contract, &deployment.compose) else {
        return;
    };
    if !project.missing.is_empty() {
        return;
    }
    let Some(first) = project.services.first() else { return };
    for declared in &contract.processes {
        let name = &declared.value;
        let is_it = |it: &Service| {
            let image = it.image.as_ref().map(ToString::to_string).unwrap_or_default();
            it.name.value == *name || is_of_image(&image, name)
        };
        let runs = |it: &Process| it.started.as_ref().is_some_and(|it| is_called(it, name));
        if project.services.iter().any(is_it) || deployment.processes.iter().any(runs) {
            continue;
        }
        let at = Fact::at((), declared.place);
        let is_open = |it: &&Process| it.started.is_none() && it.kind == ProcessKind::Other;
        let at = match deployment.processes.iter().find(is_open) {
            Some(open) => {
                at.doubt(Certainty::Likely, &format!("what `{}` runs is not known", open.name))
            }
            None => at,
        };
        out.report(
            Subject::Process(name.clone()),
            format!("`{name}` is declared, and no service is called so or runs it"),
            at.label("is to run"),
        )
        .also(first.name.label("the services begin here"))
        .help(format!("add a service `{name}`, or take it out of `kilter.toml`"));
    }
}

fn is_called(started: &Started, name: &str) -> bool {
    Utf8Path::new(&started.executable.value).file_name() == Some(name)
}

/// `redis` of `docker.io/library/redis:7`.
fn is_of_image(image: &str, name: &str) -> bool {
    let last = image.rsplit('/').next().unwrap_or(image);
    last.split([':', '@']).next() == Some(name)
}
