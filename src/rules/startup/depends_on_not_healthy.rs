//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::fact::{Certainty, Fact};
use crate::model::compose::{Condition, Dependency, Service};
use crate::model::image::Role;
use crate::model::{DATABASES, Deployment, Process, Target};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "startup/depends-on-not-healthy",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/startup/depends-on-not-healthy.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    // Swarm looks at no `depends_on`, be it long or short.
    if deployment.may_be_stack() {
        return;
    }
    for (service, process, container) in deployment.services() {
        if !process.kind.is_app() || container.waits() {
            continue;
        }
        let mut steps = process.way().prepares("migrate");
        let Some((_, step)) = steps.find(|(_, step)| !step.optional) else { continue };
        let app = process.fact();
        for (database, known_by) in databases(deployment, &app, service) {
            let name = &database.name.value;
            let started = |it: &&Dependency| {
                it.service.value == *name && it.condition.value == Condition::Started
            };
            let bare = service.depends_on.iter().find(started);
            // A link starts the other one first as well, and waits for nothing.
            let link = service.links_to(name).map(|it| Fact::at((), it.place));
            let Some(at) = bare.map(|it| it.service.map(|_| ())).or(link) else { continue };
            if deployment.waits_for(service, name) {
                continue;
            }
            let finding = out.report(
                process,
                format!("`{}` migrates before `{name}` takes connections", process.name),
                at.label(format!("waits until `{name}` is started, not until it answers")),
            );
            if !service.stays_down() {
                finding.at_most(Severity::Advice);
            }
            let is_checked = database.healthcheck.as_ref().is_some_and(|it| it.test.is_some());
            finding
                .also(step.started.program.label("connects as soon as it starts"))
                .because(&known_by)
                .help(match is_checked {
                    true => format!("depend on `{name}` with `condition: service_healthy`"),
                    false => format!(
                        "give `{name}` a `healthcheck`, and depend on it with `condition: service_healthy`"
                    ),
                });
            if is_checked {
                let written = bare.and_then(|it| it.condition.written_as("service_started"));
                let edit = written.map(|it| Edit::replace(it, "service_healthy"));
                finding.mend(Safety::Safe, "wait until it is healthy", edit);
            }
            break;
        }
    }
}

/// The databases that a process connects to, and how that is known. Where nobody sees which host its settings
/// name, it is likely the only one that its service depends on.
fn databases<'d>(
    deployment: &'d Deployment,
    app: &Fact<&Process>,
    service: &Service,
) -> Vec<(&'d Service, Fact<()>)> {
    const WHY: &str = "which host the settings name is not in view";
    let connections = app.connections().into_iter().filter(|it| it.setting == DATABASES.name);
    let mut connections = connections.peekable();
    if connections.peek().is_some() {
        let targets = connections.filter_map(|it| match deployment.target(app.value, &it) {
            Some(Target::Service(database, _)) => Some((database, it.known_by.map(|_| ()))),
            _ => None,
        });
        return targets.collect();
    }
    let engine = app.of_default_database("ENGINE");
    if engine.is_some_and(|it| it.value.text().is_some_and(|it| it.contains("sqlite"))) {
        return Vec::new();
    }
    let is_first = |other: &Service| {
        let name = &other.name.value;
        service.depends_on.iter().any(|it| it.service.value == *name)
            || service.links_to(name).is_some()
    };
    let services = deployment.services().into_iter();
    let mut first = services.filter(|(other, _, container)| {
        container.role().is_some_and(|it| it.value == Role::Database) && is_first(other)
    });
    match (first.next(), first.next()) {
        (Some((database, ..)), None) => {
            let declared = database.name.map(|_| ()).doubt(Certainty::Likely, WHY);
            vec![(database, declared)]
        }
        _ => Vec::new(),
    }
}
