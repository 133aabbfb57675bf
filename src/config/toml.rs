//! A configuration file's text as a table of values, each with its place.
//!
//! Decides nothing about keys; of pyproject.toml it takes `[tool.kilter]` and leaves the rest.

use crate::config::value::{By, Stated, Table, Value};
use crate::source::{FileId, Place};
use std::ops::Range;
use toml_edit::{Document, Item, TableLike};

/// What cannot be read at all: where, and why.
#[derive(Debug)]
pub(super) struct Broken {
    pub(super) place: Place,
    pub(super) why: String,
}

/// The table at this path of keys, if the file has one.
pub(super) fn read(file: FileId, text: &str, section: &[&str]) -> Result<Option<Table>, Broken> {
    let reader = Reader { file };
    let document = Document::parse(text).map_err(|error| {
        let message = error.message().lines().next().unwrap_or_default();
        Broken {
            place: reader.place(error.span()),
            why: format!("this is no TOML: {}", message.to_lowercase()),
        }
    })?;
    let mut table: &dyn TableLike = document.as_table();
    for name in section {
        let Some(item) = table.get(name) else { return Ok(None) };
        let Some(below) = item.as_table_like() else {
            let why = format!("`{}` must be a table", section.join("."));
            return Err(Broken { place: reader.place(item.span()), why });
        };
        table = below;
    }
    Ok(Some(reader.table(table)))
}

#[derive(Clone, Copy)]
struct Reader {
    file: FileId,
}

impl Reader {
    fn place(self, span: Option<Range<usize>>) -> Place {
        let span = span.unwrap_or_default();
        Place::new(self.file, span.start, span.end)
    }

    // No deeper than the parser goes, which refuses more than 80 levels.
    fn table(self, table: &dyn TableLike) -> Table {
        let mut out = Table::default();
        for (name, _) in table.iter() {
            let Some((key, item)) = table.get_key_value(name) else { continue };
            let key = self.place(key.span());
            let stated = self.item(item, key);
            out.insert(name, By::Place(key), stated);
        }
        out
    }

    /// A table that is nowhere headed, as `a` in `[a.b]`, has no place but its key's.
    fn stated(self, value: Value, span: Option<Range<usize>>, key: Place) -> Stated {
        let place = span.map_or(key, |span| self.place(Some(span)));
        Stated { value, by: By::Place(place) }
    }

    fn item(self, item: &Item, key: Place) -> Stated {
        let value = match item {
            Item::None => Value::Other("nothing"),
            Item::Value(value) => return self.value(value, key),
            Item::Table(table) => Value::Table(self.table(table)),
            Item::ArrayOfTables(tables) => {
                let each = tables
                    .iter()
                    .map(|table| self.stated(Value::Table(self.table(table)), table.span(), key));
                Value::List(each.collect())
            }
        };
        self.stated(value, item.span(), key)
    }

    fn value(self, value: &toml_edit::Value, key: Place) -> Stated {
        let read = match value {
            toml_edit::Value::String(text) => Value::Text(text.value().clone()),
            toml_edit::Value::Integer(number) => Value::Integer(*number.value()),
            toml_edit::Value::Float(_) => Value::Other("a fraction"),
            toml_edit::Value::Boolean(flag) => Value::Flag(*flag.value()),
            toml_edit::Value::Datetime(_) => Value::Other("a date"),
            toml_edit::Value::Array(items) => {
                Value::List(items.iter().map(|item| self.value(item, key)).collect())
            }
            toml_edit::Value::InlineTable(table) => Value::Table(self.table(table)),
        };
        self.stated(read, value.span(), key)
    }
}
