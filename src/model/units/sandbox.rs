//! What the sandbox of a service hides from it or makes read-only (systemd.exec(5),
//! "Sandboxing").

use crate::fact::Fact;
use crate::model::units::Unit;
use camino::{Utf8Path, Utf8PathBuf};

/// Directories that `ProtectHome=` is about.
const HOMES: [&str; 3] = ["/home", "/root", "/run/user"];

/// Lists of paths that a service can write to all the same.
const WRITABLE: [&str; 3] = ["ReadWritePaths", "ReadWriteDirectories", "ExecPaths"];

/// Lists of paths that bring something else there.
const BOUND: [&str; 3] = ["BindPaths", "BindReadOnlyPaths", "TemporaryFileSystem"];

/// Directories that systemd makes for the service, and where.
const MADE: [(&str, &str); 5] = [
    ("RuntimeDirectory", "/run"),
    ("StateDirectory", "/var/lib"),
    ("CacheDirectory", "/var/cache"),
    ("LogsDirectory", "/var/log"),
    ("ConfigurationDirectory", "/etc"),
];

impl Unit {
    /// What makes a path read-only to the service, as it is written. `None` if nothing surely does.
    pub fn read_only(&self, path: &Utf8Path) -> Option<Fact<String>> {
        if self.is_excepted(path)? {
            return None;
        }
        let named = self.paths("ReadOnlyPaths")?;
        if let Some(line) = named.into_iter().find(|it| path.starts_with(&it.value)) {
            return Some(line.map(|it| format!("ReadOnlyPaths={it}")));
        }
        let system = self.get("Service", "ProtectSystem");
        let covers = |level: &str| match level {
            "strict" => !["/dev", "/proc", "/sys"].iter().any(|it| path.starts_with(it)),
            "full" => ["/usr", "/boot", "/efi", "/etc"].iter().any(|it| path.starts_with(it)),
            "yes" | "true" | "on" | "1" => {
                ["/usr", "/boot", "/efi"].iter().any(|it| path.starts_with(it))
            }
            _ => false,
        };
        let by_system = system.filter(|it| covers(&it.value));
        if let Some(line) = by_system {
            let is_temporary = path.starts_with("/tmp") || path.starts_with("/var/tmp");
            let private = self.all("Service", "PrivateTmp").next().is_some();
            let apart = is_temporary && private;
            return (!apart).then(|| line.map(|it| format!("ProtectSystem={it}")));
        }
        let home = self.get("Service", "ProtectHome").filter(|it| it.value == "read-only")?;
        is_in_home(path).then(|| home.map(|it| format!("ProtectHome={it}")))
    }

    /// What hides a path from the service. `None` if nothing surely does.
    pub fn hidden(&self, path: &Utf8Path) -> Option<Fact<String>> {
        if !is_in_home(path) || self.has_own_root() {
            return None;
        }
        let line = self.get("Service", "ProtectHome")?;
        let hides = match line.value.as_str() {
            // Nothing below such a directory comes back (measured with systemd 252: neither
            // `ReadWritePaths=` nor `BindPaths=` nor `TemporaryFileSystem=` do anything there).
            "yes" | "true" | "on" | "1" => true,
            // What is bound lies over it; `ReadWritePaths=` finds nothing there either.
            "tmpfs" => !self.is_named_by(&BOUND, path)?,
            _ => false,
        };
        hides.then(|| line.map(|it| format!("ProtectHome={it}")))
    }

    /// Whether the service has another file system than the host's.
    fn has_own_root(&self) -> bool {
        ["RootDirectory", "RootImage"].iter().any(|key| self.all("Service", key).next().is_some())
    }

    /// Whether the sandbox makes an exception for a path; `None` if only the host can tell.
    fn is_excepted(&self, path: &Utf8Path) -> Option<bool> {
        if self.has_own_root() {
            return None;
        }
        if self.is_named_by(&WRITABLE, path)? || self.is_named_by(&BOUND, path)? {
            return Some(true);
        }
        for (key, base) in MADE {
            for name in self.paths(key)? {
                let name = name.value.as_str().split(':').next().unwrap_or_default();
                if path.starts_with(Utf8Path::new(base).join(name)) {
                    return Some(true);
                }
            }
        }
        Some(false)
    }

    /// Whether one of these lists has a path, or a folder above or below it; `None` if only the host can
    /// tell.
    fn is_named_by(&self, keys: &[&str], path: &Utf8Path) -> Option<bool> {
        for key in keys {
            for named in self.paths(key)? {
                // `source:destination` of a bind.
                let mut ends = named.value.as_str().split(':');
                if ends.any(|it| path.starts_with(it) || Utf8Path::new(it).starts_with(path)) {
                    return Some(true);
                }
            }
        }
        Some(false)
    }

    /// Every path of a list, its prefixes taken off; `None` if only the host can expand one.
    fn paths(&self, key: &str) -> Option<Vec<Fact<Utf8PathBuf>>> {
        let known = self.all("Service", key).all(|line| self.expand(line).is_some());
        let words = self.words("Service", key);
        known.then(|| {
            let bare = |word: &String| word.trim_start_matches(['-', '+']).into();
            words.iter().map(|word| word.map(bare)).collect()
        })
    }
}

fn is_in_home(path: &Utf8Path) -> bool {
    HOMES.iter().any(|home| path.starts_with(home))
}
