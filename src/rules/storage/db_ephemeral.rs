//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::fact::Fact;
use crate::model::image::Role;
use crate::model::{Deployment, Kept};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "storage/db-ephemeral",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/storage/db-ephemeral.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for (service, process, container) in deployment.services() {
        let is_database = container.role().is_some_and(|it| it.value == Role::Database);
        let Kept::Lost(folder, mount) = deployment.kept(service, process, container) else {
            continue;
        };
        if !is_database {
            continue;
        }
        let finding = out.report(
            process,
            format!("the data of `{}` is lost with its container", process.name),
            folder.label(format!(
                "keeps its data in `{}`, which no named volume holds",
                folder.value
            )),
        );
        if let Some(mount) = mount {
            let mount = Fact::at((), mount.place);
            finding.also(mount.label("this keeps it no longer"));
        }
        finding.help(format!("mount a named volume at `{}`", folder.value));
        // What is in the container now is not copied there.
        let edits = deployment.compose.iter().flat_map(|it| it.keep(service, folder.value));
        finding.mend(Safety::Unsafe, "keep it in a volume", edits);
    }
}
