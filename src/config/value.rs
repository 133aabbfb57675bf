//! What was said, by whom: values of any shape, before it is known whether they make sense.
//!
//! Files, the environment and the command line all become tables of these, so that one check,
//! one way to merge and one way to show them serve all three.

use crate::source::{Place, Spanned};
use indexmap::IndexMap;

/// Who said it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum By {
    Place(Place),
    /// A variable of the environment.
    Variable(String),
    /// An option of the command line.
    Option(String),
}

#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Flag(bool),
    Integer(i64),
    Text(String),
    List(Vec<Stated>),
    Table(Table),
    /// What no key holds, by its name: "a date".
    Other(&'static str),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Stated {
    pub value: Value,
    pub by: By,
}

/// Keys in the order in which they were written.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    entries: IndexMap<String, Entry>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Who wrote the key.
    pub key: By,
    pub stated: Stated,
}

/// Lists that add up when one table is laid over another, the nearer items last.
const ADDING: &[&str] = &["extend-select", "ignore", "exclude", "override"];

impl Value {
    /// What it is, for a message.
    pub fn noun(&self) -> &'static str {
        match self {
            Self::Flag(_) => "true or false",
            Self::Integer(_) => "a number",
            Self::Text(_) => "a string",
            Self::List(_) => "a list",
            Self::Table(_) => "a table",
            Self::Other(noun) => noun,
        }
    }
}

impl Stated {
    pub fn text(&self) -> Option<&str> {
        if let Value::Text(text) = &self.value { Some(text) } else { None }
    }

    pub fn flag(&self) -> Option<bool> {
        if let Value::Flag(flag) = self.value { Some(flag) } else { None }
    }

    pub fn integer<T: TryFrom<i64>>(&self) -> Option<T> {
        if let Value::Integer(number) = self.value { T::try_from(number).ok() } else { None }
    }

    pub fn list(&self) -> &[Self] {
        if let Value::List(items) = &self.value { items } else { &[] }
    }

    pub fn table(&self) -> Option<&Table> {
        if let Value::Table(table) = &self.value { Some(table) } else { None }
    }

    pub fn place(&self) -> Option<Place> {
        self.by.place()
    }

    /// With its place, if it stands in a file.
    pub fn spanned<T>(&self, value: T) -> Option<Spanned<T>> {
        Some(Spanned::new(value, self.place()?))
    }
}

impl By {
    pub fn place(&self) -> Option<Place> {
        match self {
            Self::Place(place) => Some(*place),
            Self::Variable(_) | Self::Option(_) => None,
        }
    }
}

impl Table {
    pub fn insert(&mut self, name: impl Into<String>, key: By, stated: Stated) {
        self.entries.insert(name.into(), Entry { key, stated });
    }

    pub fn remove(&mut self, name: &str) {
        self.entries.shift_remove(name);
    }

    pub fn entries(&self) -> impl Iterator<Item = (&str, &Entry)> {
        self.entries.iter().map(|(name, entry)| (name.as_str(), entry))
    }

    pub fn get(&self, name: &str) -> Option<&Stated> {
        self.entries.get(name).map(|entry| &entry.stated)
    }

    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.text()
    }

    pub fn list(&self, name: &str) -> &[Stated] {
        self.get(name).map_or(&[], Stated::list)
    }

    pub fn texts(&self, name: &str) -> impl Iterator<Item = &str> {
        self.list(name).iter().filter_map(Stated::text)
    }

    /// What stands in the table `name`, by its keys.
    pub fn below(&self, name: &str) -> impl Iterator<Item = (&str, &Entry)> {
        self.get(name).and_then(Stated::table).into_iter().flat_map(Self::entries)
    }

    /// Lays `self` over what is farther from the checked path.
    ///
    /// A selection starts anew, so what modified the farther one goes with it; and whoever
    /// speaks last of a rule is heard. Some lists add up, tables are merged key by key, other
    /// values are replaced.
    pub fn over(self, mut lower: Self) -> Self {
        if self.get("select").is_some() {
            lower.remove("extend-select");
            lower.remove("ignore");
        }
        lower.drop_texts("extend-select", &self.texts("ignore").collect::<Vec<_>>());
        lower.drop_texts("ignore", &self.texts("extend-select").collect::<Vec<_>>());
        lower.overlay(self, ADDING);
        lower
    }

    fn overlay(&mut self, upper: Self, adding: &[&str]) {
        for (name, new) in upper.entries {
            let Some(old) = self.entries.get_mut(&name) else {
                self.entries.insert(name, new);
                continue;
            };
            match (&mut old.stated.value, new.stated.value) {
                (Value::List(old), Value::List(new)) if adding.contains(&name.as_str()) => {
                    old.extend(new);
                }
                (Value::Table(old), Value::Table(new)) => old.overlay(new, &[]),
                (old_value, value) => {
                    *old_value = value;
                    (old.key, old.stated.by) = (new.key, new.stated.by);
                }
            }
        }
    }

    fn drop_texts(&mut self, name: &str, unwanted: &[&str]) {
        let Some(entry) = self.entries.get_mut(name) else { return };
        if let Value::List(items) = &mut entry.stated.value {
            items.retain(|item| item.text().is_none_or(|text| !unwanted.contains(&text)));
        }
    }
}
