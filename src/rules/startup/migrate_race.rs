//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::Deployment;
use crate::model::Process;
use crate::model::compose::Service;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "startup/migrate-race",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/startup/migrate-race.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let services = deployment.services();
    let migrating = services.iter().filter_map(|(service, process, _)| {
        let (_, step) = process.way().prepares("migrate").find(|(_, step)| !step.optional)?;
        let together = deployment.starts_with_others(&process.name);
        (process.kind.is_app() && together).then_some((*service, *process, step))
    });
    let migrating: Vec<_> = migrating.collect();
    for (service, process, step) in &migrating {
        let Some(replicas) = service.replicas.as_ref().filter(|it| it.value > 1) else { continue };
        out.report(
            *process,
            format!("{} containers of `{}` migrate at the same time", replicas.value, process.name),
            step.started.program.label("run by each of them when it starts"),
        )
        .also(replicas.label("so many start at one time"))
        .because(&process.declared)
        .help("migrate in a service that runs once, and let this one wait for it");
    }
    let same = |a: &Process, b: &Process| a.has_project_of(b) && deployment.share_database(a, b);
    for (number, (service, process, step)) in migrating.iter().enumerate() {
        let waits = |other: &Service| {
            deployment.waits_for(service, &other.name.value)
                || deployment.waits_for(other, &service.name.value)
        };
        let earlier = &migrating[..number];
        let first = earlier.iter().find(|(other, first, _)| same(first, process) && !waits(other));
        let Some((other, first, before)) = first else { continue };
        let finding = out.report(
            *process,
            format!("`{}` and `{}` migrate at the same time", first.name, process.name),
            step.started.program.label(format!("run whenever `{}` starts", process.name)),
        );
        if before.place != step.place {
            finding
                .also(before.started.program.label(format!("and whenever `{}` does", first.name)));
        }
        finding
            .also(other.name.label("started at one time with the other"))
            .also(service.name.label("which does not wait for it"))
            .help("migrate in one service, and let the others wait for it");
        return;
    }
}
