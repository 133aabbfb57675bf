//! What units have to do with each other: order, wants, and the directories that systemd makes.

use crate::fact::{Fact, secret, symbol};
use crate::model::units::Unit;
use crate::model::{Endpoint, Host, Listening};
use crate::source::normalize;
use crate::syntax::systemd::environment::{self, Entry};
use camino::{Utf8Path, Utf8PathBuf};

/// Directives that have systemd start another unit with this one.
const PULLS: [&str; 4] = ["Wants", "Requires", "BindsTo", "Requisite"];

impl Unit {
    /// Whether the unit has a section of this name. One that has no line at all is masked.
    pub fn has(&self, section: &str) -> bool {
        self.headers.iter().any(|(name, _)| name == section)
    }

    /// Whether one of these sections is there: a file without any is another thing under a unit's name.
    pub fn has_any(&self, sections: &[&str]) -> bool {
        sections.iter().any(|section| self.has(section))
    }

    /// The units that are started before this one.
    pub fn after(&self) -> Vec<Fact<String>> {
        self.words("Unit", "After")
    }

    /// The units that are started because of this one.
    pub fn pulls(&self) -> Vec<Fact<String>> {
        PULLS.iter().flat_map(|key| self.words("Unit", key)).collect()
    }

    /// The last `After=`, or else where one would stand.
    pub fn order(&self) -> Option<Fact<()>> {
        let lines = self.all("Unit", "After").last();
        lines.map_or_else(|| self.absent("Unit", "After"), |line| Some(Fact::at((), line.place)))
    }

    /// The directories below `/run` that systemd makes for the service and deletes with it.
    pub fn runtime_directories(&self) -> Vec<Fact<Utf8PathBuf>> {
        let names = self.words("Service", "RuntimeDirectory");
        let path = |name: &String| {
            // `name:link` names a link as well (systemd 253).
            Utf8Path::new("/run").join(name.split(':').next().unwrap_or_default())
        };
        names.into_iter().map(|name| name.map(path)).collect()
    }

    /// What `ListenStream=` of a socket unit names.
    pub fn listen_streams(&self) -> Vec<Fact<Listening>> {
        let lines = self.all("Socket", "ListenStream").filter_map(|line| self.expand(line));
        let listening =
            |it: &String| Some(Listening { endpoint: listen_stream(it)?, activated: true });
        lines.filter_map(|line| line.try_map(listening)).collect()
    }

    /// Whether a socket unit listens at more than [`Self::listen_streams`] has: where a whole line is yet to
    /// be filled in, nobody can tell.
    pub fn listens_unread(&self) -> bool {
        let mut lines = self.all("Socket", "ListenStream").filter_map(|line| self.expand(line));
        lines.any(|it| listen_stream(&it.value).is_none() && it.value.contains("{{"))
    }

    /// Whether the directories below `/run` may outlive the service.
    pub fn preserves_runtime_directories(&self) -> bool {
        let lines = self.all("Service", "RuntimeDirectoryPreserve").last();
        let Some(line) = lines else { return false };
        self.expand(line)
            .is_none_or(|it| !matches!(it.value.as_str(), "no" | "false" | "0" | "off"))
    }

    /// Whether a service asks for its socket unit, which may be on the server alone: what it then listens
    /// at is systemd's to make, and the first connection starts it.
    pub fn awaits_socket(&self) -> bool {
        let name = self.name.to_string();
        let own = name.strip_suffix(".service").map(|stem| format!("{stem}.socket"));
        // An instance asks for the socket of its own: `gunicorn@%i.socket`.
        self.asked_for_sockets().any(|it| Some(it.replace("@%i.", "@.")) == own)
    }

    /// Whether a service asks for a socket unit of another name, which hands its socket to the service of
    /// that name (systemd.socket(5)): the file is meant to be installed as that.
    pub fn awaits_socket_of_another_name(&self) -> bool {
        !self.is_installed && !self.awaits_socket() && self.asked_for_sockets().next().is_some()
    }

    fn asked_for_sockets(&self) -> impl Iterator<Item = &str> {
        let asked = [("Unit", "Requires"), ("Unit", "BindsTo"), ("Service", "Sockets")];
        let lines = asked.into_iter().flat_map(|(section, key)| self.all(section, key));
        let words = lines.flat_map(|line| line.value.as_str().split_ascii_whitespace());
        words.filter(|it| it.ends_with(".socket"))
    }

    /// What `Environment=` sets: each name with its value, where it stands.
    pub fn sets(&self) -> Vec<(Fact<String>, Fact<String>)> {
        let lines = self.all("Service", "Environment");
        let entries =
            lines.flat_map(|line| environment::entries(&line.value, &self.name, self.manager).0);
        let set = |entry| match entry {
            Entry::Set { name, value: Ok(value) } => {
                // Where a specifier is filled in, the text is not what is written.
                let place = if value.is_verbatim() { value.place() } else { name.place };
                let value = Fact::at(value.as_str().to_owned(), place);
                Some((Fact::from(name), value))
            }
            Entry::Set { value: Err(_), .. } | Entry::Inserted(_) => None,
        };
        entries.filter_map(set).collect()
    }

    /// A placeholder that nobody filled in, in what decides who runs what and where. A template's
    /// own are to be filled in.
    pub fn placeholder(&self) -> Option<Fact<String>> {
        if self.is_rendered || !self.complete {
            return None;
        }
        let keys = ["User", "Group", "WorkingDirectory", "EnvironmentFile", "ExecStart"];
        keys.iter().find_map(|key| {
            self.all("Service", key).find_map(|line| {
                let text = line.value.as_str();
                // No variable is expanded there: systemd looks for a user of that name (systemd.exec(5)).
                let is_variable = matches!(*key, "User" | "Group") && text.starts_with('$');
                if let Some(asked) = asked_for(text).or(is_variable.then_some(text)) {
                    return Some(Fact::at(asked.to_owned(), line.value.place()));
                }
                let found = symbol::find(text)?;
                // Between `<` and `>` a shell's redirections look alike.
                let filled =
                    found.starts_with("__") || (found.starts_with('<') && *key != "ExecStart");
                filled.then(|| Fact::at(found.to_owned(), line.value.place()))
            })
        })
    }

    /// Every placeholder of its lines, once.
    pub fn placeholders(&self) -> Vec<Fact<String>> {
        let mut found: Vec<Fact<String>> = Vec::new();
        for line in &self.lines {
            let mut rest = line.value.as_str();
            while let Some(symbol) = symbol::find(rest) {
                rest = &rest[symbol.as_ptr() as usize - rest.as_ptr() as usize + symbol.len()..];
                if found.iter().all(|it| it.value != symbol) {
                    found.push(Fact::at(symbol.to_owned(), line.value.place()));
                }
            }
        }
        found
    }

    /// Whether some other command of the unit speaks of a path: it may make it.
    pub fn prepares(&self, path: &Utf8Path) -> bool {
        self.preparing().any(|line| speaks_of(line, path))
    }

    /// The line by which a command of manage.py runs before the main one, in the same sandbox: `+` would
    /// lift it (systemd.service(5), "ExecStart=").
    pub fn runs_before(&self, command: &str) -> Option<Fact<()>> {
        let mut lines = self.all("Service", "ExecStartPre");
        let line = lines.find(|line| {
            let text = line.value.as_str();
            let prefix = text.split(['/', ' ']).next().unwrap_or_default();
            !prefix.contains(['+', '!'])
                && text.contains("manage.py")
                && text.split_whitespace().any(|word| word == command)
        })?;
        Some(Fact::at((), line.value.place()))
    }

    /// What it does before its main command.
    pub fn preparing(&self) -> impl Iterator<Item = &str> {
        let lines = ["ExecStartPre", "ExecCondition"].map(|key| self.all("Service", key));
        lines.into_iter().flatten().map(|line| line.value.as_str())
    }
}

/// Whether a line of commands has a path: in full, or as what a word means after `cd`. `/var/run` is a
/// link to `/run`.
pub(in crate::model) fn speaks_of(line: &str, path: &Utf8Path) -> bool {
    let plain = |text: &str| text.replace("/var/run", "/run");
    let (line, path) = (plain(line), plain(path.as_str()));
    let mut directory: Option<Utf8PathBuf> = None;
    let mut moves = false;
    let ends = |it: char| it.is_whitespace() || ";&|()'\"".contains(it);
    for word in line.split(ends).filter(|word| !word.is_empty()) {
        let meant = directory.as_ref().map(|it| normalize(&it.join(word)));
        if moves {
            directory = meant.or_else(|| word.starts_with('/').then(|| word.into()));
        } else if meant.is_some_and(|it| it.starts_with(&path)) {
            return true;
        }
        moves = word == "cd";
    }
    line.contains(&path)
}

/// The name or the part of a path by which somebody asks for another: `YOUR_USER`, `/path/to`.
fn asked_for(text: &str) -> Option<&str> {
    if symbol::is_symbolic(text) {
        return None;
    }
    let at = text.find("/path/to/").map(|at| &text[at..at + "/path/to".len()]);
    // The name of a variable is what a command gives something under: `--env SECRET_KEY=`.
    let is_name = |part: &str| {
        let behind = part.as_ptr() as usize - text.as_ptr() as usize + part.len();
        text[behind..].starts_with('=')
    };
    // What begins a comment elsewhere is no placeholder, and `systemd/inline-comment` tells it.
    let asks = |part: &str| {
        let is_placeholder = secret::is_placeholder(part) && !secret::is_its_own_name(part);
        part != "#" && is_placeholder || part.starts_with("PATH_TO_")
    };
    let mut parts = text.split(['/', ' ', ':', '=']);
    at.or_else(|| parts.find(|part| asks(part) && !is_name(part)))
}

/// Where a value of `ListenStream=` listens (systemd.socket(5)).
fn listen_stream(text: &str) -> Option<Endpoint> {
    if text.starts_with('/') {
        return Some(Endpoint::Unix(text.into()));
    }
    if let Ok(port) = text.parse() {
        return Some(Endpoint::Tcp { host: Host::Any, port });
    }
    let (host, port) = text.rsplit_once(':')?;
    Some(Endpoint::Tcp { host: Host::parse(host), port: port.parse().ok()? })
}
