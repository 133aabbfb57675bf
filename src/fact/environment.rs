//! What one process gets as its environment, and who gave it.
//!
//! Layers are added in the order of the real supervisor, the later winning, and all stay: a rule
//! that asks why a value does not arrive needs the ones that lost. Knows no supervisor itself.

use crate::fact::symbol::names_server;
use crate::fact::{Fact, Origin};
use crate::source::Place;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a layer says of a variable.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Supplied {
    Value(String),
    /// It is set, and nobody can tell to what: a secret store, `${X}` of an unseen shell.
    Unknown(Arc<str>),
    /// It is set to a text in which variables of the same process stand that nobody can tell: the
    /// `${REDIS_URL}/1` that a script exports.
    MadeOf {
        text: Arc<str>,
        why: Arc<str>,
    },
    /// It is set to a URL whose server is known, and of which nobody can tell who logs in there, or to which
    /// database: the `redis://:${PASSWORD}@redis:6379/0` of compose.
    UrlTo {
        text: Arc<str>,
        why: Arc<str>,
    },
    /// It is set, and empty unless somebody who is not in view says to what: `${X}` of compose.
    OrEmpty(Arc<str>),
    /// Whether it is set at all depends on what is not in view.
    Perhaps(Arc<str>),
    /// Taken away again: `UnsetEnvironment=`, `env -u`.
    Removed,
}

/// Why an environment may hold names that no layer lists.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Open {
    pub why: Arc<str>,
    /// What would close it: the `EnvironmentFile=` line of a file that is not in the tree.
    pub place: Option<Place>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Environment {
    /// Each variable's layers, the winning one last.
    variables: BTreeMap<String, Vec<Fact<Supplied>>>,
    open: Vec<Open>,
    /// Variables that nothing in its way of being supplied would set.
    never: &'static [&'static str],
    /// What was asked for variables, at the line that names it: `EnvironmentFile=/etc/app.env`.
    sources: Vec<Fact<String>>,
    /// What an example gives variables that is to be copied to where nobody looks.
    examples: BTreeMap<String, String>,
}

/// The answer to "what is this variable here?".
#[derive(Clone, Debug)]
pub enum Lookup {
    Set(Fact<String>),
    Unknown(Fact<Arc<str>>),
    /// Surely not set: every source was seen.
    Absent,
}

impl Supplied {
    /// Why nobody can tell what it is, or whether it is set at all.
    pub fn unknown(&self) -> Option<&Arc<str>> {
        match self {
            Self::Unknown(why)
            | Self::MadeOf { why, .. }
            | Self::UrlTo { why, .. }
            | Self::OrEmpty(why)
            | Self::Perhaps(why) => Some(why),
            Self::Value(_) | Self::Removed => None,
        }
    }
}

impl Fact<Supplied> {
    /// The answer of the layer that wins.
    pub fn lookup(&self) -> Lookup {
        match (&self.value, self.value.unknown()) {
            (Supplied::Value(value), _) => Lookup::Set(self.map(|_| value.clone())),
            (_, Some(why)) => Lookup::Unknown(self.map(|_| why.clone())),
            (_, None) => Lookup::Absent,
        }
    }
}

impl Environment {
    /// Exactly these, by name and value; for tests and `--env-json`.
    pub fn closed(variables: impl IntoIterator<Item = (String, Fact<String>)>) -> Self {
        let mut environment = Self::default();
        for (name, value) in variables {
            environment.set(name, value.map(|value| Supplied::Value(value.clone())));
        }
        environment
    }

    /// Nothing is known of it.
    pub fn unseen(why: &str) -> Self {
        let mut environment = Self::default();
        environment.open(why, None);
        environment
    }

    /// Says which variables no source sets that is not in view.
    pub fn never(&mut self, names: &'static [&'static str]) {
        self.never = names;
    }

    /// Says what an example gives a variable that no layer lists.
    pub fn exemplify(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.examples.insert(name.into(), value.into());
    }

    /// Whether whoever fills in the example gives a variable something else than this default.
    pub fn exemplifies_other(&self, name: &str, default: &str) -> bool {
        self.examples.get(name).is_some_and(|it| it != default)
    }

    /// Says what a further layer holds, which wins over those before.
    pub fn set(&mut self, name: impl Into<String>, value: Fact<Supplied>) {
        self.variables.entry(name.into()).or_default().push(value);
    }

    /// Lays all that another environment holds on top.
    pub fn lay(&mut self, over: &Self) {
        for (name, layers) in &over.variables {
            self.variables.entry(name.clone()).or_default().extend(layers.iter().cloned());
        }
        over.open.iter().for_each(|open| self.open(&open.why, open.place));
        let examples = over.examples.iter().map(|(name, value)| (name.clone(), value.clone()));
        self.examples.extend(examples);
    }

    /// From here on, other names may be set as well.
    pub fn open(&mut self, why: &str, place: Option<Place>) {
        let open = Open { why: why.into(), place };
        if !self.open.contains(&open) {
            self.open.push(open);
        }
    }

    /// Remembers where variables were looked for, whether or not any was found there.
    pub fn consult(&mut self, source: Fact<String>) {
        self.sources.push(source);
    }

    /// Where variables were looked for, in order.
    pub fn sources(&self) -> &[Fact<String>] {
        &self.sources
    }

    /// Why there may be further names; empty if there are none.
    pub fn openings(&self) -> &[Open] {
        &self.open
    }

    pub fn is_closed(&self) -> bool {
        self.open.is_empty()
    }

    /// The names that some layer mentions, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.variables.keys().map(String::as_str)
    }

    /// Every layer that mentions the variable, the winning one last.
    pub fn layers(&self, name: &str) -> &[Fact<Supplied>] {
        self.variables.get(name).map_or(&[], Vec::as_slice)
    }

    /// Whether it is surely set, be it to what nobody can tell, or to an empty text: whoever asks
    /// never gets its own default.
    pub fn sets(&self, name: &str) -> bool {
        let winner = self.layers(name).last();
        winner.is_some_and(|it| match it.value {
            Supplied::Value(_)
            | Supplied::Unknown(_)
            | Supplied::MadeOf { .. }
            | Supplied::UrlTo { .. }
            | Supplied::OrEmpty(_) => true,
            Supplied::Perhaps(_) | Supplied::Removed => false,
        })
    }

    pub fn get(&self, name: &str) -> Lookup {
        let Some(winner) = self.layers(name).last() else {
            return match self.open.first() {
                None => Lookup::Absent,
                Some(_) if self.never.contains(&name) => Lookup::Absent,
                Some(open) => {
                    let origin = open.place.map_or(Origin::UNSEEN, Origin::At);
                    Lookup::Unknown(Fact::new(open.why.clone(), origin))
                }
            };
        };
        winner.lookup()
    }

    /// What a variable is made of, if that is all that is known of it.
    pub fn made_of(&self, name: &str) -> Option<&str> {
        match &self.layers(name).last()?.value {
            Supplied::MadeOf { text, .. } => Some(text),
            _ => None,
        }
    }

    /// The URL that a variable is, where only that is not known which decides on no server.
    pub fn url_to(&self, name: &str) -> Option<Fact<String>> {
        let layer = self.layers(name).last()?;
        match &layer.value {
            Supplied::UrlTo { text, .. } => Some(layer.map(|_| text.to_string())),
            Supplied::MadeOf { text, .. } if names_server(text) => {
                // Why the rest is not known is no part of it.
                let own = layer.evidence().place().filter(|_| layer.evidence().doubt().is_none());
                let whole = || layer.map(|_| text.to_string());
                Some(own.map_or_else(whole, |at| Fact::at(text.to_string(), at)))
            }
            _ => None,
        }
    }

    /// Works out what is made of variables that have been set since.
    pub fn fill_in(&mut self) {
        let names: Vec<String> = self.names().map(str::to_owned).collect();
        for name in names {
            let Some(filled) = self.filled(&name) else { continue };
            self.set(name, filled.map(|it| Supplied::Value(it.clone())));
        }
    }

    fn filled(&self, name: &str) -> Option<Fact<String>> {
        let made = self.layers(name).last()?;
        // Why it was not known is no part of it any more.
        let own = made.evidence().place().filter(|_| made.evidence().doubt().is_none());
        let mut whole =
            own.map_or_else(|| made.map(|_| String::new()), |at| Fact::at(String::new(), at));
        for piece in pieces(self.made_of(name)?) {
            match piece {
                Piece::Text(text) => whole.value.push_str(text),
                // A shell puts nothing there for what is not set.
                Piece::Variable(name) => match self.get(name) {
                    Lookup::Set(value) if whole.value.len() <= LONGEST_FILLED => {
                        whole.value.push_str(&value.value);
                        whole = whole.given(&value);
                    }
                    Lookup::Absent => {}
                    Lookup::Set(_) | Lookup::Unknown(_) => return None,
                },
            }
        }
        (whole.value.len() <= LONGEST_FILLED).then_some(whole)
    }
}

/// A text that names one long variable many times is nobody's.
const LONGEST_FILLED: usize = 64 * 1024;

/// What [`Supplied::MadeOf`] is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'t> {
    Text(&'t str),
    Variable(&'t str),
}

/// The pieces of a text in which variables stand as `${NAME}`, and no dollar otherwise.
pub fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    text.split("${").enumerate().flat_map(|(index, piece)| {
        let (name, rest) = match piece.split_once('}').filter(|_| index > 0) {
            Some((name, rest)) => (Some(name), rest),
            None => (None, piece),
        };
        name.map(Piece::Variable).into_iter().chain([Piece::Text(rest)])
    })
}
