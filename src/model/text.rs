//! Texts put together from several places: `${HOST:-web}:8000` and what became of it.
//!
//! Each part keeps its own origins, and one that nobody can tell stays a symbol spelled
//! `${NAME}`, as every file of the project would write it. Cutting a text keeps the parts, so a
//! port's host address still knows that it came from a variable.

use crate::fact::{Certainty, Fact, symbol};
use crate::source::{Place, Span};
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

#[derive(Clone, Debug)]
pub struct Text {
    /// Where the whole stands.
    pub place: Place,
    parts: Vec<Fact<Part>>,
    /// Defaults that are written and not used, as their variables are set.
    spared: Vec<Fact<Part>>,
}

/// What is written for the case that a variable is not set.
#[derive(Clone, Debug)]
pub struct Fallback {
    /// The variable.
    pub name: Arc<str>,
    pub literal: Fact<String>,
    /// Whether it is what holds.
    pub used: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    pub text: String,
    pub source: Source,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Written where it stands.
    Literal,
    /// The value of this variable.
    Variable(Arc<str>),
    /// What is written for the case that this variable is not set.
    Default(Arc<str>),
    /// Nobody can tell; `text` is the symbol.
    Unknown(Arc<str>),
}

/// Fewer letters say too little of a name whose other parts are variables.
const LEAST_WRITTEN: usize = 3;

/// Stands for a symbol where texts are searched: no syntax means anything by it.
const SYMBOL: char = '\u{e000}';

impl Text {
    pub fn new(place: Place) -> Self {
        Self { place, parts: Vec::new(), spared: Vec::new() }
    }

    pub fn literal(text: impl Into<String>, place: Place) -> Self {
        let part = Part { text: text.into(), source: Source::Literal };
        Self { place, parts: vec![Fact::at(part, place)], spared: Vec::new() }
    }

    /// A value that nobody can tell, spelled `${expression}`.
    pub fn unknown(expression: &str, place: Place) -> Self {
        let text = format!("${{{expression}}}");
        let part = Part { text, source: Source::Unknown(expression.into()) };
        Self { place, parts: vec![Fact::at(part, place)], spared: Vec::new() }
    }

    /// Adds what comes next. An empty text says nothing, but for a default: the variable may be set.
    pub fn push(&mut self, part: Fact<Part>) {
        let says = |it: &Part| !it.text.is_empty() || matches!(it.source, Source::Default(_));
        if matches!(self.parts.as_slice(), [only] if !says(&only.value)) {
            self.parts.clear();
        }
        if says(&part.value) || self.parts.is_empty() {
            self.parts.push(part);
        }
    }

    pub fn append(&mut self, other: Self) {
        other.parts.into_iter().for_each(|part| self.push(part));
        self.spared.extend(other.spared);
    }

    /// Keeps a default that is not used.
    pub fn spare(&mut self, default: Self) {
        self.spared.extend(default.parts);
    }

    /// The texts that stand in for variables, used or not.
    pub fn defaults(&self) -> Vec<Fallback> {
        let of = |part: &Fact<Part>, used| match &part.value.source {
            Source::Default(name) if !part.value.text.is_empty() => {
                let literal = part.map(|part| part.text.clone());
                Some(Fallback { name: name.clone(), literal, used })
            }
            _ => None,
        };
        let used = self.parts.iter().filter_map(|part| of(part, true));
        used.chain(self.spared.iter().filter_map(|part| of(part, false))).collect()
    }

    /// Whether no variable has a part in it.
    pub fn is_written(&self) -> bool {
        self.parts.iter().all(|part| part.value.source == Source::Literal)
    }

    /// The variables that nobody in view sets and that the text does not demand either: without
    /// them it has a hole there.
    pub fn unguarded(&self) -> Vec<Fact<Arc<str>>> {
        let of = |part: &Fact<Part>| {
            let Source::Unknown(name) = &part.value.source else { return None };
            let place = part.evidence().place()?;
            // What stands there beyond the name is an operator, which has an answer.
            let bare = place.span.len() <= name.len() + "${}".len();
            bare.then(|| Fact::at(name.clone(), place))
        };
        self.parts.iter().filter_map(of).collect()
    }

    pub fn parts(&self) -> &[Fact<Part>] {
        &self.parts
    }

    pub fn is_known(&self) -> bool {
        self.parts.iter().all(|part| !matches!(part.value.source, Source::Unknown(_)))
    }

    /// Whether this may be it, once its variables have values: what is written of it is there, and that
    /// is more than a sign that parts words.
    pub fn may_become(&self, text: &str) -> bool {
        let searched = self.searchable();
        let written = searched.chars().filter(|it| it.is_alphanumeric()).count();
        written >= LEAST_WRITTEN && symbol::may_become(&self.to_string(), text)
    }

    pub fn is_empty(&self) -> bool {
        self.parts.iter().all(|part| part.value.text.is_empty())
    }

    /// The text, symbols spelled out. It first of all stands where it is written, and rests on
    /// every part.
    pub fn fact(&self) -> Fact<String> {
        if let [part] = self.parts.as_slice() {
            return part.map(|part| part.text.clone());
        }
        let whole = Fact::at(self.to_string(), self.place);
        self.parts.iter().fold(whole, Fact::given)
    }

    /// The text, unless a part of it is unknown.
    pub fn known(&self) -> Option<Fact<String>> {
        self.is_known().then(|| self.fact())
    }

    pub fn parse<T: std::str::FromStr>(&self) -> Option<Fact<T>> {
        self.known()?.try_map(|text| text.parse().ok())
    }

    /// Whether the two are one text; `None` where a symbol decides.
    pub fn same(&self, other: &Self) -> Option<bool> {
        symbol::same(&self.to_string(), &other.to_string())
    }

    /// For searching: each symbol is one character that no syntax knows.
    pub fn searchable(&self) -> String {
        let mut flat = String::new();
        for Part { text, source } in self.parts.iter().map(|part| &part.value) {
            match source {
                Source::Unknown(_) => flat.push(SYMBOL),
                Source::Literal | Source::Variable(_) | Source::Default(_) => flat.push_str(text),
            }
        }
        flat
    }

    /// A part of the text, by a range of what is [`searchable`](Self::searchable).
    pub fn slice(&self, range: Range<usize>) -> Self {
        let mut cut = Self { spared: self.spared.clone(), ..Self::new(self.place) };
        let mut at = 0;
        for part in &self.parts {
            let unknown = matches!(part.value.source, Source::Unknown(_));
            let length = if unknown { SYMBOL.len_utf8() } else { part.value.text.len() };
            let (from, to) = (range.start.max(at), range.end.min(at + length));
            if from < to {
                cut.push(if unknown { part.clone() } else { part_of(part, from - at..to - at) });
            }
            at += length;
        }
        cut.narrowed()
    }

    /// Stands where its parts stand, and no longer where what they were cut from does.
    pub fn narrowed(mut self) -> Self {
        let mut places = self.parts.iter().filter_map(|part| part.evidence().place());
        if let Some(first) = places.next() {
            let last = places.next_back().unwrap_or(first);
            // A part may come in from elsewhere, and no place reaches over two files.
            let ordered = first.file == last.file && first.span.start <= last.span.end;
            self.place = if ordered { first.to(last) } else { first };
        }
        self
    }

    pub fn split(&self, separator: char) -> Vec<Self> {
        let flat = self.searchable();
        let at = |part: &str| part.as_ptr() as usize - flat.as_ptr() as usize;
        flat.split(separator).map(|part| self.slice(at(part)..at(part) + part.len())).collect()
    }

    pub fn split_once(&self, separator: char) -> Option<(Self, Self)> {
        let flat = self.searchable();
        let at = flat.find(separator)?;
        Some((self.slice(0..at), self.slice(at + separator.len_utf8()..flat.len())))
    }

    /// The same text, each part at most this certain.
    pub fn doubted(self, certainty: Certainty, why: &str) -> Self {
        let parts = self.parts.into_iter().map(|part| part.doubt(certainty, why)).collect();
        Self { place: self.place, parts, spared: self.spared }
    }

    /// The same text behind another, which is written nowhere.
    pub fn behind(&self, prefix: &str) -> Self {
        let first = Part { text: prefix.to_owned(), source: Source::Literal };
        let mut text = Self {
            place: self.place,
            parts: vec![Fact::at(first, self.place)],
            spared: Vec::new(),
        };
        text.append(self.clone());
        text
    }
}

/// A literal that stands in the file as it is has a place for each of its bytes.
fn part_of(part: &Fact<Part>, range: Range<usize>) -> Fact<Part> {
    let Part { text, source } = &part.value;
    let cut = Part { text: text[range.clone()].to_owned(), source: source.clone() };
    match part.evidence().place() {
        Some(place) if *source == Source::Literal && place.span.len() == text.len() => {
            let start = place.span.start as usize;
            let span = Span::new(start + range.start, start + range.end);
            Fact::at(cut, Place { file: place.file, span })
        }
        _ => part.map(|_| cut),
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.parts.iter().try_for_each(|part| f.write_str(&part.value.text))
    }
}
