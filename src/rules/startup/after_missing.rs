//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::units::Unit;
use crate::model::{Deployment, LocalService};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "startup/after-missing",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/startup/after-missing.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for process in deployment.processes.iter().filter(|process| process.kind.is_app()) {
        let Some(unit) = deployment.unit(process) else { continue };
        let Some(order) = unit.order() else { continue };
        for service in process.fact().local_services() {
            // What pulls it in without an order has a rule of its own.
            let pulled = unit.pulls().iter().any(|it| service.kind.is_started_by(&it.value));
            if pulled || waits(deployment, unit, &service, 0) {
                continue;
            }
            let (name, needed) = (service.kind.name(), service.kind.unit());
            out.report(
                process,
                format!("`{}` does not wait for {name} on its own machine", process.name),
                order.label(format!("nothing here waits for {name}")),
            )
            .also(service.from.label(format!("connects to {name} on this machine")))
            .help(format!("add `Wants={needed}` and `After={needed}`"));
        }
    }
}

/// Units that wait for each other in a longer chain do not start at all.
const DEEPEST: usize = 8;

/// Whether a unit waits for a service, itself or through another that it waits for.
fn waits(deployment: &Deployment, unit: &Unit, service: &LocalService, depth: usize) -> bool {
    depth < DEEPEST
        && unit.after().iter().any(|name| {
            let mut others = deployment.units.iter().filter(|it| it.is_called(&name.value));
            service.kind.is_started_by(&name.value)
                || others.any(|it| waits(deployment, it, service, depth + 1))
        })
}
