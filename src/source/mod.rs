//! What was read: files, and the places inside them that a diagnostic can point at.
//!
//! Everything kilter reads is a source, the transcript of a live probe included, so that every
//! value a user sees can be traced to bytes. This layer finds, decodes and masks; it does
//! not parse, and leaves it to those who do to say what is secret.

use crate::source::by_path::plainly;
use crate::source::line_hash::LineHash;
use aho_corasick::{AhoCorasick, MatchKind};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

mod alike;
mod by_path;
mod bytes;
mod demand;
mod file_system;
mod git;
mod globs;
mod line_hash;
mod lines;
mod lookup;
mod mentions;
mod names;
mod past;
mod paths;
mod shown;
mod tree;
mod walk;

pub use alike::alike;
pub use by_path::{by_parts, is_within};
pub use bytes::{FileStat, LARGEST};
pub use file_system::{AclEntry, AclTag, FileSystem, Stat, StatKind};
pub use git::GitIndex;
pub use globs::{Anchored, GlobError, Globs, path_glob};
pub use lines::{command_at, has_word, line_at, lines_with, lines_with_any};
pub use lookup::{above, read_one};
pub use mentions::{Mention, Search};
pub use names::{extension, file_name, kept_of, sets_aside, words};
pub use past::{Past, PastKind};
pub use paths::{CHECKOUT, normalize};
pub use shown::drives_terminals;
pub use tree::said;
pub use tree::{Entry, EntryKind, RootError, Tree, Trouble, Unread};

/// A file in [`Sources`]. Ids follow the sorted paths, so that ordering by id is stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(u32);

impl FileId {
    /// Its place in the order in which files came.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A half-open range of bytes in one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    pub start: u32,
    pub end: u32,
}

/// A span and the file it lies in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    pub file: FileId,
    pub span: Span,
}

/// A value as it is written in a file, and where.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Spanned<T> {
    pub value: T,
    pub place: Place,
}

impl<T> Spanned<T> {
    pub fn new(value: T, place: Place) -> Self {
        Self { value, place }
    }

    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Spanned<U> {
        Spanned { value: f(self.value), place: self.place }
    }

    pub fn as_ref(&self) -> Spanned<&T> {
        Spanned { value: &self.value, place: self.place }
    }
}

impl Span {
    pub fn new(start: usize, end: usize) -> Self {
        Self { start: start as u32, end: end as u32 }
    }

    /// To take its part out of the text.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    pub fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    pub fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }
}

impl Place {
    pub fn new(file: FileId, start: usize, end: usize) -> Self {
        Self { file, span: Span::new(start, end) }
    }

    /// Whether the other lies within this one, in the same file.
    pub fn contains(self, other: Self) -> bool {
        self.file == other.file && self.span.contains(other.span)
    }

    /// Whether one of both lies within the other: a text with its quotes and without.
    pub fn nests_with(self, other: Self) -> bool {
        self.contains(other) || other.contains(self)
    }

    /// From the start of one to the end of the other, in one file.
    pub fn to(self, end: Self) -> Self {
        debug_assert_eq!(self.file, end.file, "places in two files");
        Self { file: self.file, span: Span { start: self.span.start, end: end.span.end } }
    }

    /// The place of `part`, a slice of `text`, which is the text of `file`.
    pub fn of(file: FileId, text: &str, part: &str) -> Self {
        let start = part.as_ptr() as usize - text.as_ptr() as usize;
        debug_assert!(start + part.len() <= text.len(), "a part of another text");
        Self { file, span: Span { start: start as u32, end: (start + part.len()) as u32 } }
    }
}

/// A file as it was found: its path as users shall see it, and what it holds.
#[derive(Clone, Debug)]
pub struct File {
    pub path: Utf8PathBuf,
    pub bytes: Vec<u8>,
}

impl File {
    /// Whether a byte order mark of UTF-16 begins it, as PowerShell's `>` writes it up to version 5
    /// (about_Character_Encoding).
    pub(crate) fn is_wide(&self) -> bool {
        Parity::of(&self.bytes).is_some()
    }
}

/// Where in its pair of bytes a file of UTF-16 has a letter of ASCII.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parity {
    Even,
    Odd,
}

impl Parity {
    /// That of a file, if a byte order mark of UTF-16 begins it.
    fn of(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0xff, 0xfe, ..] => Some(Self::Even),
            [0xfe, 0xff, ..] => Some(Self::Odd),
            _ => None,
        }
    }

    /// Whether a letter stands at this byte of the file, behind the mark of two bytes that it begins with.
    pub fn has_letter(self, at: usize) -> bool {
        at >= 2 && at.is_multiple_of(2) == (self == Self::Even)
    }
}

#[derive(Debug)]
pub struct Source {
    path: Utf8PathBuf,
    /// A module of Python holds on to its text until somebody has it parsed.
    text: Arc<String>,
    /// What the file has, where that is another text than is read.
    bytes: Option<Vec<u8>>,
    secrets: Vec<Span>,
    further: Vec<Further>,
    way_back: Option<WayBack>,
    views: Views,
}

/// Where in another file each part of a text is written, if that file is what makes this one.
struct WayBack(Box<dyn Fn(Span) -> Place + Send + Sync>);

impl fmt::Debug for WayBack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WayBack")
    }
}

/// Looks for secrets that nobody needs to know of before the file is shown.
struct Further(Box<Look>);

type Look = dyn Fn(&str) -> Vec<Place> + Send + Sync;

impl fmt::Debug for Further {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Further")
    }
}

/// What is worked out of a source when a report first asks: a file with a thousand findings is
/// gone through once.
#[derive(Debug, Default)]
struct Views {
    secrets: OnceLock<Vec<Span>>,
    masked: OnceLock<Option<String>>,
    line_starts: OnceLock<Vec<u32>>,
    line_hashes: OnceLock<Vec<Option<LineHash>>>,
}

impl Source {
    pub fn path(&self) -> &Utf8PathBuf {
        &self.path
    }

    /// The file itself, for those who write it back.
    pub fn bytes(&self) -> &[u8] {
        self.bytes.as_deref().unwrap_or(self.text.as_bytes())
    }

    /// What parsers read. Reports never do: they are handed [`Shown`] instead.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The same, for those who keep it.
    pub(crate) fn shared_text(&self) -> Arc<String> {
        Arc::clone(&self.text)
    }

    /// What is kept out of every report, in no order.
    pub fn secrets(&self) -> &[Span] {
        let all = || {
            let further = self.further.iter().flat_map(|find| find.0(&self.text));
            let known = self.secrets.iter().copied().chain(further.map(|it| it.span));
            with_repeats(&self.text, known.collect())
        };
        self.views.secrets.get_or_init(all)
    }

    /// Whether something in this range is kept out of every report.
    pub fn holds_secret(&self, span: Span) -> bool {
        self.secrets().iter().any(|secret| secret.start < span.end && span.start < secret.end)
    }
}

/// Spans of secrets, and of whatever else in the text reads the same: a password often stands once
/// more in a comment beside it. What may be a word, as `postgres` is, stays readable elsewhere.
fn with_repeats(text: &str, mut spans: Vec<Span>) -> Vec<Span> {
    let known = spans.iter().map(|it| &text[it.range()]);
    let is_unlike_words = |it: &&str| {
        let has = |what: fn(&char) -> bool| it.chars().any(|it| what(&it));
        it.len() >= 8
            && has(char::is_ascii_digit)
            && has(|it| it.is_alphabetic())
            && !has(|it| it.is_whitespace())
    };
    let repeated: BTreeSet<&str> = known.filter(is_unlike_words).collect();
    if repeated.is_empty() {
        return spans;
    }
    let Ok(searcher) =
        AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(repeated)
    else {
        return spans;
    };
    let all = searcher.find_iter(text);
    let all = all.map(|it| Span { start: it.start() as u32, end: it.end() as u32 });
    let known: HashSet<Span, foldhash::fast::RandomState> = spans.iter().copied().collect();
    spans.extend(all.filter(|it| !known.contains(it)));
    spans
}

/// The text of a file, and the bytes where those are another one. Each invalid byte becomes one `?`, so
/// that an offset into the text is one into the file.
fn decode(bytes: Vec<u8>) -> (String, Option<Vec<u8>>) {
    let bytes = match String::from_utf8(bytes) {
        Ok(text) => return (text, None),
        Err(error) => error.into_bytes(),
    };
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| '?'));
    }
    (text, Some(bytes))
}

#[derive(Debug, Default)]
pub struct Sources {
    all: Vec<Source>,
    /// As they are written plainly.
    by_path: HashMap<String, FileId, foldhash::fast::RandomState>,
}

/// The sources as reports may see them. The raw text cannot be reached from here, so no format
/// can print it by mistake.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a>(&'a Sources);

impl Sources {
    /// Adds one round of files. Ids follow the paths, whatever order the files were found in;
    /// a path that is already there keeps the source it has.
    pub fn add(&mut self, mut round: Vec<File>) {
        round.sort_by_cached_key(|file| by_parts(&file.path));
        for file in round {
            let next = FileId(self.all.len() as u32);
            let plainly = plainly(&file.path).into_owned();
            if self.by_path.contains_key(&plainly) {
                continue;
            }
            self.by_path.insert(plainly, next);
            let (text, bytes) = decode(file.bytes);
            let (secrets, views) = (Vec::new(), Views::default());
            self.all.push(Source {
                path: file.path,
                text: Arc::new(text),
                bytes,
                secrets,
                further: Vec::new(),
                way_back: None,
                views,
            });
        }
    }

    /// Adds a file that another one makes, as a script does that has its text. It is read as any
    /// file; what is found in it is shown where `way_back` says. A path that is there already keeps
    /// the source it has.
    pub fn add_made(
        &mut self,
        file: File,
        way_back: impl Fn(Span) -> Place + Send + Sync + 'static,
    ) {
        let is_new = self.find(&file.path).is_none();
        self.add(vec![file]);
        if let Some(source) = self.all.last_mut().filter(|_| is_new) {
            source.way_back = Some(WayBack(Box::new(way_back)));
        }
    }

    /// Where a place of a file that another one makes is written; any other place itself.
    pub fn written_at(&self, place: Place) -> Place {
        match &self.get(place.file).way_back {
            Some(way_back) => way_back.0(place.span),
            None => place,
        }
    }

    /// Whether it is no file of the tree, but what another one makes.
    pub fn is_made(&self, file: FileId) -> bool {
        self.get(file).way_back.is_some()
    }

    pub fn find(&self, path: &Utf8Path) -> Option<FileId> {
        self.by_path.get(&*plainly(path)).copied()
    }

    /// Keeps what stands here out of every report.
    pub fn hide(&mut self, place: Place) {
        let written = self.written_at(place);
        if written != place {
            self.hide(written);
        }
        let source = &mut self.all[place.file.0 as usize];
        source.secrets.push(place.span);
        source.views = Views::default();
    }

    /// Keeps out of every report what is found in the text when one first shows the file. Most are
    /// never shown, and looking costs more than reading them.
    pub fn hide_when_shown(
        &mut self,
        file: FileId,
        find: impl Fn(&str) -> Vec<Place> + Send + Sync + 'static,
    ) {
        let source = &mut self.all[file.0 as usize];
        source.further.push(Further(Box::new(find)));
        source.views = Views::default();
    }

    pub fn get(&self, file: FileId) -> &Source {
        &self.all[file.0 as usize]
    }

    pub fn ids(&self) -> Vec<FileId> {
        (0..self.all.len() as u32).map(FileId).collect()
    }

    pub fn shown(&self) -> Shown<'_> {
        Shown(self)
    }
}
