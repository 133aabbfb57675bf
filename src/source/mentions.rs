//! Which names the files of a tree mention, wherever that is.
//!
//! For the question whether anything reads a variable: words are compared and nothing is parsed,
//! so a file counts that is of no known format. What a mention means is for those to say who ask.

use crate::source::{EntryKind, Tree};
use camino::{Utf8Path, Utf8PathBuf};
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use std::collections::{BTreeMap, HashSet};

/// Code that people write is smaller; what is larger was generated.
const LARGEST_CODE: u64 = 1 << 20;

/// A word in its surroundings.
#[derive(Clone, Copy, Debug)]
pub struct Mention<'a> {
    pub path: &'a Utf8Path,
    /// What stands before it in the file, and behind it.
    pub before: &'a str,
    pub after: &'a str,
}

impl Tree {
    /// The names that some file mentions in a way that counts, with the first such file.
    pub fn mentions(
        &self,
        names: &HashSet<String>,
        is_searched: impl Fn(&Utf8Path) -> bool + Sync,
        counts: impl Fn(&str, Mention<'_>) -> bool + Sync,
    ) -> BTreeMap<String, Utf8PathBuf> {
        let is_code = |path: &&Utf8PathBuf| {
            let entry = self.get(path);
            let small = |kind: &EntryKind| matches!(kind, EntryKind::File { size, .. } if *size <= LARGEST_CODE);
            entry.is_some_and(|entry| !entry.ignored && small(&entry.kind)) && is_searched(path)
        };
        let paths: Vec<Utf8PathBuf> = self.files().filter(is_code).cloned().collect();
        let each = paths.into_par_iter().map(|path| {
            let Some(Ok(file)) = self.read(std::slice::from_ref(&path)).pop() else {
                return BTreeMap::new();
            };
            let text = String::from_utf8_lossy(&file.bytes);
            let found = mentioned(&text, &path, names, &counts);
            found.into_iter().map(|name| (name, path.clone())).collect()
        });
        each.reduce(BTreeMap::new, |mut all, one: BTreeMap<String, Utf8PathBuf>| {
            for (name, path) in one {
                all.entry(name).and_modify(|it| *it = path.clone().min(it.clone())).or_insert(path);
            }
            all
        })
    }
}

fn mentioned(
    text: &str,
    path: &Utf8Path,
    names: &HashSet<String>,
    counts: impl Fn(&str, Mention<'_>) -> bool,
) -> HashSet<String> {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let bytes = text.as_bytes();
    let mut found = HashSet::new();
    let mut at = 0;
    while at < bytes.len() {
        if !is_word(bytes[at]) {
            at += 1;
            continue;
        }
        let end =
            bytes[at..].iter().position(|byte| !is_word(*byte)).map_or(bytes.len(), |it| at + it);
        // Both ends lie beside ASCII, so they are boundaries of characters.
        let word = &text[at..end];
        let name = match names.contains(word) {
            true => Some(word.to_owned()),
            false => Some(word.to_ascii_uppercase()).filter(|it| names.contains(it)),
        };
        if let Some(name) = name
            && !found.contains(&name)
            && counts(word, Mention { path, before: &text[..at], after: &text[end..] })
        {
            found.insert(name);
        }
        at = end;
    }
    found
}
