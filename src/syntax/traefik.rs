//! Traefik's own files, which are YAML or TOML, as what stands at each path of keys.

use crate::fact::Fact;
use crate::source::{FileId, Place};
use crate::syntax::yaml::{self, Kind, Node};
use std::ops::Range;
use toml_edit::{Document, Item, TableLike, Value};

#[derive(Clone, Debug, Default)]
pub struct Tree {
    pub leaves: Vec<Leaf>,
    /// What no report may show.
    pub secrets: Vec<Place>,
}

/// A value, or a key with nothing below it.
#[derive(Clone, Debug)]
pub struct Leaf {
    /// In small letters, as case does not count in names of options; items of lists by their numbers.
    pub path: Vec<String>,
    /// Empty where only the key is there: `tls: {}`.
    pub value: Fact<String>,
    /// Where the last key stands, or the value of an item.
    pub key: Fact<()>,
}

/// What cannot be read has no leaves: whether Traefik would take it is not asked.
pub fn parse(file: FileId, text: &str, is_toml: bool) -> Tree {
    let mut walk = Walk { file, leaves: Vec::new(), path: Vec::new() };
    if is_toml {
        if let Ok(document) = Document::parse(text) {
            walk.table(document.as_table(), Place::new(file, 0, 0));
        }
        return Tree { leaves: walk.leaves, secrets: Vec::new() };
    }
    let read = yaml::parse(file, text);
    for document in &read.documents {
        walk.node(document, document.place);
    }
    Tree { leaves: walk.leaves, secrets: read.secrets }
}

struct Walk {
    file: FileId,
    leaves: Vec<Leaf>,
    path: Vec<String>,
}

impl Walk {
    fn leaf(&mut self, value: &str, place: Place, key: Place) {
        let value = Fact::at(value.to_owned(), place);
        self.leaves.push(Leaf { path: self.path.clone(), value, key: Fact::at((), key) });
    }

    fn below(&mut self, name: &str, go: impl FnOnce(&mut Self)) {
        self.path.push(name.to_ascii_lowercase());
        go(self);
        self.path.pop();
    }

    // Neither parser goes deeper than a stack does.
    fn node(&mut self, node: &Node, key: Place) {
        match &node.kind {
            Kind::Scalar(_) if node.is_null() => self.leaf("", node.occurrence(), key),
            Kind::Scalar(scalar) => self.leaf(&scalar.text, node.occurrence(), key),
            Kind::Sequence(items) if !items.is_empty() => {
                for (at, item) in items.iter().enumerate() {
                    self.below(&at.to_string(), |walk| walk.node(item, item.place));
                }
            }
            Kind::Mapping(mapping) if !mapping.pairs.is_empty() => {
                for pair in &mapping.pairs {
                    let name = pair.key.text().unwrap_or_default();
                    self.below(name, |walk| walk.node(&pair.value, pair.key.place));
                }
            }
            Kind::Sequence(_) | Kind::Mapping(_) => self.leaf("", node.occurrence(), key),
        }
    }

    fn place(&self, span: Option<Range<usize>>, or: Place) -> Place {
        span.map_or(or, |span| Place::new(self.file, span.start, span.end))
    }

    fn table(&mut self, table: &dyn TableLike, at: Place) {
        if table.is_empty() {
            self.leaf("", at, at);
        }
        for (name, _) in table.iter() {
            let Some((key, item)) = table.get_key_value(name) else { continue };
            let key = self.place(key.span(), at);
            self.below(name, |walk| walk.item(item, key));
        }
    }

    fn item(&mut self, item: &Item, key: Place) {
        match item {
            Item::None => {}
            Item::Value(value) => self.value(value, key),
            Item::Table(table) => self.table(table, key),
            Item::ArrayOfTables(tables) => {
                for (at, table) in tables.iter().enumerate() {
                    self.below(&at.to_string(), |walk| walk.table(table, key));
                }
            }
        }
    }

    fn value(&mut self, value: &Value, key: Place) {
        let place = self.place(value.span(), key);
        match value {
            Value::String(text) => self.leaf(text.value(), place, key),
            Value::Integer(number) => self.leaf(&number.value().to_string(), place, key),
            Value::Boolean(flag) => self.leaf(&flag.value().to_string(), place, key),
            Value::Float(_) | Value::Datetime(_) => {}
            Value::InlineTable(table) => self.table(table, key),
            Value::Array(items) => {
                for (at, item) in items.iter().enumerate() {
                    self.below(&at.to_string(), |walk| walk.value(item, place));
                }
            }
        }
    }
}
