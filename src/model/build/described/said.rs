//! What a description says, as one tree, be it TOML, YAML or JSON.

use crate::fact::{Fact, Supplied};
use crate::model::Read;
use crate::source::{FileId, Place, Spanned};
use crate::syntax::yaml::{self, Node, Typed};
use std::ops::Range;
use toml_edit::{Document, Item, TableLike, Value};

/// A value, and where it stands: a text without its quotes.
#[derive(Debug)]
pub(super) struct Said {
    pub(super) place: Place,
    what: What,
}

#[derive(Debug)]
enum What {
    Text(String),
    /// A number or a truth of which nobody says how a program gets it as a text: `True` of YAML.
    Unspelled,
    Nothing,
    List(Vec<Said>),
    Table(Vec<(Spanned<String>, Said)>),
}

impl Said {
    /// All of a file; `None` if it is broken, or a template of one.
    pub(super) fn of(read: Read<'_>) -> Option<Self> {
        let is_toml = read.path.extension() == Some("toml");
        if read.has("{%") || read.has("{{") {
            return None;
        }
        if is_toml {
            let document = Document::parse(read.text).ok()?;
            let reader = Toml { file: read.id, text: read.text };
            return Some(reader.table(document.as_table(), Place::new(read.id, 0, 0)));
        }
        // What is JSON is YAML.
        let tree = yaml::parse(read.id, read.text);
        let is_whole = tree.problems.is_empty() && tree.complete;
        tree.documents.first().filter(|_| is_whole).map(|it| of_node(it, read.text))
    }

    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        self.entries().iter().find(|(name, _)| name.value == key).map(|(_, value)| value)
    }

    /// What stands below several keys, one within the other.
    pub(super) fn at(&self, keys: &[&str]) -> Option<&Self> {
        keys.iter().try_fold(self, |it, key| it.get(key))
    }

    /// A text that says something.
    pub(super) fn text(&self) -> Option<Fact<String>> {
        match &self.what {
            What::Text(text) if !text.trim().is_empty() => Some(Fact::at(text.clone(), self.place)),
            _ => None,
        }
    }

    /// The texts of a list, if there is nothing else in it.
    pub(super) fn texts(&self) -> Option<Vec<Fact<String>>> {
        match &self.what {
            What::List(items) => items.iter().map(Self::text).collect(),
            _ => None,
        }
    }

    pub(super) fn items(&self) -> &[Self] {
        match &self.what {
            What::List(items) => items,
            _ => &[],
        }
    }

    pub(super) fn entries(&self) -> &[(Spanned<String>, Self)] {
        match &self.what {
            What::Table(entries) => entries,
            _ => &[],
        }
    }

    /// A table, or each of a list of them: `[mounts]` and `[[mounts]]`.
    pub(super) fn tables(&self) -> Vec<&Self> {
        match &self.what {
            What::List(items) => items.iter().collect(),
            What::Table(_) => vec![self],
            What::Text(_) | What::Unspelled | What::Nothing => Vec::new(),
        }
    }

    /// The value of a variable, which may be empty.
    pub(super) fn supplied(&self) -> Fact<Supplied> {
        let value = match &self.what {
            What::Text(text) => Supplied::Value(text.clone()),
            _ => Supplied::Unknown("the platform makes a text of it".into()),
        };
        Fact::at(value, self.place)
    }

    pub(super) fn is_nothing(&self) -> bool {
        matches!(self.what, What::Nothing)
    }
}

fn of_node(node: &Node, text: &str) -> Said {
    let place = node.occurrence();
    let what = match &node.kind {
        yaml::Kind::Sequence(items) => {
            What::List(items.iter().map(|it| of_node(it, text)).collect())
        }
        yaml::Kind::Mapping(mapping) => {
            let named = mapping.pairs.iter().filter_map(|pair| {
                let name = Spanned::new(pair.key.text()?.to_owned(), pair.key.place);
                Some((name, of_node(&pair.value, text)))
            });
            What::Table(named.collect())
        }
        yaml::Kind::Scalar(scalar) => {
            let is_plain_truth = matches!(&*scalar.text, "true" | "false");
            let what = match node.typed() {
                Some(Typed::Text(_) | Typed::Int(_)) => What::Text(scalar.text.to_string()),
                Some(Typed::Bool(_)) if is_plain_truth => What::Text(scalar.text.to_string()),
                Some(Typed::Bool(_) | Typed::Float(_)) => What::Unspelled,
                Some(Typed::Null) | None => What::Nothing,
            };
            let place = match node.alias {
                None => scalar.part(place, text, 0..scalar.text.len()),
                Some(_) => place,
            };
            return Said { place, what };
        }
    };
    Said { place, what }
}

struct Toml<'t> {
    file: FileId,
    text: &'t str,
}

// The parser goes no deeper than a stack does.
impl Toml<'_> {
    fn place(&self, span: Option<Range<usize>>, or: Place) -> Place {
        span.map_or(or, |span| Place::new(self.file, span.start, span.end))
    }

    fn table(&self, table: &dyn TableLike, at: Place) -> Said {
        let named = table.iter().filter_map(|(name, _)| {
            let (key, item) = table.get_key_value(name)?;
            let key = self.place(key.span(), at);
            Some((Spanned::new(name.to_owned(), key), self.item(item, key)))
        });
        Said { place: at, what: What::Table(named.collect()) }
    }

    fn item(&self, item: &Item, key: Place) -> Said {
        match item {
            Item::None => Said { place: key, what: What::Nothing },
            Item::Value(value) => self.value(value, key),
            Item::Table(table) => self.table(table, key),
            Item::ArrayOfTables(tables) => {
                let each = tables.iter().map(|it| self.table(it, self.place(it.span(), key)));
                Said { place: key, what: What::List(each.collect()) }
            }
        }
    }

    fn value(&self, value: &Value, key: Place) -> Said {
        let place = self.place(value.span(), key);
        let what = match value {
            Value::String(text) => {
                return Said {
                    place: self.within(place, text.value()),
                    what: What::Text(text.value().clone()),
                };
            }
            // As Go prints them, in which flyctl is written.
            Value::Integer(number) => What::Text(number.value().to_string()),
            Value::Boolean(flag) => What::Text(flag.value().to_string()),
            Value::Float(_) | Value::Datetime(_) => What::Unspelled,
            Value::InlineTable(table) => return self.table(table, place),
            Value::Array(items) => {
                What::List(items.iter().map(|it| self.value(it, place)).collect())
            }
        };
        Said { place, what }
    }

    /// A text without its quotes, where it stands as it is.
    fn within(&self, place: Place, text: &str) -> Place {
        let written = self.text.get(place.span.range()).unwrap_or_default();
        match written.find(text).filter(|_| !text.is_empty()) {
            Some(at) => {
                let start = place.span.start as usize + at;
                Place::new(self.file, start, start + text.len())
            }
            None => place,
        }
    }
}
