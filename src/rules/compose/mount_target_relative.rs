//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::Deployment;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "compose/mount-target-relative",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/compose/mount-target-relative.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for (service, process, _) in deployment.services() {
        for mount in &service.volumes {
            let Some(target) = mount.target.known() else { continue };
            // `C:\data` is absolute where Windows is in the container.
            if target.value.starts_with('/') || target.value.contains(['\\', ':']) {
                continue;
            }
            out.report(
                process,
                format!("`{}` is no absolute path, where a container must have one", target.value),
                target.label("docker refuses to make this container"),
            )
            .because(&process.declared)
            .help(
                "write the path inside the container from its `/`, behind the volume and a colon",
            );
        }
    }
}
