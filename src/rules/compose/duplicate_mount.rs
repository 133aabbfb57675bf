//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
use crate::model::Deployment;
use crate::model::compose::{Mount, Service};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "compose/duplicate-mount",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/compose/duplicate-mount.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for (service, process, _) in deployment.services() {
        for (at, mount) in service.volumes.iter().enumerate() {
            let Some(dropped) = dropped(service, at, mount) else { continue };
            let target = &mount.target;
            out.report(
                process,
                format!("`{}` has one of two mounts: a later line takes `{target}`", process.name),
                dropped.label("compose drops this"),
            )
            .also(Fact::at((), mount.place).label("and mounts this in its place"))
            .because(&process.declared)
            .help("take the one out that is not meant, or mount it elsewhere");
        }
    }
}

/// What a mount takes the place of in what one file says of the service: what another file is laid over for, or
/// a service is extended by, is replaced on purpose.
fn dropped(service: &Service, at: usize, mount: &Mount) -> Option<Fact<()>> {
    let path = format!("volumes.{at}");
    let is_own = |place| service.place.contains(place);
    let is_beside = |it: &Fact<()>| it.written_at().is_some_and(is_own);
    service.lost(&path).find(|it| is_own(mount.place) && is_beside(it))
}
