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
        let tag = reference.tag.as_deref();
        let floats = tag.is_none_or(|it| it == "latest" || names_system_alone(it));
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
            flavour.label(match tag {
                Some(tag) if names_system_alone(tag) => format!("`{tag}` names no version of it"),
                Some(_) | None => "no tag says which version".to_owned(),
            }),
        )
        .also(Fact::at((), volume.place).label("its data stays"))
        .help("name the major version that wrote the data");
    }
}

/// Whether a tag says what an image is built on, and nothing of what is in it: `alpine`, `bookworm`, which
/// Docker's own images have for their newest version.
fn names_system_alone(tag: &str) -> bool {
    const SYSTEMS: [&str; 7] =
        ["alpine", "trixie", "bookworm", "bullseye", "buster", "jammy", "noble"];
    let system = SYSTEMS.iter().find_map(|it| tag.strip_prefix(it));
    system.is_some_and(|rest| rest.bytes().all(|it| it.is_ascii_digit() || it == b'.'))
}
