//! `str()` and `repr()`.

use crate::python::machine::object::{Object, Traced};
use crate::python::machine::{Machine, Outcome, limit};

impl Machine<'_> {
    /// `str(value)`, as a value: unknown where the text is.
    pub(crate) fn text_of(&mut self, value: &Traced) -> Outcome<Traced> {
        if let Some(method) = self.special(value, "__str__")? {
            return self.call(&method, Vec::new(), Vec::new());
        }
        self.each_way(value, |it, value| match &value.object {
            Object::Str(_) => Ok(value.clone()),
            Object::Path(path) => Ok(it.computed(Object::Str(path.clone()), &[value])),
            Object::Instance(handle) => {
                let payload = it.heap.instance(*handle).payload.clone();
                match payload {
                    Some(payload) if it.enum_value(value).is_none() => {
                        it.text_of(&payload.traced(value.trail))
                    }
                    _ => it.repr_of(value),
                }
            }
            _ => it.repr_of(value),
        })
    }

    /// `repr(value)`, as a value.
    pub(crate) fn repr_of(&mut self, value: &Traced) -> Outcome<Traced> {
        if let Some(method) = self.special(value, "__repr__")? {
            return self.call(&method, Vec::new(), Vec::new());
        }
        Ok(match self.plain_repr(&value.object, 0) {
            Some(text) => self.computed(Object::str(text), &[value]),
            None => self.unknown_from(value),
        })
    }

    /// A text for messages, whatever the value is.
    pub(crate) fn repr(&mut self, value: &Traced) -> Outcome<String> {
        if let Object::Opaque(name) = &value.object {
            return Ok(name.to_string());
        }
        Ok(self.plain_repr(&value.object, 0).unwrap_or_else(|| "…".to_owned()))
    }

    /// How Python writes a value; none where that holds an address, or is not known.
    pub(crate) fn plain_repr(&self, object: &Object, depth: usize) -> Option<String> {
        if depth > 20 {
            return None;
        }
        let each = |items: &[Traced]| -> Option<Vec<String>> {
            items.iter().map(|it| self.plain_repr(&it.object, depth + 1)).collect()
        };
        let text = match object {
            Object::None => "None".to_owned(),
            Object::Ellipsis => "Ellipsis".to_owned(),
            Object::Bool(true) => "True".to_owned(),
            Object::Bool(false) => "False".to_owned(),
            Object::Int(it) => it.to_string(),
            Object::Float(it) => float(*it),
            Object::Str(text) => quoted(text),
            Object::Bytes(bytes) => bytes_literal(bytes),
            Object::Path(path) => format!("PosixPath({})", quoted(path)),
            Object::Tuple(items) => match each(items)?.as_slice() {
                [only] => format!("({only},)"),
                several => format!("({})", several.join(", ")),
            },
            Object::List(handle) => format!("[{}]", each(self.heap.list(*handle))?.join(", ")),
            Object::Dict(handle) => {
                let dict = self.heap.dict(*handle);
                if !dict.is_exact() {
                    return None;
                }
                let pairs = dict.entries.values().map(|entry| {
                    let key = self.plain_repr(&entry.key.object, depth + 1)?;
                    Some(format!("{key}: {}", self.plain_repr(&entry.value.object, depth + 1)?))
                });
                format!("{{{}}}", pairs.collect::<Option<Vec<_>>>()?.join(", "))
            }
            // The order of a set's members depends on the hash seed.
            Object::Set(handle) if self.heap.dict(*handle).entries.len() < 2 => {
                let members = each(&self.keys_of(*handle))?;
                match members.as_slice() {
                    [] if self.heap.dict(*handle).is_exact() => "set()".to_owned(),
                    [only] => format!("{{{only}}}"),
                    _ => return None,
                }
            }
            Object::Class(handle) => {
                let class = self.heap.class(*handle);
                match &*class.module {
                    "builtins" => format!("<class '{}'>", class.name),
                    module => format!("<class '{module}.{}'>", class.name),
                }
            }
            Object::Type(kind) => format!("<class '{}'>", kind.name()),
            Object::Range(range) => match **range {
                [start, stop, 1] => format!("range({start}, {stop})"),
                [start, stop, step] => format!("range({start}, {stop}, {step})"),
            },
            Object::TimeDelta(_)
            | Object::Instance(_)
            | Object::Set(_)
            | Object::FrozenSet(_)
            | Object::NotImplemented
            | Object::Slice(_)
            | Object::Regex(_)
            | Object::Match(_)
            | Object::Lazy(_)
            | Object::Iterator(_)
            | Object::Names(_)
            | Object::Module(_)
            | Object::Function(_)
            | Object::Method(_)
            | Object::Native(_)
            | Object::NativeMethod(_)
            | Object::Decorated(..)
            | Object::Super(_)
            | Object::Environ
            | Object::Opaque(_)
            | Object::Unknown(_)
            | Object::OneOf(_)
            | Object::Rest(_) => return None,
        };
        (text.len() <= limit::TEXT).then_some(text)
    }
}

/// The shortest text that reads back as the same number, in Python's form.
pub(crate) fn float(number: f64) -> String {
    if number.is_nan() {
        return "nan".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { "inf" } else { "-inf" }.to_owned();
    }
    let magnitude = number.abs();
    if magnitude != 0.0 && !(1e-4..1e16).contains(&magnitude) {
        let text = format!("{number:e}");
        let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let (sign, exponent) = match exponent.strip_prefix('-') {
            Some(exponent) => ('-', exponent),
            None => ('+', exponent),
        };
        return format!("{digits}e{sign}{exponent:0>2}");
    }
    let text = number.to_string();
    if text.contains('.') { text } else { format!("{text}.0") }
}

/// A string as Python writes it: in single quotes, unless it holds some and no double ones.
pub(crate) fn quoted(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut quoted = String::from(quote);
    for character in text.chars() {
        match character {
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            it if it == quote => {
                quoted.push('\\');
                quoted.push(it);
            }
            it if (it as u32) < 0x20 || it as u32 == 0x7f => {
                quoted.push_str(&format!("\\x{:02x}", it as u32));
            }
            it => quoted.push(it),
        }
    }
    quoted.push(quote);
    quoted
}

fn bytes_literal(bytes: &[u8]) -> String {
    let quote = if bytes.contains(&b'\'') && !bytes.contains(&b'"') { '"' } else { '\'' };
    let mut text = format!("b{quote}");
    for byte in bytes {
        match byte {
            b'\\' => text.push_str("\\\\"),
            b'\n' => text.push_str("\\n"),
            b'\r' => text.push_str("\\r"),
            b'\t' => text.push_str("\\t"),
            it if *it == quote as u8 => {
                text.push('\\');
                text.push(quote);
            }
            0x20..0x7f => text.push(*byte as char),
            it => text.push_str(&format!("\\x{it:02x}")),
        }
    }
    text.push(quote);
    text
}
