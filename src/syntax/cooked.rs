//! A value that a consumer puts together: text, and what variables held.
//!
//! It rests on all that went into it, and stays unknown once a part is.

use crate::fact::{Certainty, Fact, Lookup, Supplied};
use crate::source::Place;
use std::sync::Arc;

/// Longer values come from a file that doubles them on each line.
const LONGEST_VALUE: usize = 1024 * 1024;

/// A value in the making.
#[derive(Clone, Debug)]
pub(crate) struct Cooked(Fact<Supplied>);

impl Cooked {
    pub(crate) fn at(place: Place) -> Self {
        Self(Fact::at(Supplied::Value(String::new()), place))
    }

    pub(crate) fn text(text: impl Into<String>, place: Place) -> Self {
        Self(Fact::at(Supplied::Value(text.into()), place))
    }

    pub(crate) fn push(&mut self, text: &str) {
        let Supplied::Value(value) = &mut self.0.value else { return };
        if value.len() + text.len() > LONGEST_VALUE {
            self.0.value = Supplied::Unknown("its value is longer than 1 MiB".into());
        } else {
            value.push_str(text);
        }
    }

    pub(crate) fn push_char(&mut self, char: char) {
        self.push(char.encode_utf8(&mut [0; 4]));
    }

    /// Goes on with a variable's value; nothing is added for one that is not set.
    pub(crate) fn push_lookup(&mut self, found: Lookup) {
        match found {
            Lookup::Set(value) => {
                self.push(&value.value);
                self.rest_on(&value);
            }
            Lookup::Unknown(why) => {
                self.unknown(why.value.clone());
                self.rest_on(&why);
            }
            Lookup::Absent => {}
        }
    }

    pub(crate) fn unknown(&mut self, why: Arc<str>) {
        self.0.value = Supplied::Unknown(why);
    }

    pub(crate) fn doubt(&mut self, why: &str) {
        self.0 = self.0.clone().doubt(Certainty::Likely, why);
    }

    pub(crate) fn rest_on<T>(&mut self, fact: &Fact<T>) {
        self.0 = self.0.clone().given(fact);
    }

    pub(crate) fn append(&mut self, other: Self) {
        match (&other.0.value, other.0.value.unknown()) {
            (Supplied::Value(text), _) => self.push(text),
            (_, Some(why)) => self.unknown(why.clone()),
            (_, None) => {}
        }
        self.rest_on(&other.0);
    }

    pub(crate) fn into_fact(self) -> Fact<Supplied> {
        self.0
    }
}
