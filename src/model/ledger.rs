//! Every variable of a process: who supplies it, who asks for it, and what comes of the two.

use crate::fact::secret::{is_secret_name, url_credentials};
use crate::fact::{Fact, Lookup, Supplied};
use crate::model::mention::Use;
use crate::model::{Asked, Deployment, Process, is_read_by_programs};

/// One variable of a process.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    pub name: &'a str,
    pub state: State,
    /// The layers that have it, the one that wins last.
    pub supplied: Vec<Fact<()>>,
    /// What the settings say of it where they ask first.
    pub asked: Option<&'a Asked>,
}

/// What comes of a variable. The gaps come first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// The settings stop without it, and it is not there.
    Missing,
    /// The project's env file has it, and compose does not pass it on.
    HeldBack,
    /// What decides it is not in view.
    Unknown,
    /// It is supplied, and nothing reads it.
    Unread,
    Set,
    /// Nobody supplies it, and the settings have something else.
    Default,
}

impl State {
    pub fn name(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::HeldBack => "held back",
            Self::Unknown => "unknown",
            Self::Unread => "unread",
            Self::Set => "set",
            Self::Default => "default",
        }
    }
}

impl Deployment {
    /// The variables of a process that its settings ask for or that a file gives it, the gaps
    /// first, each group in the order of names.
    pub fn ledger<'a>(&'a self, process: &'a Process) -> Vec<Entry<'a>> {
        let reads = process.django.iter().flat_map(|django| &django.evaluation.reads);
        let mut entries: Vec<Entry> = Vec::new();
        for read in reads {
            if entries.iter().all(|it| it.name != read.name) {
                entries.push(self.entry(process, &read.name, Some(read)));
            }
        }
        for name in process.environment.names() {
            let entry = self.entry(process, name, None);
            // What an image sets for itself is nobody's to fill in.
            let of_image = entry.state == State::Unknown && !self.is_passed_on(process, name);
            if !of_image && !entry.supplied.is_empty() && entries.iter().all(|it| it.name != name) {
                entries.push(entry);
            }
        }
        let held_back = self.held_back(process);
        for entry in entries.iter_mut().filter(|it| it.state == State::Default) {
            if let Some(held) = held_back.iter().find(|it| it.read.name == entry.name) {
                entry.state = State::HeldBack;
                entry.supplied.push(held.meant_at());
            }
        }
        entries.sort_by(|a, b| (a.state, a.name).cmp(&(b.state, b.name)));
        entries
    }

    fn entry<'a>(
        &self,
        process: &'a Process,
        name: &'a str,
        asked: Option<&'a Asked>,
    ) -> Entry<'a> {
        let layers = process.environment.layers(name).iter();
        let given = layers.filter(|layer| !matches!(layer.value, Supplied::Removed));
        let mut supplied: Vec<Fact<()>> = given
            .filter(|layer| layer.evidence().place().is_some())
            .map(|layer| layer.map(|_| ()))
            .collect();
        let loaded = asked.and_then(Asked::supplied).filter(|_| supplied.is_empty());
        supplied.extend(
            loaded
                .filter(|it| it.place().is_some())
                .map(|evidence| Fact::resting((), evidence.clone())),
        );
        let missing = process.django.iter().flat_map(|it| &it.missing);
        let state = match (asked, process.environment.get(name)) {
            _ if missing.into_iter().any(|it| it.read.name == name) => State::Missing,
            (Some(read), _) if read.supplied().is_some() => State::Set,
            (_, Lookup::Unknown(_)) => State::Unknown,
            (Some(_), Lookup::Set(_)) => State::Set,
            (Some(_), Lookup::Absent) => State::Default,
            (None, _) if self.is_read_elsewhere(process, name) => State::Set,
            (None, _) => State::Unread,
        };
        Entry { name, state, supplied, asked }
    }

    fn is_passed_on(&self, process: &Process, name: &str) -> bool {
        let service = self.compose.as_ref().and_then(|it| it.service(&process.name));
        service.is_none_or(|service| service.variable(name).is_some())
    }

    fn is_read_elsewhere(&self, process: &Process, name: &str) -> bool {
        process.django.is_none()
            || is_read_by_programs(name)
            || self.surroundings.is_used(name, &[Use::Read])
    }
}

impl Entry<'_> {
    /// The default of the settings, as an env file would have it; none if it is not known, or is
    /// nobody's business.
    pub fn default(&self) -> Option<String> {
        let text = self.asked?.default.as_ref()?.text.as_deref()?;
        let value = plain(text);
        let secret = is_secret_name(self.name) || !url_credentials(&value).is_empty();
        (!secret).then_some(value)
    }
}

/// A literal of Python as a value of an env file.
fn plain(literal: &str) -> String {
    let unquoted = |text: &str| text.trim().trim_matches(['\'', '"']).to_owned();
    if literal == "None" {
        return String::new();
    }
    match literal.strip_prefix(['[', '(']).and_then(|it| it.strip_suffix([']', ')'])) {
        Some(inner) => {
            let items = inner.split(',').map(unquoted).filter(|item| !item.is_empty());
            items.collect::<Vec<_>>().join(",")
        }
        None => unquoted(literal),
    }
}
