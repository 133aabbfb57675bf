//! What is there again after the machine was started: `/run` is empty then.

use crate::model::units::Unit;
use crate::model::{Deployment, Endpoint, UnitKind};
use crate::source::normalize;
use camino::{Utf8Path, Utf8PathBuf};

/// Directories below `/run` that the files of systemd-tmpfiles make.
#[derive(Clone, Debug, Default)]
pub struct Tmpfiles {
    pub made: Vec<Utf8PathBuf>,
    /// A script or a document speaks of files that are not in view.
    pub others: bool,
    /// Lines of scripts and documents by which somebody makes directories or files.
    pub by_hand: Vec<String>,
}

/// What systemd itself and the packages of Debian make below `/run`.
const OF_SYSTEM: [&str; 16] = [
    "apache2",
    "dbus",
    "lock",
    "log",
    "mount",
    "mysqld",
    "php",
    "postgresql",
    "redis",
    "screen",
    "shm",
    "sshd",
    "systemd",
    "user",
    "utmp",
    "uwsgi",
];

/// Folders of logs that packages of Debian bring.
const LOGS_OF_SYSTEM: [&str; 9] = [
    "apache2",
    "journal",
    "mysql",
    "nginx",
    "postgresql",
    "rabbitmq",
    "redis",
    "supervisor",
    "uwsgi",
];

impl Deployment {
    /// The folder of `/var/log` that a unit's log file lies in, if surely nothing in view makes
    /// it.
    pub fn unmade_logs<'p>(&self, unit: &Unit, file: &'p Utf8Path) -> Option<&'p Utf8Path> {
        let folder = file.parent()?;
        let below = folder.strip_prefix("/var/log").ok()?;
        let first = below.iter().next()?;
        let logs = unit.words("Service", "LogsDirectory");
        let by_systemd = logs.iter().any(|it| below.starts_with(&it.value));
        let by_hand = |line: &String| {
            line.contains(folder.as_str()) || line.contains("/var/log/$") || line.contains(first)
        };
        let known = LOGS_OF_SYSTEM.contains(&first)
            || by_systemd
            || unit.prepares(folder)
            || self.surroundings.tmpfiles.others
            || self.surroundings.tmpfiles.made.iter().any(|it| it.starts_with(folder))
            || self.surroundings.tmpfiles.by_hand.iter().any(by_hand);
        (!known).then_some(folder)
    }

    /// The directory below `/run` that a path lies in and that surely nothing makes when the
    /// machine starts.
    pub fn unmade<'p>(&self, path: &'p Utf8Path) -> Option<&'p Utf8Path> {
        let folder = path.parent()?;
        let below = |path: &Utf8Path| {
            let path = normalize(path);
            let below = path.strip_prefix("/var/run").or_else(|_| path.strip_prefix("/run"));
            below.ok().map(Utf8Path::to_owned)
        };
        let wanted = below(folder).filter(|it| it.file_name().is_some())?;
        let of_system = wanted.iter().next().is_some_and(|first| OF_SYSTEM.contains(&first));
        let within = |made: &Utf8Path| below(made).is_some_and(|made| made.starts_with(&wanted));
        let made = |unit: &Unit| {
            let directories = unit.runtime_directories();
            let sockets = unit.listen_streams();
            let mut files = sockets.iter().filter_map(|it| match &it.value.endpoint {
                Endpoint::Unix(path) => path.parent(),
                Endpoint::Tcp { .. } => None,
            });
            directories.iter().any(|it| within(&it.value))
                || unit.is(UnitKind::Socket) && files.any(&within)
                || unit.prepares(folder)
        };
        let known = of_system
            || self.surroundings.tmpfiles.others
            || self.surroundings.tmpfiles.made.iter().any(|it| within(it))
            || self.units.iter().any(made);
        (!known).then_some(folder)
    }
}
