//! TOML with places: what the readers of pyproject.toml, Pipfile and the lock files share.

use super::Reading;
use super::decoded::{Decoded, decode};
use crate::source::{Place, Spanned};
use crate::syntax::spliced::Spliced;
use std::ops::Range;
use toml_edit::{Document, Item, Table, TableLike, Value};

/// The document, and the text that its spans are of.
#[derive(Clone, Copy)]
pub(super) struct Toml<'a> {
    pub(super) root: &'a Table,
    decoded: &'a Decoded,
}

/// Hands the document to a reader. Installers refuse a file with any fault in it, so nothing is
/// read of one.
pub(super) fn read(reading: &mut Reading, text: &str, reader: fn(&mut Reading, Toml<'_>)) {
    let decoded = decode(reading.file, text);
    match Document::parse(decoded.text.as_str()) {
        Ok(document) => {
            reader(reading, Toml { root: document.as_table(), decoded: &decoded });
        }
        Err(error) => {
            let span = error.span().unwrap_or_default();
            let place = decoded.place(span.start, span.end);
            let message = error.message().lines().next().unwrap_or_default().to_lowercase();
            reading.refuse(place, format!("this is no TOML: {message}"));
            reading.opaque("it is no TOML", place);
        }
    }
}

impl<'a> Toml<'a> {
    /// The table at a dotted path of plain keys.
    pub(super) fn table(self, path: &str) -> Option<&'a dyn TableLike> {
        let mut table: &dyn TableLike = self.root;
        for key in path.split('.') {
            table = table.get(key)?.as_table_like()?;
        }
        Some(table)
    }

    pub(super) fn place(self, span: Option<Range<usize>>) -> Place {
        let span = span.unwrap_or_default();
        self.decoded.place(span.start, span.end)
    }

    /// A string as PEP 508 or a constraint is read from it.
    pub(super) fn written(self, text: &str, span: Option<Range<usize>>) -> Spliced {
        let place = self.place(span.clone());
        // Between the quotes it stands as it is, unless it has escapes.
        let raw = span.and_then(|span| self.decoded.text.get(span));
        match raw.and_then(|raw| raw.find(text).map(|at| &raw[at..at + text.len()])) {
            Some(part) => self.decoded.spliced(part),
            None => Spliced::new(text, place),
        }
    }

    pub(super) fn string(self, item: &Item) -> Option<Spliced> {
        Some(self.written(item.as_str()?, item.span()))
    }

    /// The strings of an array, each with its place.
    pub(super) fn strings(self, item: &'a Item) -> Vec<Spliced> {
        let values = item.as_array().into_iter().flat_map(|array| array.iter());
        values.filter_map(|value| self.value(value)).collect()
    }

    pub(super) fn value(self, value: &Value) -> Option<Spliced> {
        Some(self.written(value.as_str()?, value.span()))
    }

    /// A key as the name of a distribution.
    pub(super) fn key(self, table: &dyn TableLike, key: &str) -> Spanned<String> {
        let span = table.key(key).and_then(toml_edit::Key::span);
        Spanned::new(key.to_owned(), self.place(span))
    }
}
