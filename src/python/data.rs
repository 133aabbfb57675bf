//! Texts that stand for data: JSON, TOML, percent-encoding, Python literals.

use crate::python::machine::call::Arguments;
use crate::python::machine::iterate::is_symbolic;
use crate::python::machine::object::{Object, Traced};
use crate::python::machine::trail::Trail;
use crate::python::machine::{Machine, Outcome};

/// `urllib.parse.unquote`: bytes that are not UTF-8 become U+FFFD.
pub(crate) fn unquoted(text: &str, plus: bool) -> String {
    let text = if plus { text.replace('+', " ") } else { text.to_owned() };
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = bytes.get(at + 1..at + 3).and_then(|it| std::str::from_utf8(it).ok());
        let byte = hex
            .filter(|it| it.bytes().all(|it| it.is_ascii_hexdigit()))
            .and_then(|it| u8::from_str_radix(it, 16).ok());
        match (bytes[at], byte) {
            (b'%', Some(byte)) => {
                decoded.push(byte);
                at += 3;
            }
            (byte, _) => {
                decoded.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

/// `urllib.parse.quote`.
pub(crate) fn quoted(text: &str, safe: &str) -> String {
    let mut quoted = String::new();
    for byte in text.bytes() {
        let kept = byte.is_ascii_alphanumeric() || b"_.-~".contains(&byte);
        match kept || byte.is_ascii() && safe.as_bytes().contains(&byte) {
            true => quoted.push(byte as char),
            false => quoted.push_str(&format!("%{byte:02X}")),
        }
    }
    quoted
}

pub(crate) fn json_loads(it: &mut Machine<'_>, given: Arguments) -> Outcome<Traced> {
    let Some(value) = given.first().cloned() else {
        return Err(it.raised("TypeError", "loads() missing 1 required positional argument: 's'"));
    };
    let text = match &value.object {
        Object::Str(text) if is_symbolic(text) => return Ok(it.unknown_from(&value)),
        Object::Str(text) => text.to_string(),
        Object::Bytes(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => return Ok(it.unknown("the bytes are no UTF-8")),
        },
        other => {
            let kind = it.type_name(other);
            let message = format!("the JSON object must be str, bytes or bytearray, not {kind}");
            return Err(it.raised("TypeError", message));
        }
    };
    if !given.keywords.is_empty() {
        return Ok(it.unknown("options of `json.loads` are not modelled"));
    }
    match serde_json::from_str::<serde_json::Value>(&text) {
        Ok(parsed) => Ok(it.read_json(&parsed, value.trail)),
        // Python's also takes NaN and Infinity, and control characters where it is not strict.
        Err(_) if text.contains("NaN") || text.contains("Infinity") => {
            Ok(it.unknown("the JSON is not standard"))
        }
        Err(_) => Err(it.raised("_JSONDecodeError", "Expecting value")),
    }
}

impl Machine<'_> {
    fn read_json(&mut self, value: &serde_json::Value, trail: Trail) -> Traced {
        let object = match value {
            serde_json::Value::Null => Object::None,
            serde_json::Value::Bool(it) => Object::Bool(*it),
            serde_json::Value::Number(number) => {
                let text = number.to_string();
                match (text.parse::<i128>(), text.parse::<f64>()) {
                    (Ok(number), _) => Object::Int(number),
                    (Err(_), Ok(number)) => Object::Float(number),
                    (Err(_), Err(_)) => return self.unknown("the number is not modelled"),
                }
            }
            serde_json::Value::String(text) => Object::str(text.as_str()),
            serde_json::Value::Array(items) => {
                let items = items.iter().map(|it| self.read_json(it, trail)).collect();
                self.list(items)
            }
            serde_json::Value::Object(entries) => {
                let dict = self.new_dict();
                for (key, value) in entries {
                    let value = self.read_json(value, trail);
                    let key = Object::str(key.as_str()).traced(trail);
                    // A text is always a key, and a new dict takes it.
                    let _ = self.dict_set(dict, &key, value);
                }
                Object::Dict(dict)
            }
        };
        object.traced(trail)
    }

    fn read_toml(&mut self, item: &toml_edit::Item, trail: Trail) -> Traced {
        match item {
            toml_edit::Item::Value(value) => self.read_toml_value(value, trail),
            toml_edit::Item::Table(table) => {
                let dict = self.new_dict();
                for (key, item) in table {
                    let value = self.read_toml(item, trail);
                    let _ = self.dict_set(dict, &Object::str(key).traced(trail), value);
                }
                Object::Dict(dict).traced(trail)
            }
            toml_edit::Item::ArrayOfTables(tables) => {
                let mut items = Vec::new();
                for table in tables {
                    items.push(self.read_toml(&toml_edit::Item::Table(table.clone()), trail));
                }
                self.list(items).traced(trail)
            }
            toml_edit::Item::None => Object::None.traced(trail),
        }
    }

    fn read_toml_value(&mut self, value: &toml_edit::Value, trail: Trail) -> Traced {
        let object = match value {
            toml_edit::Value::String(text) => Object::str(text.value().as_str()),
            toml_edit::Value::Integer(number) => Object::Int(i128::from(*number.value())),
            toml_edit::Value::Float(number) => Object::Float(*number.value()),
            toml_edit::Value::Boolean(it) => Object::Bool(*it.value()),
            toml_edit::Value::Datetime(_) => return self.unknown("dates are not modelled"),
            toml_edit::Value::Array(items) => {
                let items = items.iter().map(|it| self.read_toml_value(it, trail)).collect();
                self.list(items)
            }
            toml_edit::Value::InlineTable(table) => {
                let dict = self.new_dict();
                for (key, value) in table {
                    let value = self.read_toml_value(value, trail);
                    let _ = self.dict_set(dict, &Object::str(key).traced(trail), value);
                }
                Object::Dict(dict)
            }
        };
        object.traced(trail)
    }
}

pub(crate) fn toml_loads(it: &mut Machine<'_>, given: Arguments) -> Outcome<Traced> {
    let Some(value) = given.first().cloned() else {
        return Ok(it.unknown("what is read is not known"));
    };
    let text = match &value.object {
        Object::Str(text) => text.to_string(),
        Object::Bytes(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        _ => return Ok(it.unknown_from(&value)),
    };
    match text.parse::<toml_edit::DocumentMut>() {
        Ok(document) => Ok(it.read_toml(document.as_item(), value.trail)),
        Err(_) => Err(it.raised("ValueError", "invalid TOML")),
    }
}

/// `ast.literal_eval` of a text, as far as it is plain.
pub(crate) fn literal(it: &mut Machine<'_>, given: &Arguments) -> Outcome<Traced> {
    let Some(value) = given.first().cloned() else { return Ok(it.unknown("nothing to read")) };
    match plain(it, &value) {
        Some(read) => Ok(read),
        None if matches!(&value.object, Object::Str(text) if !is_symbolic(text)) => {
            Ok(it.unknown("the literal is not followed"))
        }
        None => Ok(it.unknown_from(&value)),
    }
}

/// The object that a text writes out, if it does nothing else.
pub(crate) fn plain(it: &mut Machine<'_>, value: &Traced) -> Option<Traced> {
    let Object::Str(text) = &value.object else { return None };
    if is_symbolic(text) {
        return None;
    }
    crate::python::literal::read(it, text, value.trail)
}
