//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
use crate::model::compose::Service;
use crate::model::{Deployment, Process};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "compose/duplicate-container-name",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/compose/duplicate-container-name.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let services = deployment.services().into_iter();
    let named: Vec<(&Service, &Process, Fact<String>)> =
        services.filter_map(|(it, process, _)| Some((it, process, name(it)?))).collect();
    for (at, (service, process, name)) in named.iter().enumerate() {
        if let Some(replicas) = service.replicas.as_ref().filter(|it| it.value > 1) {
            out.report(
                *process,
                format!("compose refuses {} containers of one name", replicas.value),
                replicas.label("as many containers"),
            )
            .also(name.label("and all of this name"))
            .help("take `container_name` away: compose numbers the containers itself");
            continue;
        }
        let same = named[..at].iter().find(|(.., other)| other.value == name.value);
        let Some((other, _, earlier)) = same else { continue };
        let (first, second) = (&other.name.value, &service.name.value);
        out.report(
            *process,
            format!("`{first}` and `{second}` want one name: Docker starts the first of them only"),
            name.label("the name is taken"),
        )
        .also(earlier.label("by this"))
        .help("give each its own, or take `container_name` away");
    }
}

/// The name that a service gives its container, if it is always there.
fn name(service: &Service) -> Option<Fact<String>> {
    let name = service.container_name.as_ref().filter(|_| service.profiles.is_empty())?;
    name.known().filter(|it| !it.value.is_empty())
}
