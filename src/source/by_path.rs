//! A map from paths, in the order of their parts.
//!
//! It is asked for every path that any configuration names, in several ways each, and comparing
//! two paths part by part costs more than all else. Here they are compared as bytes: with the
//! lowest of them between the parts, the order is the same.

use crate::source::tree::is_normal;
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeMap;
use std::ops::Bound;

/// Stands between the parts of a path; no path has it (path_resolution(7)).
const BETWEEN: u8 = 0;

type Key = Vec<u8>;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ByPath<V> {
    entries: BTreeMap<Key, (Utf8PathBuf, V)>,
}

impl<V> Default for ByPath<V> {
    fn default() -> Self {
        Self { entries: BTreeMap::new() }
    }
}

impl<V> FromIterator<(Utf8PathBuf, V)> for ByPath<V> {
    fn from_iter<I: IntoIterator<Item = (Utf8PathBuf, V)>>(all: I) -> Self {
        let entries = all.into_iter().map(|(path, value)| (by_parts(&path), (path, value)));
        Self { entries: entries.collect() }
    }
}

impl<V> ByPath<V> {
    pub(super) fn insert(&mut self, path: Utf8PathBuf, value: V) {
        self.entries.insert(by_parts(&path), (path, value));
    }

    /// All at once, which an empty map takes much faster than one by one.
    pub(super) fn extend(&mut self, all: Vec<(Utf8PathBuf, V)>) {
        if self.entries.is_empty() {
            *self = all.into_iter().collect();
        } else {
            all.into_iter().for_each(|(path, value)| self.insert(path, value));
        }
    }

    pub(super) fn get(&self, path: &Utf8Path) -> Option<&V> {
        with_key(path, |key| self.entries.get(key)).map(|(_, value)| value)
    }

    pub(super) fn contains(&self, path: &Utf8Path) -> bool {
        with_key(path, |key| self.entries.contains_key(key))
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&Utf8PathBuf, &V)> {
        self.entries.values().map(|(path, value)| (path, value))
    }

    /// A path and all that is below it. Below the empty path is everything.
    pub(super) fn below(&self, folder: &Utf8Path) -> impl Iterator<Item = (&Utf8PathBuf, &V)> {
        let folder = by_parts(folder);
        let inside = inside(&folder);
        let all = self.entries.range(folder.clone()..);
        let all = all.take_while(move |(it, _)| **it == folder || it.starts_with(&inside));
        all.map(|(_, (path, value))| (path, value))
    }

    /// What is directly in a folder.
    pub(super) fn children(&self, folder: &Utf8Path) -> impl Iterator<Item = (&Utf8PathBuf, &V)> {
        let inside = inside(&by_parts(folder));
        let mut from = Bound::Included(inside.clone());
        std::iter::from_fn(move || {
            loop {
                let (at, (path, value)) =
                    self.entries.range((from.clone(), Bound::Unbounded)).next()?;
                let name = at.strip_prefix(inside.as_slice())?;
                match name.iter().position(|byte| *byte == BETWEEN) {
                    // A folder that is no entry itself, or the empty path among all.
                    Some(end) => from = past(&at[..inside.len() + end]),
                    None if name.is_empty() => from = Bound::Excluded(at.clone()),
                    None => {
                        from = past(at);
                        return Some((path, value));
                    }
                }
            }
        })
    }
}

/// After a path and all that is below it.
fn past(key: &[u8]) -> Bound<Key> {
    Bound::Included([key, &[BETWEEN + 1]].concat())
}

/// What the keys of all that is in a folder begin with.
fn inside(folder: &[u8]) -> Key {
    match folder.last() {
        None | Some(&BETWEEN) => folder.to_vec(),
        Some(_) => [folder, &[BETWEEN]].concat(),
    }
}

/// Asks for a path without taking memory for its key, as far as it is as short as most are.
fn with_key<T>(path: &Utf8Path, ask: impl FnOnce(&[u8]) -> T) -> T {
    let text = path.as_str().as_bytes();
    let mut short = [BETWEEN; 192];
    match short.get_mut(..text.len()) {
        Some(short) if is_normal(path) => {
            let parts = short.iter_mut().zip(text).filter(|(_, byte)| **byte != b'/');
            parts.for_each(|(to, byte)| *to = *byte);
            ask(short)
        }
        _ => ask(&by_parts(path)),
    }
}

/// A key by which paths come in the order of their parts. Two ways to write a path that `Utf8Path` holds
/// to be equal have one.
pub fn by_parts(path: &Utf8Path) -> Vec<u8> {
    let bytes = |text: &str| -> Key {
        text.bytes().map(|byte| if byte == b'/' { BETWEEN } else { byte }).collect()
    };
    if is_normal(path) {
        return bytes(path.as_str());
    }
    let parts = path.components().filter(|part| part.as_str() != "/");
    let parts: Vec<&str> = parts.map(|part| part.as_str()).collect();
    bytes(&format!("{}{}", if path.is_absolute() { "/" } else { "" }, parts.join("/")))
}
