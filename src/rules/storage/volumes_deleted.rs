//! See the page.

use crate::diagnostic::{Edit, Findings, Kind, Safety, Severity};
use crate::fact::Fact;
use crate::model::compose::{Mount, MountKind, Project};
use crate::model::image::Role;
use crate::model::{Container, Deployment, Process};
use crate::rules::several::several;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "storage/volumes-deleted",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/storage/volumes-deleted.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let Some(project) = &deployment.compose else { return };
    let Some(flag) = &project.usage.drops_volumes else { return };
    let mut kept: Vec<(&str, Fact<()>, &str)> = Vec::new();
    for (service, process, container) in deployment.services() {
        let holds = |mount: &&Mount| is_deleted(project, mount);
        let found = service.volumes.iter().filter(holds).find_map(|mount| {
            let what = data(deployment, process, container, mount)?;
            Some((Fact::at((), mount.place), what))
        });
        if let Some((mount, what)) = found {
            kept.push((&process.name, mount, what));
        }
    }
    let names: Vec<&str> = kept.iter().map(|it| it.0).collect();
    if names.is_empty() {
        return;
    }
    let finding = out.report(
        flag,
        format!("each deployment deletes the data of {}", several(&names)),
        flag.label("deletes the volumes of the project with its containers"),
    );
    for (_, mount, what) in &kept {
        finding.also(mount.label(format!("keeps {what}")));
    }
    finding
        .because(&deployment.stage)
        .help("leave it out: `up -d` replaces what has changed, and volumes stay");
    let edit = flag.written_at().map(|place| Edit::Remove { place, of: Kind::Entry });
    finding.mend(Safety::Unsafe, "keep the volumes", edit);
}

/// Whether `down --volumes` deletes what is mounted: a volume that the project declares as its own,
/// and that is no folder of the host (Compose, "docker compose down").
fn is_deleted(project: &Project, mount: &Mount) -> bool {
    let MountKind::Volume(key) = &mount.kind else { return false };
    let Some(key) = key.known() else { return false };
    let volume = project.volumes.iter().find(|it| it.key.value == *key.value);
    volume.is_some_and(|it| !it.external && it.device.is_none() && it.driver.is_none())
}

/// Whether something is mounted where PostgreSQL, MySQL and MongoDB keep their data, whatever the image
/// is called.
fn is_where_databases_are(mount: &Mount) -> bool {
    let at = mount.target.to_string();
    ["/var/lib/postgresql", "/var/lib/mysql", "/data/db"].iter().any(|it| at.starts_with(it))
}

/// What a service has in a volume that cannot be made again.
fn data(
    deployment: &Deployment,
    process: &Process,
    container: &Container,
    mount: &Mount,
) -> Option<&'static str> {
    let is_database = container.role().is_some_and(|it| it.value == Role::Database);
    if is_database || is_where_databases_are(mount) {
        return Some("the database");
    }
    let view = deployment.view(process.view);
    let written = process.fact().written_paths();
    let inside = written.iter().find(|it| {
        let over = view.mount(&it.path.value);
        let is_data = matches!(it.what, "MEDIA_ROOT" | "DATABASES");
        is_data && over.is_some_and(|it| it.evidence().place() == Some(mount.place))
    })?;
    Some(if inside.what == "DATABASES" { "the database" } else { "what people upload" })
}
