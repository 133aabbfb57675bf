//! Units with their drop-ins, as systemd has them in memory (systemd.unit(5)).
//!
//! Drop-ins come after the unit's own lines. What a unit starts, and what its environment is, others make
//! of it.

use crate::diagnostic::Subject;
use crate::fact::{Certainty, Fact, Origin};
use crate::source::{FileId, Place};
use crate::syntax::spliced::Spliced;
use crate::syntax::systemd::exec::{self, Command};
use crate::syntax::systemd::keys::{self, Lookup, Type};
use crate::syntax::systemd::name::Manager;
use crate::syntax::systemd::{UnitFile, UnitKind, UnitName, specifier, value};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeSet;

mod environment;
mod gather;
mod installed;
mod relations;
mod sandbox;
mod unset;

pub use environment::{EnvFile, FindEnvFiles};
pub(in crate::model) use gather::is_rendered;
pub use gather::units;
pub(in crate::model) use relations::speaks_of;
pub use unset::UnsetVariable;

/// Whether a path has a part that only an instance of its unit tells, or the host.
pub fn is_of_instance(path: &Utf8Path) -> bool {
    specifier::is_open(path.as_str())
}

/// A unit of the tree.
#[derive(Clone, Debug)]
pub struct Unit {
    pub name: UnitName,
    /// Other names that its file is installed under.
    installed_as: Vec<UnitName>,
    /// Where its own file lies in the tree.
    pub path: Utf8PathBuf,
    pub manager: Manager,
    lines: Vec<Line>,
    /// The headers of its own file: where something that is missing would stand.
    headers: Vec<(String, Place)>,
    whole: Place,
    /// Whether every line is in view: none comes from a template's `{{ … }}`.
    complete: bool,
    /// Its file is to be filled in before it is installed.
    pub is_rendered: bool,
    /// Its file lies where systemd reads it, or a script puts it there and changes nothing in it.
    pub is_installed: bool,
    /// What a script leaves of its placeholders that fills in the others.
    pub left_open: Option<LeftOpen>,
}

/// Placeholders of a template that the script leaves in what it makes of it.
#[derive(Clone, Debug)]
pub struct LeftOpen {
    pub placeholders: Vec<Fact<String>>,
    /// The command that fills in the others.
    pub by: Fact<()>,
}

/// One assignment.
#[derive(Clone, Debug)]
pub struct Line {
    pub section: String,
    pub key: String,
    pub value: Spliced,
    pub place: Place,
    key_place: Place,
    /// Between the tags of a template, so that it may not be there.
    conditional: bool,
}

const EXEC_DIRECTORIES: [&str; 5] = [
    "RuntimeDirectory",
    "StateDirectory",
    "CacheDirectory",
    "LogsDirectory",
    "ConfigurationDirectory",
];

impl Unit {
    fn new(
        name: UnitName,
        path: &Utf8Path,
        manager: Manager,
        whole: Place,
        tree: &UnitFile,
    ) -> Self {
        let headers =
            tree.sections.iter().map(|it| (it.name.value.clone(), it.name.place)).collect();
        let mut unit = Self {
            name,
            installed_as: Vec::new(),
            path: path.to_owned(),
            manager,
            lines: Vec::new(),
            headers,
            whole,
            complete: true,
            is_rendered: false,
            is_installed: false,
            left_open: None,
        };
        unit.add(tree);
        unit
    }

    /// Whether the manager of a user runs it, who knows none of the machine's own units.
    pub fn is_of_a_user(&self) -> bool {
        self.manager == Manager::User
    }

    fn add(&mut self, tree: &UnitFile) {
        self.complete &= tree.insertions.is_empty();
        for section in &tree.sections {
            for assignment in &section.assignments {
                if assignment.is_reset() {
                    self.reset(&section.name.value, &assignment.key.value);
                    continue;
                }
                self.lines.push(Line {
                    section: section.name.value.clone(),
                    key: assignment.key.value.clone(),
                    value: assignment.value.clone(),
                    place: assignment.place(),
                    key_place: assignment.key.place,
                    conditional: assignment.conditional,
                });
            }
        }
    }

    /// An empty value takes back what was said before (systemd.unit(5)), with all keys that fill
    /// the same list; dependencies on units can only be added.
    fn reset(&mut self, section: &str, key: &str) {
        if matches!(keys::lookup(self.name.kind, section, key), Lookup::Known(Type::Units))
            && section == "Unit"
        {
            return;
        }
        let list = list_of(section, key);
        // A list of directories takes their mode back with it (`exec_directory_done`).
        let mode = EXEC_DIRECTORIES.contains(&key).then(|| format!("{key}Mode"));
        self.lines.retain(|line| {
            line.section != section
                || list_of(section, &line.key) != list && Some(&line.key) != mode.as_ref()
        });
    }

    pub fn is(&self, kind: UnitKind) -> bool {
        self.name.kind == kind
    }

    /// Its own file and those of its drop-ins.
    pub fn files(&self) -> BTreeSet<FileId> {
        let of_lines = self.lines.iter().map(|line| line.place.file);
        of_lines.chain([self.whole.file]).collect()
    }

    /// Whether it goes by this name. An instance is started from its template's file.
    pub fn is_called(&self, name: &str) -> bool {
        // Nearly every name is another's, and nearly every other name begins otherwise.
        let mut own = [&self.name].into_iter().chain(&self.installed_as);
        if !own.clone().any(|own| name.starts_with(&own.prefix)) {
            return false;
        }
        let Some(name) = UnitName::parse(name) else { return false };
        let template = name.template();
        own.any(|own| *own == name || template.as_ref() == Some(own))
    }

    /// Whether a script installs it under another name than that of its file.
    pub fn has_other_names(&self) -> bool {
        !self.installed_as.is_empty()
    }

    /// The head of a section, or the file where it has none.
    pub fn head(&self, section: &str) -> Fact<()> {
        self.section(section).unwrap_or_else(|| Fact::at((), self.whole))
    }

    /// The line that begins a section, if there is one.
    pub fn section(&self, section: &str) -> Option<Fact<()>> {
        let header = self.headers.iter().find(|(name, _)| name == section);
        header.map(|(_, place)| Fact::at((), *place))
    }

    /// The first line that only a section knows which the unit does not have, and the section that it stands
    /// in for want of a header above it.
    pub fn first_lost(&self, section: &str) -> Option<Fact<&str>> {
        let is_lost =
            |it: &&Line| keys::home(self.name.kind, &it.section, &it.key) == Some(section);
        let first = self.lines.iter().find(is_lost).filter(|_| self.section(section).is_none())?;
        Some(Fact::at(first.section.as_str(), first.key_place))
    }

    /// Every line of a key, in order.
    pub fn all<'a>(&'a self, section: &'a str, key: &'a str) -> impl Iterator<Item = &'a Line> {
        self.lines.iter().filter(move |line| line.section == section && line.key == key)
    }

    /// The value that counts: the last. `None` if there is none, or only the host can expand it.
    pub fn get(&self, section: &str, key: &str) -> Option<Fact<String>> {
        self.expand(self.all(section, key).last()?)
    }

    pub fn flag(&self, section: &str, key: &str) -> Option<Fact<bool>> {
        self.get(section, key)?.try_map(|text| value::boolean(text))
    }

    /// Where its commands start: without the `-` that lets the folder be missing. Only the host
    /// knows where `~` is.
    pub fn working_directory(&self) -> Option<Fact<Utf8PathBuf>> {
        let path = self.get("Service", "WorkingDirectory")?;
        path.try_map(|path| {
            let path = path.strip_prefix('-').unwrap_or(path);
            // What begins it may be a word that a script puts the folder in the place of.
            let is_open = self.is_rendered && !path.starts_with('/');
            (path != "~" && !is_open).then(|| Utf8PathBuf::from(path))
        })
    }

    /// Every value of a list, parted by blanks.
    pub fn words(&self, section: &str, key: &str) -> Vec<Fact<String>> {
        let values = self.all(section, key).filter_map(|line| self.expand(line));
        let words = values.flat_map(|value| {
            let words: Vec<_> = value.value.split_ascii_whitespace().map(str::to_owned).collect();
            words.into_iter().map(|word| value.map(|_| word)).collect::<Vec<_>>()
        });
        words.collect()
    }

    /// That a key is surely not there, and where it would stand.
    pub fn absent(&self, section: &str, key: &str) -> Option<Fact<()>> {
        let none = self.complete && self.all(section, key).next().is_none();
        let within = self.head(section).evidence().place()?;
        none.then(|| Fact::new((), Origin::Absent { within }))
    }

    /// That none of some keys is there, as far as one of them shows where it would stand.
    pub fn absent_all(&self, section: &str, keys: &[&str]) -> Option<Fact<()>> {
        let absent: Option<Vec<_>> = keys.iter().map(|key| self.absent(section, key)).collect();
        absent?.into_iter().next()
    }

    /// The commands of `ExecStart=` and its kin.
    pub fn commands(&self, key: &str) -> Vec<Command> {
        let of = |line: &Line| match self.is_rendered {
            true => exec::commands_of_template(&line.value),
            false => exec::commands(&line.value).0,
        };
        self.all("Service", key).flat_map(of).collect()
    }

    /// Where each of its main commands stands, as sure as its line is there.
    pub fn starts(&self) -> Vec<Fact<()>> {
        let of = |line: &Line| exec::commands(&line.value).0.into_iter().map(|it| it.place());
        let placed =
            |line: &'_ Line| of(line).map(|at| line.doubted(Fact::at((), at))).collect::<Vec<_>>();
        self.all("Service", "ExecStart").flat_map(placed).collect()
    }

    /// Whether every line of it is in view, and none is to be filled in.
    pub fn is_as_written(&self) -> bool {
        self.complete && !self.is_rendered
    }

    /// Where its main command stands.
    pub fn main_command(&self) -> Option<Place> {
        Some(self.commands("ExecStart").last()?.place())
    }

    /// The unit that this one starts or passes its sockets to: `Unit=`, `Service=`, or the service
    /// of its own name.
    pub fn partner(&self) -> Option<Fact<String>> {
        let (section, key) = match self.name.kind {
            UnitKind::Timer => ("Timer", "Unit"),
            UnitKind::Path => ("Path", "Unit"),
            UnitKind::Socket => ("Socket", "Service"),
            UnitKind::Service
            | UnitKind::Target
            | UnitKind::Mount
            | UnitKind::Automount
            | UnitKind::Swap
            | UnitKind::Slice
            | UnitKind::Scope
            | UnitKind::Device => return None,
        };
        if self.all(section, key).next().is_some() {
            return self.get(section, key);
        }
        let service = UnitName { kind: UnitKind::Service, ..self.name.clone() };
        Some(self.absent(section, key)?.map(|()| service.to_string()))
    }

    /// A line's value with its specifiers expanded, as far as the unit's name tells.
    pub fn expand(&self, line: &Line) -> Option<Fact<String>> {
        let expanded = specifier::expand(&line.value, &self.name, self.manager).ok()?;
        let value = Fact::at(expanded.as_str().to_owned(), line.value.place());
        Some(line.doubted(value))
    }
}

/// The list that a key fills, alone or with others: one empty `ListenStream=` closes every port
/// of a socket unit (`socket_free_ports`; `timer_free_values`, `path_free_specs` and conditions
/// are alike).
fn list_of<'a>(section: &str, key: &'a str) -> &'a str {
    match section {
        "Socket" if key.starts_with("Listen") => "Listen",
        "Timer" if key.starts_with("On") && !key.ends_with("Change") => "On",
        "Path" if key.starts_with("Path") || key == "DirectoryNotEmpty" => "Path",
        "Unit" if key.starts_with("Condition") => "Condition",
        "Unit" if key.starts_with("Assert") => "Assert",
        _ => key,
    }
}

impl Line {
    /// That it is there.
    pub fn fact(&self) -> Fact<()> {
        self.doubted(Fact::at((), self.place))
    }

    pub fn key_place(&self) -> Place {
        self.key_place
    }

    /// The same, as uncertain as a line of a template's branch.
    pub fn doubted<T>(&self, fact: Fact<T>) -> Fact<T> {
        match self.conditional {
            true => fact.doubt(Certainty::Likely, "a branch of the template decides it"),
            false => fact,
        }
    }
}

impl From<&Unit> for Subject {
    fn from(unit: &Unit) -> Self {
        Self::Process(unit.name.to_string())
    }
}
