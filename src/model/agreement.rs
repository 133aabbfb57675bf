//! Where one thing is said twice and not alike: by two sources of a process, by two processes.

use crate::fact::spelling::is_slip;
use crate::fact::{Fact, Lookup, Supplied, switch};
use crate::model::compose::{self, Location};
use crate::model::text::Text;
use crate::model::{Answered, Asked, Concern, Deployment, EnvFile, Idle, Process};
use crate::python::Value;

/// Two processes of one application with different values of a variable.
#[derive(Clone, Debug)]
pub struct Divergence<'a> {
    pub name: &'a str,
    pub process: &'a Process,
    pub other: &'a Process,
    pub value: Fact<()>,
    pub other_value: Fact<()>,
}

/// A value that a later source of the same process replaces.
#[derive(Clone, Debug)]
pub struct Conflict<'a> {
    pub name: &'a str,
    pub holds: Fact<()>,
    pub lost: Fact<()>,
}

/// What both have to have alike to understand each other: what one signs or encrypts, where one
/// puts tasks and files.
fn must_agree(name: &str) -> bool {
    let signs = ["SECRET_KEY", "SIGNING_KEY", "FERNET", "ENCRYPTION_KEY", "JWT_SECRET"];
    let is_broker = name.contains("BROKER") && name.ends_with("URL");
    signs.iter().any(|it| name.contains(it))
        || is_broker
        || matches!(name, "MEDIA_ROOT" | "DJANGO_MEDIA_ROOT" | "DB_NAME" | "POSTGRES_DB")
}

impl Deployment {
    /// Variables that processes of one project are given different values of.
    pub fn divergences(&self) -> Vec<Divergence<'_>> {
        let apps: Vec<&Process> = self.apps().collect();
        let mut found: Vec<Divergence> = Vec::new();
        for (at, process) in apps.iter().enumerate() {
            for other in &apps[..at] {
                for read in reads(process).filter(|read| must_agree(&read.name)) {
                    let name = read.name.as_str();
                    let again =
                        found.iter().any(|it| it.name == name && it.process.name == process.name);
                    if !again && same_project(process, other) && other.asks_for(name) {
                        found.extend(divergence(name, process, other));
                    }
                }
            }
        }
        found
    }
}

fn reads(process: &Process) -> impl Iterator<Item = &Asked> {
    process.django.iter().flat_map(|django| &django.evaluation.reads)
}

fn same_project(a: &Process, b: &Process) -> bool {
    let root = |it: &Process| it.django.as_ref().map(|django| django.project.root.clone());
    root(a) == root(b)
}

fn divergence<'a>(
    name: &'a str,
    process: &'a Process,
    other: &'a Process,
) -> Option<Divergence<'a>> {
    let (Lookup::Set(value), Lookup::Set(other_value)) =
        (process.environment.get(name), other.environment.get(name))
    else {
        return None;
    };
    if value.value == other_value.value {
        return None;
    }
    let (value, other_value) = (value.map(|_| ()), other_value.map(|_| ()));
    Some(Divergence { name, process, other, value, other_value })
}

impl Process {
    /// Values of variables that the settings ask for and that a later source replaces by others.
    pub fn conflicts(&self) -> Vec<Conflict<'_>> {
        let mut found: Vec<Conflict> = Vec::new();
        for read in reads(self).filter(|read| matches!(read.answer, Answered::Set(_))) {
            let layers = self.environment.layers(&read.name);
            let [.., before, last] = layers else { continue };
            let (Supplied::Value(lost), Supplied::Value(holds)) = (&before.value, &last.value)
            else {
                continue;
            };
            let place = |fact: &Fact<Supplied>| fact.evidence().place();
            let told = found.iter().any(|it| it.name == read.name);
            if lost != holds && !told && place(before).is_some() && place(before) != place(last) {
                found.push(Conflict {
                    name: &read.name,
                    holds: last.map(|_| ()),
                    lost: before.map(|_| ()),
                });
            }
        }
        found
    }

    /// What the settings ask for under nearly this name, and nobody supplies.
    pub fn nearly_asked(&self, supplied: &str) -> Option<&Asked> {
        reads(self).find(|read| {
            matches!(read.answer, Answered::Absent)
                && self.environment.layers(&read.name).is_empty()
                && is_near(supplied, &read.name)
        })
    }

    /// What is supplied under a name that is a slip of the hand away from this one.
    pub fn nearly_given(&self, asked: &str) -> Option<(&str, Fact<()>)> {
        let near = self.environment.names().find(|it| *it != asked && is_slip(it, asked))?;
        let given = self.environment.layers(near).last()?;
        (given.value != Supplied::Removed).then(|| (near, given.map(|_| ())))
    }
}

impl Idle<'_> {
    /// What was probably meant.
    pub fn near(&self) -> Option<&Asked> {
        self.process.nearly_asked(&self.name)
    }
}

/// Prefixes that some projects give their variables, and others leave out.
const PREFIXES: &[&str] = &["DJANGO_", "APP_", "DATABASE_", "POSTGRES_", "DB_"];

/// Whether two names differ in a prefix or a slip of the hand only.
pub(in crate::model) fn is_near(a: &str, b: &str) -> bool {
    let bare = |name: &str| {
        let cut = PREFIXES.iter().find_map(|prefix| name.strip_prefix(prefix));
        cut.map(str::to_owned)
    };
    let is_digit = |char: char| char.is_ascii_digit();
    let by_prefix = match (bare(a), bare(b)) {
        (Some(a), Some(b)) => a == b && a.len() >= 4,
        (Some(bare), None) => bare == b && b.len() >= 5,
        (None, Some(bare)) => bare == a && a.len() >= 5,
        (None, None) => false,
    };
    let numbered = a.trim_end_matches(is_digit) == b.trim_end_matches(is_digit);
    by_prefix || (!numbered && is_slip(a, b))
}

/// A value of an example that a production would start with.
#[derive(Clone, Debug)]
pub enum Unsafe<'a> {
    Debug(&'a str, Fact<()>),
    /// What SECRET_KEY is made of.
    Key(&'a str, Fact<()>),
    /// A key of something else.
    OtherKey(&'a str, Fact<()>),
}

impl<'a> Unsafe<'a> {
    /// The variable.
    fn name(&self) -> &'a str {
        let (Self::Debug(name, _) | Self::Key(name, _) | Self::OtherKey(name, _)) = self;
        name
    }
}

/// Whether a setting was made of what a read found, be that known or not.
fn decides(setting: &Fact<Value>, read: &Asked) -> bool {
    let Some(place) = read.asked_at() else { return false };
    let mut origins = setting.evidence().origins().iter().filter_map(|it| it.place());
    origins.any(|it| place.nests_with(it))
}

impl Deployment {
    /// Whether the compose file gives a process a text of its own for a variable: no env file has
    /// a say in it then (Compose, "Environment variables precedence").
    fn writes(&self, process: &Process, name: &str) -> bool {
        let service = self.compose.as_ref().and_then(|it| it.service(&process.name));
        let value = service.and_then(|it| it.variable(name)?.value.as_ref());
        value.is_some_and(Text::is_written)
    }

    /// Whether an example is of a file that services take which run nothing of Django's, and none besides.
    fn is_of_other_services(&self, file: &EnvFile) -> bool {
        let takes = |it: &compose::EnvFile| match it.location.as_ref().map(|it| &it.value) {
            Some(Location::Tree(path)) => {
                path.parent() == file.path.parent()
                    && path.file_name().is_some_and(|it| file.is_for(it))
            }
            _ => false,
        };
        let services = self.services().into_iter();
        let mut takers = services.filter(|(it, ..)| it.env_files.iter().any(takes)).peekable();
        takers.peek().is_some() && takers.all(|(_, process, _)| process.django.is_none())
    }

    /// What would be wrong with a production that has an example as it is.
    pub fn unsafe_in<'a>(&'a self, file: &'a EnvFile) -> Vec<Unsafe<'a>> {
        let mut found = Vec::new();
        if self.is_of_other_services(file) {
            return found;
        }
        for process in self.apps() {
            let app = process.fact();
            let Some(debug) = app.setting("DEBUG") else { continue };
            let key = app.setting("SECRET_KEY");
            let faults = process.django.as_ref().map(|it| &it.faults);
            for read in reads(process) {
                // `getenv("A", getenv("B"))`: with A in the file, B is asked for and not heard.
                let hides = |it: &Asked| it.stands_around(read) && file.value(&it.name).is_some();
                if self.writes(process, &read.name)
                    || faults.is_some_and(|it| it.is_replaced(read))
                    || reads(process).any(hides)
                {
                    continue;
                }
                let Some(value) = file.value(&read.name).filter(|it| !it.value.is_empty()) else {
                    continue;
                };
                let at = value.map(|_| ());
                let on = switch(&value.value) == Some(true);
                let name = read.name.as_str();
                let new = if name.contains("DEBUG") && on && decides(&debug, read) {
                    Unsafe::Debug(name, at)
                } else if name.contains("SECRET_KEY") && Concern::of(name) == Concern::Secret {
                    let signs = key.as_ref().is_some_and(|key| decides(key, read));
                    let unsafe_key = if signs { Unsafe::Key } else { Unsafe::OtherKey };
                    unsafe_key(name, at)
                } else {
                    continue;
                };
                // A variable that is asked for in several places says one thing; what signs with it counts.
                match found.iter_mut().find(|it| it.name() == name) {
                    Some(known) if matches!(new, Unsafe::Key(..)) => *known = new,
                    Some(_) => {}
                    None => found.push(new),
                }
            }
            if !found.is_empty() {
                break;
            }
        }
        found
    }
}
