//! Which names the files of a tree mention, wherever that is.
//!
//! For the question whether anything reads a variable: words are compared and nothing is parsed,
//! so a file counts that is of no known format. What a mention means is for those to say who ask.

use crate::source::{EntryKind, Tree};
use camino::{Utf8Path, Utf8PathBuf};
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// Code that people write is smaller; what is larger was generated.
const LARGEST_CODE: u64 = 1 << 20;

/// A word in its surroundings.
#[derive(Clone, Copy, Debug)]
pub struct Mention<'a> {
    pub path: &'a Utf8Path,
    pub name: &'a str,
    /// As it is written, in whatever case.
    pub word: &'a str,
    /// In the case of the name.
    pub exact: bool,
    pub before: &'a str,
    pub after: &'a str,
}

impl Tree {
    /// In which ways the files that are searched mention these names, whatever their case.
    pub fn mentions<U: Copy + Ord + Send>(
        &self,
        names: &HashSet<String>,
        is_searched: impl Fn(&Utf8Path) -> bool + Sync,
        way: impl Fn(Mention<'_>) -> Option<U> + Sync,
    ) -> BTreeMap<String, BTreeSet<U>> {
        let is_code = |path: &&Utf8PathBuf| {
            let small = |kind: &EntryKind| matches!(kind, EntryKind::File { size, .. } if *size <= LARGEST_CODE);
            let entry = self.get(path).filter(|entry| !entry.ignored && small(&entry.kind));
            entry.is_some() && is_searched(path)
        };
        // Two names may differ in nothing but their case.
        let mut by_capitals: BTreeMap<String, Vec<&String>> = BTreeMap::new();
        for name in names {
            by_capitals.entry(name.to_ascii_uppercase()).or_default().push(name);
        }
        let longest = names.iter().map(String::len).max().unwrap_or_default();
        let paths: Vec<Utf8PathBuf> = self.files().filter(is_code).cloned().collect();
        let each = paths.into_par_iter().flat_map_iter(|path| {
            let file = self.read(std::slice::from_ref(&path)).pop().and_then(Result::ok);
            let text = file.map(|file| String::from_utf8_lossy(&file.bytes).into_owned());
            let mut found: BTreeSet<(String, U)> = BTreeSet::new();
            for (at, word) in words(text.as_deref().unwrap_or_default()) {
                if word.len() > longest {
                    continue;
                }
                let Some(names) = by_capitals.get(&word.to_ascii_uppercase()) else { continue };
                let text = text.as_deref().unwrap_or_default();
                let (before, after) = (&text[..at], &text[at + word.len()..]);
                for name in names {
                    let exact = word == name.as_str();
                    let way = way(Mention { path: &path, name, word, exact, before, after });
                    found.extend(way.map(|way| ((*name).clone(), way)));
                }
            }
            found
        });
        let mut all: BTreeMap<String, BTreeSet<U>> = BTreeMap::new();
        for (name, way) in each.collect::<Vec<_>>() {
            _ = all.entry(name).or_default().insert(way);
        }
        all
    }
}

/// Words as variables are written, each with where it begins.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_word = |char: char| char.is_ascii_alphanumeric() || char == '_';
    let start = text.as_ptr() as usize;
    let words = text.split(move |char| !is_word(char)).filter(|word| word.len() > 1);
    words.map(move |word| (word.as_ptr() as usize - start, word))
}
