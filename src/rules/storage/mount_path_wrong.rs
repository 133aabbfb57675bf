//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::{Certainty, Fact};
use crate::model::image::Role;
use crate::model::{Deployment, Kept};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "storage/mount-path-wrong",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &["storage/datastore-tag-floating"],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/storage/mount-path-wrong.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for (service, process, container) in deployment.services() {
        let Kept::Misplaced(folder, mount) = deployment.kept(service, process, container) else {
            continue;
        };
        let at = mount.target.to_string();
        let here = Fact::at((), mount.place);
        // An older version finds nothing where a newer one looks, and begins anew.
        let help = match folder.evidence().certainty() {
            Certainty::Certain => format!("mount the volume at `{}`", folder.value),
            Certainty::Likely | Certainty::Possible => format!(
                "name the version that wrote the data; for the newest, mount the volume at `{}`",
                folder.value
            ),
        };
        let name = &process.name;
        // The image of 18 and later refuses to start where anything is mounted at the old place
        // (docker-library/postgres, `docker_error_old_databases`).
        let message = match (at.trim_end_matches('/'), folder.value) {
            ("/var/lib/postgresql/data", "/var/lib/postgresql") => {
                format!("`{name}` does not start: its image refuses a volume at `{at}` since 18")
            }
            _ => format!("the volume of `{name}` is not mounted where its data is"),
        };
        let finding = out.report(process, message, here.label(format!("mounted at `{at}`")));
        // What is cached is made again.
        if container.role().is_some_and(|it| it.value == Role::Cache) {
            finding.at_most(Severity::Warning);
        }
        finding.also(folder.label(format!("keeps its data in `{}`", folder.value))).help(help);
    }
}
