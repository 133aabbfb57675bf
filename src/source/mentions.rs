//! Which names the files of a tree mention, wherever that is.
//!
//! For the question whether anything reads a variable: words are compared and nothing is parsed,
//! so a file counts that is of no known format. What a mention means is for those to say who ask.

use crate::source::{Entry, EntryKind, Tree};
use aho_corasick::{AhoCorasick, Input, MatchKind};
use camino::Utf8Path;
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Code that people write is smaller; what is larger was generated.
const LARGEST_CODE: u64 = 1 << 20;

/// How names are looked for in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Search {
    /// As they are written, which takes a fraction of the time.
    Exactly,
    InAnyCase,
}

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
    /// In which ways the files that are searched mention these names.
    pub fn mentions<U: Copy + Ord + Send>(
        &self,
        names: &HashSet<String>,
        search: impl Fn(&Utf8Path) -> Option<Search> + Sync,
        way: impl Fn(Mention<'_>) -> Option<U> + Sync,
    ) -> BTreeMap<String, BTreeSet<U>> {
        let is_code = |entry: &Entry| {
            let small = matches!(entry.kind, EntryKind::File { size, .. } if size <= LARGEST_CODE);
            small && !entry.ignored
        };
        let wanted = Wanted::new(names);
        let files = self.entries().filter(|(_, entry)| is_code(entry)).map(|(path, _)| path);
        let files: Vec<_> = files.collect();
        let files = files.into_par_iter().filter_map(|path| Some((path, search(path)?)));
        let each = files.flat_map_iter(|(path, search)| {
            let bytes = self.read_one(path).map(|file| file.bytes).unwrap_or_default();
            // Nearly all is UTF-8, which is quickly seen; replacing what is not takes longer.
            let text = match std::str::from_utf8(&bytes) {
                Ok(text) => Cow::Borrowed(text),
                Err(_) => String::from_utf8_lossy(&bytes),
            };
            let mut found: BTreeSet<(String, U)> = BTreeSet::new();
            for (at, word) in wanted.words(&text, search).into_iter().flat_map(readings) {
                for name in wanted.named(word) {
                    let (before, after) = (&text[..at], &text[at + word.len()..]);
                    let exact = word == name.as_str();
                    let way = way(Mention { path, name, word, exact, before, after });
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
    as_written: Option<AhoCorasick>,
}

impl<'n> Wanted<'n> {
    fn new(names: &'n HashSet<String>) -> Self {
        let words = names.iter().filter(|name| name.bytes().all(is_word));
        let as_written =
            AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(words).ok();
        let mut wanted = Self { by_capitals: HashMap::new(), lengths: [0; 256], as_written };
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

    /// The words that may be one of the names, each with where it begins.
    fn words<'t>(&self, text: &'t str, search: Search) -> Vec<(usize, &'t str)> {
        match (search, &self.as_written) {
            (Search::Exactly, Some(as_written)) => around(text, as_written),
            (Search::Exactly, None) | (Search::InAnyCase, _) => {
                words(text).filter(|(_, word)| self.may_name(word)).collect()
            }
        }
    }

    /// Whether a word may be one of the names, in one of its readings.
    fn may_name(&self, word: &str) -> bool {
        self.has_like(word) || word.starts_with(OF_SUPERVISORD)
    }

    /// Whether some name begins as the word does and is as long.
    fn has_like(&self, word: &str) -> bool {
        let head = word.as_bytes().first().map_or(0, |head| usize::from(*head));
        self.lengths[head] & length_bit(word.len()) != 0
    }

    fn named(&self, word: &str) -> &[&'n String] {
        if !self.has_like(word) {
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

/// supervisord has the variable `X` as `%(ENV_X)s`.
const OF_SUPERVISORD: &str = "ENV_";

/// A word, and what it is to supervisord.
fn readings((at, word): (usize, &str)) -> impl Iterator<Item = (usize, &str)> {
    let bare = word.strip_prefix(OF_SUPERVISORD).map(|bare| (at + OF_SUPERVISORD.len(), bare));
    [(at, word)].into_iter().chain(bare)
}

/// The words that have one of the names in them.
fn around<'t>(text: &'t str, names: &AhoCorasick) -> Vec<(usize, &'t str)> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(hit) = names.find(Input::new(text).range(at..)) {
        let lead = bytes[at..hit.start()].iter().rev().take_while(|byte| is_word(**byte)).count();
        let rest = bytes[hit.end()..].iter().take_while(|byte| is_word(**byte)).count();
        let from = hit.start() - lead;
        at = hit.end() + rest;
        found.push((from, &text[from..at]));
    }
    found
}

/// Words as variables are written, each with where it begins.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    let bytes = text.as_bytes();
    std::iter::from_fn(move || {
        loop {
            let from = at + bytes[at..].iter().position(|byte| is_word(*byte))?;
            let rest = &bytes[from..];
            let length = rest.iter().position(|byte| !is_word(*byte));
            at = from + length.unwrap_or(rest.len());
            if at - from > 1 {
                return Some((from, &text[from..at]));
            }
        }
    })
}

fn is_word(byte: u8) -> bool {
    IS_WORD[usize::from(byte)]
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
