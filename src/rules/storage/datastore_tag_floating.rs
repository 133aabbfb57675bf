//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
use crate::model::Deployment;
use crate::model::compose::MountKind;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "storage/datastore-tag-floating",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/storage/datastore-tag-floating.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for (service, process, container) in deployment.services() {
        let Some(flavour) = container.stock() else { continue };
        let stock = flavour.value.stock;
        let keeps = stock.role.keeps_data() && !stock.ended && !stock.is_numbered;
        let reference = &flavour.value.reference;
        let floats = matches!(reference.tag.as_deref(), None | Some("latest"));
        let volume = service.volumes.iter().find(|it| match it.kind {
            MountKind::Volume(_) => true,
            // A folder of the host may have anything for it in it.
            MountKind::Bind(..) => {
                let target = it.target.to_string();
                let is_it = |path: &str| path == target.trim_end_matches('/');
                stock.data.iter().any(|it| is_it(it.path))
            }
            MountKind::Anonymous | MountKind::Tmpfs | MountKind::Other => false,
        });
        let runs = !service.only_holds_volumes();
        let Some(volume) = volume.filter(|_| runs && keeps && floats && reference.digest.is_none())
        else {
            continue;
        };
        out.report(
            process,
            format!(
                "the next pull may bring a version that cannot read the data of `{}`",
                process.name
            ),
            flavour.label("no tag says which version"),
        )
        .also(Fact::at((), volume.place).label("its data stays"))
        .help("name the major version that wrote the data");
    }
}
