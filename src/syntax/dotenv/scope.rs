//! What a reader knows while it reads: its caller's environment and the file so far.

use crate::fact::{Environment, Fact, Lookup, Supplied};
use crate::syntax::dotenv::Reading;
use std::collections::HashMap;

/// The variables of the file so far.
#[derive(Debug, Default)]
pub(super) struct Variables {
    order: Vec<(String, Option<Fact<Supplied>>)>,
    /// By name, where it stands in the order.
    index: HashMap<String, usize>,
}

impl Variables {
    /// Sets a variable, whatever it was before.
    pub(super) fn set(&mut self, name: &str, value: Fact<Supplied>) {
        self.remove(name);
        self.index.insert(name.to_owned(), self.order.len());
        self.order.push((name.to_owned(), Some(value)));
    }

    /// Takes the caller's variable of this name over, if there is one.
    pub(super) fn inherit(&mut self, name: &str, caller: &Environment) {
        match caller.get(name) {
            Lookup::Set(value) => self.set(name, value.map(|it| Supplied::Value(it.clone()))),
            Lookup::Unknown(why) => self.set(name, why.map(|it| Supplied::Perhaps(it.clone()))),
            Lookup::Absent => self.remove(name),
        }
    }

    pub(super) fn remove(&mut self, name: &str) {
        if let Some(index) = self.index.remove(name) {
            self.order[index].1 = None;
        }
    }

    pub(super) fn get(&self, name: &str) -> Option<&Fact<Supplied>> {
        self.order[*self.index.get(name)?].1.as_ref()
    }

    pub(super) fn into_reading(self) -> Reading {
        let set = self.order.into_iter().filter_map(|(name, value)| Some((name, value?)));
        Reading { variables: set.collect(), ..Reading::default() }
    }
}

/// Which of the two wins where both have a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum First {
    Caller,
    File,
}

/// Where `$NAME` is looked up.
///
/// A caller that is not in view may have any name, the file's too. That it sets just one that the
/// file defines would make the file idle, so the file is believed.
pub(super) fn look_up(name: &str, first: First, caller: &Environment, file: &Variables) -> Lookup {
    let from_file = file.get(name).map(Fact::lookup);
    match (first, from_file) {
        (First::File, Some(found)) => found,
        (First::Caller, Some(found)) if caller.layers(name).is_empty() => found,
        _ => caller.get(name),
    }
}
