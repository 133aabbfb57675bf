//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::fact::Fact;
use crate::model::compose::Service;
use crate::model::{Container, Deployment, Process};
use crate::rules::{Check, Rule};
use camino::Utf8Path;

pub(super) static RULE: Rule = Rule {
    id: "tls/certificates-ephemeral",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/tls/certificates-ephemeral.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for (service, process, container) in deployment.services() {
        let sites = || deployment.sites.iter().filter(|it| it.view == process.view);
        let Some(name) = sites().find_map(|it| it.obtained()) else { continue };
        if sites().any(|it| it.stores_certificates_elsewhere()) {
            continue;
        }
        let Some(folder) = lost(deployment, (service, process, container)) else { continue };
        let finding = out.report(
            process,
            format!("`{}` asks for its certificates anew with each container", process.name),
            name.label("a certificate is obtained for this name"),
        );
        finding
            .also(folder.label(format!("keeps it in `{}`, which no volume holds", folder.value)))
            .because(&process.declared)
            .help(format!("mount a named volume at `{}`", folder.value));
        let edits = deployment.compose.iter().flat_map(|it| it.keep(service, folder.value));
        finding.mend(Safety::Unsafe, "keep them in a volume", edits);
    }
}

/// The folder of Caddy's data, if it goes with the container and nothing says that it is another.
fn lost(
    deployment: &Deployment,
    (service, process, container): (&Service, &Process, &Container),
) -> Option<Fact<&'static str>> {
    let flavour = container.serves().filter(|it| it.value.is("caddy"))?;
    let folder = flavour.try_map(|it| it.data())?;
    let view = deployment.view(process.view);
    let at = Utf8Path::new(folder.value);
    let is_below = |target: &str| Utf8Path::new(target).starts_with(at);
    let may_hold =
        service.volumes.iter().any(|it| it.target.known().is_none_or(|it| is_below(&it.value)));
    let is_held = may_hold
        || !view.complete
        || view.mount(at).is_some()
        || !service.volumes_from.is_empty()
        || service.variable(FOLDER).is_some();
    (!is_held).then_some(folder)
}

/// Where Caddy is told that its data are elsewhere (Caddy's manual, "Conventions").
const FOLDER: &str = "XDG_DATA_HOME";
