//! Volumes that a service takes over from another: `volumes_from`.

use crate::model::compose::service::{Mount, MountKind, Service};
use crate::model::text::Text;

/// Gives each service what it takes over, with what stands in its own `volumes` first: the same
/// target twice is one mount (Compose Specification, "volumes_from").
pub(super) fn take_over(services: &mut [Service]) {
    let given: Vec<Vec<Mount>> = services.iter().map(|it| taken(it, services)).collect();
    for (service, mounts) in services.iter_mut().zip(given) {
        let target = |mount: &Mount| mount.target.to_string();
        let own: Vec<String> = service.volumes.iter().map(target).collect();
        service.volumes.extend(mounts.into_iter().filter(|it| !own.contains(&target(it))));
    }
}

fn taken(service: &Service, services: &[Service]) -> Vec<Mount> {
    let of = |item: &Text| {
        let name = item.to_string();
        let name = name.split(':').next().unwrap_or_default();
        match services.iter().find(|it| it.name.value == name) {
            Some(source) => source.volumes.iter().map(|mount| shared(mount, item)).collect(),
            // Another project's container, which may have anything anywhere.
            None => vec![unseen(Text::literal("/", item.place), item)],
        }
    };
    service.volumes_from.iter().flat_map(of).collect()
}

/// A mount of another service, as it is seen from here.
fn shared(mount: &Mount, item: &Text) -> Mount {
    match mount.kind {
        // No name tells that the two are one.
        MountKind::Anonymous | MountKind::Tmpfs => unseen(mount.target.clone(), item),
        MountKind::Bind(..) | MountKind::Volume(_) | MountKind::Other => mount.clone(),
    }
}

fn unseen(target: Text, item: &Text) -> Mount {
    Mount { place: item.place, kind: MountKind::Other, target, read_only: None, subpath: None }
}
