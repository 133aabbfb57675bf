//! A map from paths, in the order of their parts.
//!
//! It is asked for every path that any configuration names, in several ways each, and comparing
//! two paths part by part costs more than all else. Here they are compared as bytes: with the
//! lowest of them between the parts, the order is the same.

use crate::source::paths::is_normal;
use camino::{Utf8Path, Utf8PathBuf};
use foldhash::fast::RandomState;
use indexmap::IndexMap;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Bound;

/// Stands between the parts of a path; no path has it (path_resolution(7)).
const BETWEEN: u8 = 0;

type Key = Vec<u8>;

#[derive(Clone, Debug)]
pub(super) struct ByPath<V> {
    /// By the path as it is written plainly. Most ask for one path, and paths of a tree begin alike for
    /// so long that an ordered map goes through the same bytes a dozen times.
    entries: IndexMap<String, (Utf8PathBuf, V), RandomState>,
    /// Where each of them is.
    in_order: BTreeMap<Key, usize>,
}

/// What came first makes no difference.
impl<V: PartialEq> PartialEq for ByPath<V> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl<V: Eq> Eq for ByPath<V> {}

impl<V> Default for ByPath<V> {
    fn default() -> Self {
        Self { entries: IndexMap::default(), in_order: BTreeMap::new() }
    }
}

impl<V> FromIterator<(Utf8PathBuf, V)> for ByPath<V> {
    fn from_iter<I: IntoIterator<Item = (Utf8PathBuf, V)>>(all: I) -> Self {
        let mut entries = IndexMap::default();
        let placed = all.into_iter().map(|(path, value)| {
            let key = by_parts(&path);
            (key, entries.insert_full(plainly(&path).into_owned(), (path, value)).0)
        });
        let in_order = placed.collect();
        Self { entries, in_order }
    }
}

impl<V> ByPath<V> {
    pub(super) fn insert(&mut self, path: Utf8PathBuf, value: V) {
        let key = by_parts(&path);
        let (place, _) = self.entries.insert_full(plainly(&path).into_owned(), (path, value));
        self.in_order.insert(key, place);
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
        self.entries.get(&*plainly(path)).map(|(_, value)| value)
    }

    pub(super) fn contains(&self, path: &Utf8Path) -> bool {
        self.entries.contains_key(&*plainly(path))
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&Utf8PathBuf, &V)> {
        self.in_order.values().map(|place| self.entry(*place))
    }

    fn entry(&self, place: usize) -> (&Utf8PathBuf, &V) {
        let (path, value) = &self.entries[place];
        (path, value)
    }

    /// A path and all that is below it. Below the empty path is everything.
    pub(super) fn below(&self, folder: &Utf8Path) -> impl Iterator<Item = (&Utf8PathBuf, &V)> {
        let folder = by_parts(folder);
        let inside = inside(&folder);
        let all = self.in_order.range(folder.clone()..);
        let all = all.take_while(move |(it, _)| **it == folder || it.starts_with(&inside));
        all.map(|(_, place)| self.entry(*place))
    }

    /// What is directly in a folder.
    pub(super) fn children(&self, folder: &Utf8Path) -> impl Iterator<Item = (&Utf8PathBuf, &V)> {
        let inside = inside(&by_parts(folder));
        let mut from = Bound::Included(inside.clone());
        std::iter::from_fn(move || {
            loop {
                let (at, place) = self.in_order.range((from.clone(), Bound::Unbounded)).next()?;
                let name = at.strip_prefix(inside.as_slice())?;
                match name.iter().position(|byte| *byte == BETWEEN) {
                    // A folder that is no entry itself, or the empty path among all.
                    Some(end) => from = past(&at[..inside.len() + end]),
                    None if name.is_empty() => from = Bound::Excluded(at.clone()),
                    None => {
                        from = past(at);
                        return Some(self.entry(*place));
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

/// A key by which paths come in the order of their parts. Two ways to write a path that `Utf8Path` holds
/// to be equal have one.
pub fn by_parts(path: &Utf8Path) -> Vec<u8> {
    plainly(path).bytes().map(|byte| if byte == b'/' { BETWEEN } else { byte }).collect()
}

/// Whether a path is that of a folder, or of what lies in it. Where both are written plainly, as nearly
/// all are, it takes no look at the parts.
pub fn is_within(path: &Utf8Path, folder: &Utf8Path) -> bool {
    if !is_normal(path) || !is_normal(folder) {
        return path.starts_with(folder);
    }
    let rest = path.as_str().strip_prefix(folder.as_str());
    let is_whole = folder.as_str().is_empty() || folder.as_str().ends_with('/');
    rest.is_some_and(|rest| is_whole || rest.is_empty() || rest.starts_with('/'))
}

/// A path as plainly as it can be written: all ways to write it that `Utf8Path` holds to be equal come to
/// one. Nearly every path is written so.
pub(super) fn plainly(path: &Utf8Path) -> Cow<'_, str> {
    if is_normal(path) {
        return path.as_str().into();
    }
    let parts = path.components().filter(|part| part.as_str() != "/");
    let parts: Vec<&str> = parts.map(|part| part.as_str()).collect();
    format!("{}{}", if path.is_absolute() { "/" } else { "" }, parts.join("/")).into()
}
