//! Which names the files of a tree mention, wherever that is.
//!
//! For the question whether anything reads a variable: words are compared and nothing is parsed,
//! so a file counts that is of no known format. What a mention means is for those to say who ask.

use crate::source::{EntryKind, Tree};
use camino::{Utf8Path, Utf8PathBuf};
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

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
        let wanted = Wanted::new(names);
        let paths: Vec<Utf8PathBuf> = self.files().filter(is_code).cloned().collect();
        let each = paths.into_par_iter().flat_map_iter(|path| {
            let file = self.read(std::slice::from_ref(&path)).pop().and_then(Result::ok);
            let bytes = file.map(|file| file.bytes).unwrap_or_default();
            // Nearly all is UTF-8, which is quickly seen; replacing what is not takes longer.
            let text = match std::str::from_utf8(&bytes) {
                Ok(text) => Cow::Borrowed(text),
                Err(_) => String::from_utf8_lossy(&bytes),
            };
            let mut found: BTreeSet<(String, U)> = BTreeSet::new();
            for (at, word) in words(&text) {
                for name in wanted.named(word) {
                    let (before, after) = (&text[..at], &text[at + word.len()..]);
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

/// The names that are looked for. Nearly every word is none of them, so what tells that first is
/// what costs least.
struct Wanted<'n> {
    /// Two names may differ in nothing but their case.
    by_capitals: HashMap<Vec<u8>, Vec<&'n String>>,
    /// The lengths of the names that begin with a byte, as bits.
    lengths: [u64; 256],
}

impl<'n> Wanted<'n> {
    fn new(names: &'n HashSet<String>) -> Self {
        let mut wanted = Self { by_capitals: HashMap::new(), lengths: [0; 256] };
        for name in names {
            let capitals = name.to_ascii_uppercase().into_bytes();
            let Some(head) = capitals.first() else { continue };
            for head in [*head, head.to_ascii_lowercase()] {
                wanted.lengths[usize::from(head)] |= length_bit(capitals.len());
            }
            wanted.by_capitals.entry(capitals).or_default().push(name);
        }
        wanted
    }

    fn named(&self, word: &str) -> &[&'n String] {
        let head = word.as_bytes().first().map_or(0, |head| usize::from(*head));
        if self.lengths[head] & length_bit(word.len()) == 0 {
            return &[];
        }
        let capitals = word.to_ascii_uppercase().into_bytes();
        self.by_capitals.get(&capitals).map(Vec::as_slice).unwrap_or_default()
    }
}

/// Names too long for a bit of their own share the last.
fn length_bit(length: usize) -> u64 {
    1 << length.min(63)
}

/// Words as variables are written, each with where it begins.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    let bytes = text.as_bytes();
    std::iter::from_fn(move || {
        loop {
            let from = at + bytes[at..].iter().position(|byte| IS_WORD[usize::from(*byte)])?;
            let rest = &bytes[from..];
            let length = rest.iter().position(|byte| !IS_WORD[usize::from(*byte)]);
            at = from + length.unwrap_or(rest.len());
            if at - from > 1 {
                return Some((from, &text[from..at]));
            }
        }
    })
}

const IS_WORD: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte: usize = 0;
    while byte < 256 {
        table[byte] = (byte as u8).is_ascii_alphanumeric() || byte as u8 == b'_';
        byte += 1;
    }
    table
};
