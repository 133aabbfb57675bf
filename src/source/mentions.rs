//! Which names the files of a tree mention, wherever that is.
//!
//! For the question whether anything reads a variable: words are compared and nothing is parsed,
//! so a file counts that is of no known format. What a mention means is for those to say who ask.

use crate::source::{Entry, EntryKind, Sources, Tree};
use aho_corasick::{AhoCorasick, Input, MatchKind};
use camino::Utf8Path;
use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, ParallelIterator};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Code that people write is smaller; what is larger was generated.
const LARGEST_CODE: usize = 1 << 20;

/// As many files are one task.
const AT_ONCE: usize = 8;

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
    /// In which ways the files that are searched mention these names. What has been read already lies in
    /// `sources`: opening a file takes longer than searching it.
    pub fn mentions<U: Ord + Send>(
        &self,
        sources: &Sources,
        names: &HashSet<String>,
        search: impl Fn(&Utf8Path) -> Option<Search> + Sync,
        way: impl Fn(Mention<'_>) -> Option<U> + Sync,
    ) -> BTreeMap<String, BTreeSet<U>> {
        // What git ignores and came with a download of a repository, somebody has added all the same.
        let is_code = |path: &Utf8Path, entry: &Entry| {
            matches!(entry.kind, EntryKind::File { .. }) && (!entry.ignored || self.is_export(path))
        };
        let wanted = Wanted::new(names);
        let files = self.entries().filter(|(path, entry)| is_code(path, entry));
        let files = files.map(|(path, _)| path);
        let files: Vec<_> = files.collect();
        // Large files lie beside each other, as those of one folder do.
        let files = files.into_par_iter().with_max_len(AT_ONCE);
        let files = files.filter_map(|path| Some((path, search(path)?)));
        let each = files.flat_map_iter(|(path, search)| {
            let held = sources.find(path).map(|id| sources.get(id).text());
            let read = || self.read_one(path).map(|file| file.bytes).unwrap_or_default();
            let bytes = if held.is_some() { Vec::new() } else { read() };
            // Nearly all is UTF-8, which is quickly seen; replacing what is not takes longer.
            let text = match (held, std::str::from_utf8(&bytes)) {
                (Some(text), _) | (None, Ok(text)) => Cow::Borrowed(text),
                (None, Err(_)) => String::from_utf8_lossy(&bytes),
            };
            let text = if text.len() <= LARGEST_CODE { text } else { Cow::Borrowed("") };
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

/// The names that are looked for.
struct Wanted<'n> {
    /// Two names may differ in nothing but their case.
    by_small_letters: HashMap<String, Vec<&'n String>>,
    as_written: Vec<AhoCorasick>,
    /// For texts in small letters.
    in_small_letters: Vec<AhoCorasick>,
}

impl<'n> Wanted<'n> {
    fn new(names: &'n HashSet<String>) -> Self {
        let mut by_small_letters: HashMap<String, Vec<&'n String>> = HashMap::new();
        for name in names.iter().filter(|name| !name.is_empty() && name.bytes().all(is_word)) {
            by_small_letters.entry(name.to_ascii_lowercase()).or_default().push(name);
        }
        let written: Vec<_> = by_small_letters.values().flatten().copied().collect();
        let (as_written, in_small_letters) =
            (searchers(written), searchers(by_small_letters.keys()));
        Self { by_small_letters, as_written, in_small_letters }
    }

    /// The words that have one of the names in them, each with where it begins.
    fn words<'t>(&self, text: &'t str, search: Search) -> Vec<(usize, &'t str)> {
        match search {
            Search::Exactly => around(text, text, &self.as_written),
            // Of a text of one case, many names are found at once; and every byte keeps its place.
            Search::InAnyCase => around(text, &text.to_ascii_lowercase(), &self.in_small_letters),
        }
    }

    fn named(&self, word: &str) -> &[&'n String] {
        let found = self.by_small_letters.get(&word.to_ascii_lowercase());
        found.map(Vec::as_slice).unwrap_or_default()
    }
}

/// As many words as are looked for many bytes at a time (`aho_corasick::packed`, "Teddy"); of one
/// more, each byte is looked at.
const AT_A_TIME: usize = 64;

/// As many searches as still take less time than one that looks at each byte: measured with 65 words
/// and a tree of 5 MB, that one takes 260 million instructions, and each of these 50 million.
const MOST_SEARCHES: usize = 4;

/// It is only refused names that together are larger than any tree.
fn searchers<'n>(names: impl IntoIterator<Item = &'n String>) -> Vec<AhoCorasick> {
    let names: Vec<&String> = names.into_iter().collect();
    let searches = names.len().div_ceil(AT_A_TIME).max(1);
    let searches = if searches <= MOST_SEARCHES { searches } else { 1 };
    // As many in each: the few that would be left over are looked for by the rarest of their letters,
    // which in code is no rare one, and takes three times as long.
    let each = names.chunks(names.len().div_ceil(searches).max(1));
    let searcher = |names| AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(names);
    each.filter_map(|names| searcher(names).ok()).collect()
}

/// supervisord has the variable `X` as `%(ENV_X)s`.
const OF_SUPERVISORD: &str = "ENV_";

/// A word, and what it is to supervisord.
fn readings((at, word): (usize, &str)) -> impl Iterator<Item = (usize, &str)> {
    let bare = word.strip_prefix(OF_SUPERVISORD).map(|bare| (at + OF_SUPERVISORD.len(), bare));
    [(at, word)].into_iter().chain(bare)
}

/// The words of a text that have one of the names in them, as they are found in the same text as it
/// is searched.
fn around<'t>(text: &'t str, searched: &str, names: &[AhoCorasick]) -> Vec<(usize, &'t str)> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    for names in names {
        let mut at = 0;
        while let Some(hit) = names.find(Input::new(searched).range(at..)) {
            let before = bytes[at..hit.start()].iter().rev();
            let lead = before.take_while(|byte| is_word(**byte)).count();
            let rest = bytes[hit.end()..].iter().take_while(|byte| is_word(**byte)).count();
            let from = hit.start() - lead;
            at = hit.end() + rest;
            found.push((from, &text[from..at]));
        }
    }
    found
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
