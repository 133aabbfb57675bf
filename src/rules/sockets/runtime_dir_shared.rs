//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::fact::Fact;
use crate::model::units::Unit;
use crate::model::{Deployment, Endpoint, Listening, UnitKind};
use crate::rules::{Check, Rule};
use camino::Utf8Path;
use std::collections::{HashMap, HashSet};

pub(super) static RULE: Rule = Rule {
    id: "sockets/runtime-dir-shared",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/sockets/runtime-dir-shared.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let services = || deployment.units.iter().filter(|unit| unit.is(UnitKind::Service));
    // Files of other folders are other machines, or variants of which one is used.
    let mut users: HashMap<_, Vec<_>> = HashMap::new();
    for unit in services() {
        for folder in unit.runtime_directories() {
            let key = (unit.path.parent(), folder.value.clone());
            users.entry(key).or_default().push((unit, folder));
        }
    }
    let mut told = HashSet::new();
    for unit in services().filter(|unit| !unit.preserves_runtime_directories()) {
        socket_of_its_own(deployment, unit, out);
        for folder in unit.runtime_directories() {
            let key = (unit.path.parent(), folder.value.clone());
            let users = users.get(&key).into_iter().flatten();
            // A unit and the template of it are never there together.
            let others = users.filter(|(other, _)| other.name != unit.name);
            let others: Vec<_> = others.filter(|it| !is_of_another_stage(it.0, unit)).collect();
            // An empty directory is missed by nobody.
            if !others.iter().any(|(it, _)| has_something_in(deployment, it, &folder.value)) {
                continue;
            }
            let [(other, again), more @ ..] = others.as_slice() else { continue };
            // Whichever stops first, it is one directory.
            if !told.insert(key) {
                continue;
            }
            let path = &folder.value;
            let (use_it, on) = match more {
                [] => (format!("`{}` uses", other.name), "both"),
                [another] => (format!("`{}` and `{}` use", other.name, another.0.name), "all"),
                _ => (format!("`{}` and {} others use", other.name, more.len()), "all"),
            };
            let finding = out.report(
                unit,
                format!("stopping `{}` deletes `{path}`, which {use_it}", unit.name),
                folder.label(format!("`{path}` goes when this service stops")),
            );
            finding.also(again.label("the same directory"));
            for (_, again) in more {
                finding.also(again.label("and the same here"));
            }
            // A process does without its pid file; without the socket nobody gets to it.
            let units = || [unit].into_iter().chain(others.iter().map(|(unit, _)| *unit));
            if !units().any(|it| listens_in(deployment, it, path)) {
                finding.at_most(Severity::Warning);
            }
            finding
                .help(format!(
                    "give each a directory of its own, or set `RuntimeDirectoryPreserve=yes` on {on}"
                ))
                .mend(Safety::Safe, "keep it", units().filter_map(keep));
        }
    }
}

/// Whether the names of two units differ in nothing but what each is for, `shop-production.service` and
/// `shop-staging.service`: each is for a machine of its own.
fn is_of_another_stage(unit: &Unit, other: &Unit) -> bool {
    const STAGES: [&str; 7] = ["production", "prod", "staging", "stage", "demo", "test", "dev"];
    let (a, b) = (unit.name.to_string(), other.name.to_string());
    let words = |name| str::split(name, ['-', '_', '.']);
    let mut differing = words(&a).zip(words(&b)).filter(|(a, b)| a != b);
    words(&a).count() == words(&b).count()
        && differing.next().is_some_and(|(a, b)| STAGES.contains(&a) && STAGES.contains(&b))
        && differing.next().is_none()
}

/// Whether what a unit runs may have anything in a directory: a socket, or what its commands name there,
/// or by a variable.
fn has_something_in(deployment: &Deployment, unit: &Unit, folder: &Utf8Path) -> bool {
    // `/var/run` is `/run`, and has that in its name.
    let inside = format!("{folder}/");
    let names = |line: &str| line.contains(['$', '%']) || line.contains(&inside);
    let keys = ["ExecStartPre", "ExecStart", "ExecStartPost", "PIDFile", "Environment"];
    let mut lines = keys.iter().flat_map(|key| unit.all("Service", key));
    listens_in(deployment, unit, folder) || lines.any(|line| names(line.value.as_str()))
}

/// Whether what a unit runs has a socket in a directory, or may have one.
fn listens_in(deployment: &Deployment, unit: &Unit, folder: &Utf8Path) -> bool {
    let Some(process) = deployment.process_of(unit) else { return true };
    let is_in = |it: &Fact<Listening>| match &it.value.endpoint {
        Endpoint::Unix(socket) => socket.starts_with(folder),
        Endpoint::Tcp { .. } => false,
    };
    process.kind.is_web() && !process.listens_known || process.listens.iter().any(is_in)
}

/// A service that owns the directory in which its socket unit makes the socket.
fn socket_of_its_own(deployment: &Deployment, unit: &Unit, out: &mut Findings) {
    let Some(process) = deployment.process_of(unit) else { return };
    // Where a socket unit that is on the server alone listens, nobody here knows.
    if process.listens_unseen() {
        return;
    }
    for listening in process.listens.iter().filter(|it| it.value.activated) {
        let Endpoint::Unix(socket) = &listening.value.endpoint else { continue };
        let folders = unit.runtime_directories();
        let Some(folder) = folders.iter().find(|it| socket.starts_with(&it.value)) else {
            continue;
        };
        let path = &folder.value;
        out.report(
            unit,
            format!("stopping `{}` deletes the socket that systemd listens at", unit.name),
            folder.label(format!("`{path}` goes when the service stops")),
        )
        .also(listening.label("the socket lies in it"))
        .help("set `RuntimeDirectoryPreserve=yes`, or drop `RuntimeDirectory=`: the socket unit makes it")
        .mend(Safety::Safe, "keep it", keep(unit));
    }
}

/// The directory stays when the service stops.
fn keep(unit: &Unit) -> Option<Edit> {
    let above = unit.section("Service")?.written_at()?;
    unit.absent("Service", "RuntimeDirectoryPreserve")?;
    Some(Edit::InsertLine { above, text: "RuntimeDirectoryPreserve=yes".to_owned() })
}
