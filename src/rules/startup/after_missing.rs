//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::fact::Certainty;
use crate::model::ServiceKind::{Memcached, Rabbit, Redis};
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

const LAST: &str = "multi-user.target";

fn check(deployment: &Deployment, out: &mut Findings) {
    let mut said = Vec::new();
    for process in deployment.processes.iter().filter(|process| process.kind.is_app()) {
        let Some(unit) = deployment.brought_up_by(process) else { continue };
        let Some(order) = unit.order().filter(|_| !unit.is_of_a_user()) else { continue };
        // Of the vassals of one emperor the first is enough.
        if process.emperor.is_some() && said.contains(&process.emperor) {
            continue;
        }
        // That comes after whatever it wants, as packages have their services wanted by it.
        let mut after = unit.all("Unit", "After").map(|it| it.value.as_str());
        if after.any(|it| it.split_whitespace().any(|it| it == LAST)) {
            continue;
        }
        // The socket takes connections from the beginning, and only requests lead to the database;
        // what migrates before it needs that at once.
        let on_demand = process.kind.is_web() && process.is_activated();
        if on_demand && unit.preparing().next().is_none() {
            continue;
        }
        let mut missed = process.fact().local_services();
        let keeps_file = process.fact().keeps_times_in_a_file();
        if let Some(documented) = process.documented() {
            let known: Vec<_> = missed.iter().map(|it| it.kind).collect();
            let further = documented.fact().local_services().into_iter();
            let further = further.filter(|it| !known.contains(&it.kind));
            missed.extend(further.map(|LocalService { kind, from }| {
                let is_sure = from.evidence().certainty() == Certainty::Certain;
                let why = "the server's env file may name another";
                let from = if is_sure { from.doubt(Certainty::Likely, why) } else { from };
                LocalService { kind, from }
            }));
        }
        missed.retain(|service| !keeps_file || matches!(service.kind, Redis | Rabbit));
        missed.retain(|service| {
            // What pulls it in without an order has a rule of its own.
            let pulled = unit.pulls().iter().any(|it| service.kind.is_started_by(&it.value));
            !pulled && !waits(deployment, unit, service, 0)
        });
        let names: Vec<&str> = missed.iter().map(|it| it.kind.name()).collect();
        // Where the tree has a unit of its own for it, that is what it is called here.
        let own = |it: &LocalService| {
            let mut names = deployment.units.iter().map(|unit| unit.name.to_string());
            names.find(|name| it.kind.is_started_by(name))
        };
        let units: Vec<String> =
            missed.iter().map(|it| own(it).unwrap_or_else(|| it.kind.unit().to_owned())).collect();
        if names.is_empty() {
            continue;
        }
        let (names, units) = (names.join(" and "), units.join(" "));
        said.push(process.emperor);
        let finding = out.report(
            process,
            format!("`{}` does not wait for {names} on its own machine", process.name),
            order.label(format!("nothing here waits for {names}")),
        );
        // It comes up in the end, as it is started again until the other is there; and a cache is
        // asked by requests alone.
        let is_cache = |it: &LocalService| matches!(it.kind, Redis | Memcached);
        let by_requests = process.kind.is_web() && missed.iter().all(is_cache);
        let comes_up = (restarts(unit) || by_requests) && unit.preparing().next().is_none();
        // An emperor brings a vassal up again that ends ("The uWSGI Emperor" in uWSGI's documentation).
        if comes_up || process.emperor.is_some() {
            finding.at_most(Severity::Advice);
        }
        for service in missed {
            let name = service.kind.name();
            finding.also(service.from.label(format!("connects to {name} on this machine")));
        }
        finding.help(format!("add `Wants={units}` and `After={units}`"));
        let lines = [format!("Wants={units}"), format!("After={units}")];
        let head = unit.section("Unit").and_then(|it| it.written_at());
        let edits = head.map(|above| lines.map(|text| Edit::InsertLine { above, text }));
        finding.mend(Safety::Safe, format!("wait for `{units}`"), edits.into_iter().flatten());
    }
}

/// Whether systemd starts it again when it fails, and not at once: five times in ten seconds is the
/// end of it.
fn restarts(unit: &Unit) -> bool {
    let again = unit.get("Service", "Restart");
    let again = again.is_some_and(|it| matches!(it.value.as_str(), "always" | "on-failure"));
    let pause = unit.get("Service", "RestartSec");
    let seconds = pause.and_then(|it| {
        let text = it.value.as_str();
        let digits = text.trim_end_matches(|it: char| !it.is_ascii_digit());
        let unit = text[digits.len()..].trim();
        matches!(unit, "" | "s" | "sec" | "second" | "seconds").then(|| digits.parse().ok())?
    });
    again && seconds.is_some_and(|it: u32| it > LIMIT)
}

/// Seconds between attempts at which the five of `StartLimitBurst=` fill the ten of
/// `StartLimitIntervalSec=`.
const LIMIT: u32 = 2;

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
