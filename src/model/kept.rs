//! What keeps the data of databases and caches that run in containers.

use crate::fact::spelling::is_slip;
use crate::fact::{Certainty, Fact, Supplied};
use crate::model::compose::{Mount, MountKind, Service};
use crate::model::image::Role;
use crate::model::text::Text;
use crate::model::{Container, Deployment, Process, Storage};
use camino::{Utf8Path, Utf8PathBuf};

/// What becomes of the data of a database when its container is replaced.
#[derive(Debug)]
pub enum Kept<'a> {
    /// It stays, or nobody can tell.
    Stays,
    /// It goes with the container: the folder, and the mount that keeps nothing.
    Lost(Fact<&'static str>, Option<&'a Mount>),
    /// A volume is there, and lies beside the folder.
    Misplaced(Fact<&'static str>, &'a Mount),
}

impl Deployment {
    /// What becomes of the data that a stock image writes.
    pub fn kept<'a>(
        &self,
        service: &'a Service,
        process: &Process,
        container: &Container,
    ) -> Kept<'a> {
        let Some(flavour) = container.serves() else { return Kept::Stays };
        let Some(sure) = data_folder(process, container) else { return Kept::Stays };
        let folder = by_version(container, &sure);
        let view = self.view(process.view);
        // What is mounted may be unknown; where it lies decides.
        if service.volumes.iter().any(|it| it.target.known().is_none()) {
            return Kept::Stays;
        }
        // The image of what it takes volumes from may declare more than compose says.
        let is_built = |name: &Text| {
            let name = name.to_string();
            let source = name.split(':').next().unwrap_or_default();
            self.compose
                .as_ref()
                .and_then(|it| it.service(source))
                .is_some_and(|it| it.build.is_some())
        };
        if service.volumes_from.iter().any(is_built) {
            return Kept::Stays;
        }
        let path = Utf8Path::new(folder.value);
        let at = |mount: &Mount| mount.target.known().map(|it| Utf8PathBuf::from(it.value));
        let covers = |mount: &Mount| keeps(mount) && at(mount).is_some_and(|at| at == path);
        let covered = service.volumes.iter().any(covers);
        if let Some(beside) = service.volumes.iter().filter(|_| !covered).find(|mount| {
            let is_kins = |at: &Utf8Path| flavour.value.is_folder_of_kin(at.as_str());
            let misses = |at: Utf8PathBuf| misses(&folder, path, (&at, is_kins(&at)), &mount.kind);
            keeps(mount) && at(mount).is_some_and(misses) && !self.is_of_others(service, mount)
        }) {
            // Neither an older version nor a newer one has it there.
            let is_nowhere = at(beside).is_some_and(|at| !at.starts_with(POSTGRES));
            return Kept::Misplaced(if is_nowhere { sure } else { folder }, beside);
        }
        if !view.complete {
            return Kept::Stays;
        }
        let over = view.mount(path).map(|mount| &mount.value.from);
        let below = service.volumes.iter().any(|it| at(it).is_some_and(|at| at.starts_with(path)));
        // An env file that is not in view may name the folder that a volume is there for.
        let named = |it: &Mount| matches!(it.kind, MountKind::Volume(_));
        let is_postgres = folder.value.starts_with("/var/lib/postgresql");
        let may_be_told = is_postgres && !process.environment.is_closed();
        match over {
            None if below || may_be_told && service.volumes.iter().any(named) => Kept::Stays,
            None => Kept::Lost(folder, None),
            Some(Storage::Temporary { .. }) => {
                let mount = service.volumes.iter().find(|it| at(it).is_some_and(|at| at == path));
                Kept::Lost(folder, mount)
            }
            Some(_) => Kept::Stays,
        }
    }

    /// Whether another service mounts the same volume at the same place, so that it is not there for
    /// the data of this one.
    fn is_of_others(&self, service: &Service, mount: &Mount) -> bool {
        let volume = |it: &Mount| match &it.kind {
            MountKind::Volume(key) => Some((key.to_string(), it.target.to_string())),
            _ => None,
        };
        let same = |it: &Mount| volume(mount).is_some() && volume(it) == volume(mount);
        let services = self.services();
        let mut others = services.iter().filter(|(it, ..)| it.name.value != service.name.value);
        others.any(|(it, ..)| it.volumes.iter().any(same))
    }
}

/// Whether a mount is still there when the container is not.
fn keeps(mount: &Mount) -> bool {
    matches!(mount.kind, MountKind::Bind(..) | MountKind::Volume(_))
}

/// Where PostgreSQL's image keeps its data since 18, and below which before.
const POSTGRES: &str = "/var/lib/postgresql";

/// Below which all of Bitnami's images keep theirs.
const BITNAMI: &str = "/bitnami";

/// Words in the targets of volumes that are there for something else.
const OTHER_USES: &[&str] = &[
    "backup", "conf", "log", "ssl", "cert", "init", "sock", "script", "dump", "run", "tmp", "etc",
    "wal", "archive", "export", "import", "sql", "plugin", "usr", "share", "secret", "home",
];

/// Whether a mount was meant for the folder of the data, and is not where it would keep it. Of where it
/// lies it is asked as well whether that is the folder of another image of the same server.
fn misses(
    folder: &Fact<&'static str>,
    path: &Utf8Path,
    (at, is_kins): (&Utf8Path, bool),
    kind: &MountKind,
) -> bool {
    if *folder.value == *POSTGRES && at.starts_with(POSTGRES) {
        return at == "/var/lib/postgresql/data";
    }
    // Redis writes right into its folder; this one of it is MongoDB's.
    if path == "/data" && at == "/data/db" {
        return true;
    }
    if at.starts_with(path) {
        return false;
    }
    // Bitnami's own files have had the folder above mounted, and which of its images declare theirs a
    // volume has changed.
    if path.starts_with(at) && path.starts_with(BITNAMI) {
        return false;
    }
    if path.starts_with(at) {
        // An image declares its folder a volume, and that one lies over what is mounted above.
        return at != "/" && !matches!(kind, MountKind::Bind(..) if at == "/data");
    }
    // The parent is `/var/lib` for some, which says nothing by itself.
    let named = matches!(kind, MountKind::Volume(_));
    is_kins
        || named
            && (is_misspelt(path, at)
                || !OTHER_USES.iter().any(|word| at.as_str()[1..].contains(word)))
}

/// Whether a path is another, or one below it, but for a slip: `/var/lib/posgresql/data`.
fn is_misspelt(path: &Utf8Path, at: &Utf8Path) -> bool {
    let differ: Vec<_> = path.iter().zip(at).filter(|(meant, written)| meant != written).collect();
    let [(meant, written)] = differ.as_slice() else { return false };
    at.components().count() >= path.components().count() && is_slip(meant, written)
}

/// The folder that a stock database or cache keeps its data in, unless it is told another.
fn data_folder(process: &Process, container: &Container) -> Option<Fact<&'static str>> {
    let flavour = container.serves()?;
    if !container.starts_server() {
        return None;
    }
    let keeps_data = matches!(flavour.value.stock.role, Role::Database | Role::Cache);
    let told = |name: &str| !process.environment.layers(name).iter().all(is_of_image);
    // Timescale's image for clusters has a folder of its own.
    let elsewhere = flavour.value.reference.repository.contains("timescaledb-ha");
    // Bitnami's take `POSTGRESQL_DATA_DIR`, `MYSQL_VOLUME_DIR` and their like.
    let moves = |name: &str| name.ends_with("_DATA_DIR") || name.ends_with("_VOLUME_DIR");
    let is_moved = process.environment.names().any(|name| moves(name) && told(name));
    if !keeps_data || elsewhere || is_moved || told("PGDATA") || changes_folder(process) {
        return None;
    }
    flavour.try_map(|flavour| flavour.data())
}

/// The folder, where versions differ in it and the image says none.
fn by_version(container: &Container, folder: &Fact<&'static str>) -> Fact<&'static str> {
    let why = "without a tag, when it was pulled decides the version";
    let differ = container.serves().is_some_and(|it| {
        let tag = it.value.reference.tag.as_deref();
        it.value.stock.data.len() > 1 && matches!(tag, None | Some("latest" | "alpine"))
    });
    if differ { folder.clone().doubt(Certainty::Likely, why) } else { folder.clone() }
}

fn is_of_image(supplied: &Fact<Supplied>) -> bool {
    matches!(&supplied.value, Supplied::Unknown(why) if why.starts_with("the image "))
}

/// Whether the command line says where data goes, or nobody can tell.
fn changes_folder(process: &Process) -> bool {
    let Some(started) = &process.started else { return false };
    let said = ["data_directory", "--datadir", "--dbpath", "--dir", "-D", "PGDATA"];
    let says = |word: &Fact<String>| {
        said.iter().any(|it| word.value.contains(it)) || word.value.ends_with(".conf")
    };
    started.words.iter().any(says)
}
