//! What is there again after the machine was started: `/run` is empty then.

use crate::fact::Fact;
use crate::model::units::{Unit, speaks_of};
use crate::model::{Deployment, Endpoint, Process, UnitKind};
use crate::source::normalize;
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeSet;

/// Directories below `/run` that the files of systemd-tmpfiles make.
#[derive(Clone, Debug, Default)]
pub struct Tmpfiles {
    pub made: Vec<MadeFolder>,
    /// A script or a document speaks of files that are not in view.
    pub others: bool,
    /// Lines of scripts that run when the machine starts.
    pub at_boot: Vec<String>,
    /// Lines of scripts and documents by which somebody makes directories or files.
    pub by_hand: Vec<String>,
}

/// A directory of a line of tmpfiles.d(5).
#[derive(Clone, Debug)]
pub struct MadeFolder {
    pub path: Utf8PathBuf,
    /// Its bits, 0755 where the line has none; `None` if they cannot be read.
    pub mode: Option<u32>,
    /// The user that it belongs to, whoever has made it.
    pub owner: Option<Fact<String>>,
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

/// Commands that make a file, or give it to somebody.
const GIVES: [&str; 8] =
    ["touch", "chown", "chmod", "install", "setfacl", "tee", "> /var/log", ">/var/log"];

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
        // `celery multi` makes the folder of `--logfile` first, if it may: as root
        // (`celery.apps.multi.Node._setdefaultopt`). Celery's own unit names it `${CELERY_BIN}`.
        let is_roots = unit.get("Service", "User").is_none_or(|it| it.value == "root");
        let by_celery = is_roots
            && unit.all("Service", "ExecStart").any(|line| {
                let line = line.value.as_str().to_ascii_lowercase();
                line.contains("celery") && line.split_whitespace().any(|it| it == "multi")
            });
        let known = by_celery
            || LOGS_OF_SYSTEM.contains(&first)
            || by_systemd
            || unit.prepares(folder)
            || self.surroundings.tmpfiles.others
            || self.surroundings.tmpfiles.made.iter().any(|it| it.path.starts_with(folder))
            || self.surroundings.tmpfiles.by_hand.iter().any(by_hand);
        (!known).then_some(folder)
    }

    /// The user that cannot open a log file right in `/var/log`: that is root's, and on Ubuntu the
    /// group `syslog` may write there as well. `None` if something in view may make the file.
    pub fn shut_out_of_logs(
        &self,
        unit: &Unit,
        process: &Process,
        file: &Utf8Path,
    ) -> Option<Fact<String>> {
        if file.parent()? != "/var/log" {
            return None;
        }
        let user = process.user.as_ref()?;
        let groups = ["Group", "SupplementaryGroups"];
        let mut groups = groups.iter().flat_map(|key| unit.words("Service", key));
        let tmpfiles = &self.surroundings.tmpfiles;
        let name = file.file_name()?;
        let made = |line: &String| {
            let is_given = GIVES.iter().any(|it| line.contains(it));
            is_given && (line.contains(name) || !line.contains("/var/log/") || line.contains('$'))
        };
        let known = ["root", "0", "syslog"].contains(&user.value.as_str())
            || groups.any(|it| ["syslog", "root"].contains(&it.value.as_str()))
            || unit.prepares(file)
            || unit.all("Service", "AmbientCapabilities").next().is_some()
            || tmpfiles.others
            || tmpfiles.by_hand.iter().any(made);
        (!known).then(|| user.clone())
    }

    /// What makes directories below `/run` when the machine starts.
    pub fn made_at_boot(&self) -> MadeAtBoot<'_> {
        let tmpfiles = &self.surroundings.tmpfiles;
        let folders = tmpfiles.made.iter().filter_map(|it| below_run(&it.path)).collect();
        let mut made = MadeAtBoot { tmpfiles, folders, prepared: Vec::new() };
        for unit in &self.units {
            let directories = unit.runtime_directories().into_iter().map(|it| it.value);
            made.folders.extend(directories.filter_map(|it| below_run(&it)));
            let sockets = unit.listen_streams().into_iter().filter(|_| unit.is(UnitKind::Socket));
            made.folders.extend(sockets.filter_map(|it| match &it.value.endpoint {
                Endpoint::Unix(path) => below_run(path.parent()?),
                Endpoint::Tcp { .. } => None,
            }));
            made.prepared.extend(unit.preparing());
            // What runs once and ends is there to prepare something for others.
            if unit.get("Service", "Type").is_some_and(|it| it.value == "oneshot") {
                made.prepared.extend(unit.all("Service", "ExecStart").map(|it| it.value.as_str()));
            }
        }
        made.prepared.extend(tmpfiles.at_boot.iter().map(String::as_str));
        made
    }
}

/// What makes directories below `/run` when the machine starts.
pub struct MadeAtBoot<'d> {
    tmpfiles: &'d Tmpfiles,
    /// Below `/run`, as systemd makes them.
    folders: BTreeSet<Utf8PathBuf>,
    /// What units do before they start.
    prepared: Vec<&'d str>,
}

impl MadeAtBoot<'_> {
    /// The directory that a path lies in, if it is below `/run` and surely nothing makes it.
    pub fn lacks<'p>(&self, path: &'p Utf8Path) -> Option<&'p Utf8Path> {
        let folder = path.parent()?;
        let wanted = below_run(folder).filter(|it| it.file_name().is_some())?;
        let of_system = wanted.iter().next().is_some_and(|first| OF_SYSTEM.contains(&first));
        // Paths are ordered by their parts: what lies in a folder follows it.
        let made = self.folders.range(wanted.clone()..).next();
        let known = of_system
            || self.tmpfiles.others
            || made.is_some_and(|made| made.starts_with(&wanted))
            || self.prepared.iter().any(|line| speaks_of(line, folder));
        (!known).then_some(folder)
    }
}

/// The rest of a path below `/run`, which `/var/run` is a link to.
fn below_run(path: &Utf8Path) -> Option<Utf8PathBuf> {
    let path = normalize(path);
    let below = path.strip_prefix("/var/run").or_else(|_| path.strip_prefix("/run"));
    below.ok().map(Utf8Path::to_owned)
}
