//! Which keys a section knows, and what their values look like.

use super::name::UnitKind;
use std::collections::HashMap;
use std::sync::LazyLock;

mod tables;

use tables::Group;

/// What the value of a key has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    Text,
    Boolean,
    Path,
    /// Several, each perhaps with `-`, `+` before it.
    Paths,
    WorkingDirectory,
    /// Names below `/run`, `/var/lib` and so on: `RuntimeDirectory=`.
    RelativePaths,
    Mode,
    Seconds,
    Calendar,
    Unsigned,
    Unit,
    Units,
    Command,
    Environment,
    EnvironmentFile,
    UserName,
    Signal,
    KillMode,
    ServiceType,
    Restart,
    NotifyAccess,
    ProtectSystem,
    ProtectHome,
    Preserve,
    Listen,
    Output,
}

/// What a section says to a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lookup {
    Known(Type),
    /// Another section knows it.
    Elsewhere(&'static str),
    Unknown,
}

const SECTIONS: [(&str, &[Group]); 11] = [
    ("Unit", &[tables::UNIT]),
    ("Install", &[tables::INSTALL]),
    ("Service", &[tables::SERVICE, tables::EXEC, tables::KILL, tables::CGROUP]),
    ("Socket", &[tables::SOCKET, tables::EXEC, tables::KILL, tables::CGROUP]),
    ("Timer", &[tables::TIMER]),
    ("Path", &[tables::PATH]),
    ("Mount", &[tables::MOUNT, tables::EXEC, tables::KILL, tables::CGROUP]),
    ("Automount", &[tables::AUTOMOUNT]),
    ("Swap", &[tables::SWAP, tables::EXEC, tables::KILL, tables::CGROUP]),
    ("Slice", &[tables::SLICE, tables::CGROUP]),
    ("Scope", &[tables::SCOPE, tables::KILL, tables::CGROUP]),
];

static KEYS: LazyLock<HashMap<(&'static str, String), Type>> = LazyLock::new(|| {
    let mut keys = HashMap::new();
    for (section, groups) in SECTIONS {
        for (kind, names) in groups.iter().copied().flatten() {
            for name in names.split_ascii_whitespace() {
                keys.insert((section, name.to_owned()), *kind);
            }
        }
    }
    for name in tables::CONDITIONS.split_ascii_whitespace() {
        keys.insert(("Unit", format!("Condition{name}")), Type::Text);
        keys.insert(("Unit", format!("Assert{name}")), Type::Text);
    }
    for section in ["Service", "Socket", "Mount", "Swap"] {
        keys.insert((section, "TimeoutSec".to_owned()), Type::Seconds);
    }
    keys
});

/// The sections that systemd reads in a unit of this kind.
pub fn sections(kind: UnitKind) -> Vec<&'static str> {
    let own = match kind {
        UnitKind::Service => Some("Service"),
        UnitKind::Socket => Some("Socket"),
        UnitKind::Timer => Some("Timer"),
        UnitKind::Path => Some("Path"),
        UnitKind::Mount => Some("Mount"),
        UnitKind::Automount => Some("Automount"),
        UnitKind::Swap => Some("Swap"),
        UnitKind::Slice => Some("Slice"),
        UnitKind::Scope => Some("Scope"),
        UnitKind::Target | UnitKind::Device => None,
    };
    ["Unit", "Install"].into_iter().chain(own).collect()
}

pub fn lookup(kind: UnitKind, section: &str, key: &str) -> Lookup {
    let sections = sections(kind);
    let find = |section: &'static str| KEYS.get(&(section, key.to_owned())).copied();
    if let Some(section) = sections.iter().find(|known| **known == section)
        && let Some(kind) = find(section)
    {
        return Lookup::Known(kind);
    }
    match sections.iter().find(|other| find(other).is_some()) {
        Some(other) => Lookup::Elsewhere(other),
        None => Lookup::Unknown,
    }
}

/// The section that a key belongs to, where it stands in another one that systemd reads.
pub fn home(kind: UnitKind, section: &str, key: &str) -> Option<&'static str> {
    match lookup(kind, section, key) {
        Lookup::Elsewhere(home) if sections(kind).contains(&section) => Some(home),
        Lookup::Known(_) | Lookup::Elsewhere(_) | Lookup::Unknown => None,
    }
}

/// The keys of a section, to find what a misspelt one may have meant.
pub fn names(section: &str) -> impl Iterator<Item = &'static str> {
    KEYS.keys().filter(move |(of, _)| *of == section).map(|(_, name)| name.as_str())
}
