//! Values of JavaScript, as far as they are written out.

use crate::source::{FileId, Place};
use crate::syntax::spliced::Spliced;
use std::collections::BTreeMap;

#[derive(Clone, Debug)]
pub(super) enum Value {
    /// Numbers and `true` are texts as well: a process gets nothing else (measured with PM2 6).
    Text(Spliced),
    List(Vec<Self>),
    Object(Object),
    Unknown(Option<Place>),
}

impl Value {
    pub(super) fn text(self) -> Option<Spliced> {
        match self {
            Self::Text(text) => Some(text),
            Self::List(_) | Self::Object(_) | Self::Unknown(_) => None,
        }
    }

    pub(super) fn place(&self) -> Option<Place> {
        match self {
            Self::Text(text) => Some(text.place()),
            Self::Unknown(place) => *place,
            Self::List(_) | Self::Object(_) => None,
        }
    }
}

/// Keys and values in their order; of two with one key the later holds.
#[derive(Clone, Debug, Default)]
pub(super) struct Object(pub(super) Vec<(String, Value)>);

impl Object {
    pub(super) fn take(&mut self, key: &str) -> Option<Value> {
        let at = self.0.iter().position(|(it, _)| it == key)?;
        Some(self.0.remove(at).1)
    }

    fn set(&mut self, key: String, value: Value) {
        self.0.retain(|(it, _)| *it != key);
        self.0.push((key, value));
    }
}

/// Brackets may be this deep: a file that goes deeper tells nothing.
const MOST_LEVELS: usize = 64;

/// What a module exports, or the value that the whole text is.
pub(super) fn exported(file: FileId, text: &str) -> Value {
    let mut reader = Reader { file, text, at: 0, constants: BTreeMap::new() };
    reader.blanks();
    if reader.rest().starts_with(['{', '[']) {
        return reader.value(0);
    }
    let mut exported = Value::Unknown(None);
    while !reader.rest().is_empty() {
        match reader.word() {
            "const" | "let" | "var" => reader.declared(),
            "module" if reader.takes(".exports") && reader.takes("=") => {
                exported = reader.value(0);
            }
            "export" if reader.takes("default") => exported = reader.value(0),
            "" => reader.passed_over(0),
            _ => {}
        }
        reader.blanks();
    }
    exported
}

struct Reader<'t> {
    file: FileId,
    text: &'t str,
    at: usize,
    constants: BTreeMap<&'t str, Value>,
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn place(&self, from: usize) -> Place {
        Place::new(self.file, from, self.at)
    }

    /// Goes past blanks and comments.
    fn blanks(&mut self) {
        loop {
            let rest = self.rest().trim_start();
            self.at = self.text.len() - rest.len();
            let end = match rest.get(..2) {
                Some("//") => rest.find('\n').unwrap_or(rest.len()),
                Some("/*") => rest.find("*/").map_or(rest.len(), |it| it + 2),
                _ => return,
            };
            self.at += end;
        }
    }

    /// A name, keyword or number; nothing where something else stands.
    fn word(&mut self) -> &'t str {
        let rest = self.rest();
        let is_part = |it: char| it.is_alphanumeric() || matches!(it, '_' | '$');
        let word = &rest[..rest.find(|it| !is_part(it)).unwrap_or(rest.len())];
        self.at += word.len();
        word
    }

    fn takes(&mut self, text: &str) -> bool {
        self.blanks();
        let is_next = self.rest().starts_with(text);
        self.at += if is_next { text.len() } else { 0 };
        is_next
    }

    /// `NAME = value`, behind `const`. What is taken apart (`const { a } = b`) gives no names.
    fn declared(&mut self) {
        self.blanks();
        let name = self.word();
        if !name.is_empty() && self.takes("=") {
            let value = self.value(0);
            self.constants.insert(name, value);
        }
    }

    /// A value, up to what ends it.
    fn value(&mut self, level: usize) -> Value {
        self.blanks();
        let from = self.at;
        let mut value = self.primary(level);
        loop {
            let end = self.at;
            self.blanks();
            let ended = self.text[end..self.at].contains('\n') && level == 0;
            let rest = self.rest();
            let goes_on =
                rest.starts_with(['.', '?', '|', '&', '+', '(', '*', '/', '=', '<', '>', '`']);
            if rest.is_empty() || rest.starts_with([',', ']', '}', ')', ';']) || ended && !goes_on {
                self.at = end;
                return value;
            }
            if rest.starts_with('+') && !rest.starts_with("++") {
                self.at += 1;
                self.blanks();
                value = match (value, self.primary(level)) {
                    (Value::Text(left), Value::Text(right)) => {
                        let mut joined = left;
                        joined.push_part(&right, 0..right.as_str().len());
                        Value::Text(joined)
                    }
                    _ => Value::Unknown(Some(self.place(from))),
                };
                continue;
            }
            self.passed_over(level);
            value = Value::Unknown(Some(self.place(from)));
        }
    }

    fn primary(&mut self, level: usize) -> Value {
        let from = self.at;
        match self.rest().chars().next() {
            Some(quote @ ('"' | '\'')) => self.quoted(quote),
            Some('`') => self.template(),
            Some('[') if level < MOST_LEVELS => self.list(level + 1),
            Some('{') if level < MOST_LEVELS => self.object(level + 1),
            _ => match self.word() {
                "" => {
                    self.passed_over(level);
                    Value::Unknown(Some(self.place(from)))
                }
                word if word.starts_with(|it: char| it.is_ascii_digit()) => self.as_written(word),
                word @ ("true" | "false") => self.as_written(word),
                word => match self.constants.get(word) {
                    Some(value) => value.clone(),
                    None => Value::Unknown(Some(self.place(from))),
                },
            },
        }
    }

    fn as_written(&self, part: &str) -> Value {
        Value::Text(Spliced::verbatim(self.file, self.text, part))
    }

    /// Goes past one thing that is not read: a text, all between two brackets, or a sign.
    fn passed_over(&mut self, level: usize) {
        match self.rest().chars().next() {
            Some(quote @ ('"' | '\'')) => drop(self.quoted(quote)),
            Some('`') => drop(self.template()),
            Some('(' | '[' | '{') if level < MOST_LEVELS => {
                self.at += 1;
                self.blanks();
                while !self.rest().is_empty() && !self.rest().starts_with([')', ']', '}']) {
                    if self.word().is_empty() {
                        self.passed_over(level + 1);
                    }
                    self.blanks();
                }
                self.at += self.rest().chars().next().map_or(0, char::len_utf8);
            }
            Some(_) if level >= MOST_LEVELS => self.at = self.text.len(),
            sign => self.at += sign.map_or(0, char::len_utf8),
        }
    }

    /// A text between two quotes; what is escaped stands for the sign itself, but for the few that do not.
    fn quoted(&mut self, quote: char) -> Value {
        let (file, from) = (self.file, self.at);
        self.at += quote.len_utf8();
        let mut text = Spliced::empty(Place::new(file, self.at, self.at));
        loop {
            let rest = self.rest();
            let end = rest.find([quote, '\\', '\n']).unwrap_or(rest.len());
            if end > 0 {
                text.push(&rest[..end], Place::of(file, self.text, &rest[..end]));
            }
            self.at += end;
            let start = self.at;
            match rest[end..].chars().next() {
                Some(it) if it == quote => {
                    self.at += quote.len_utf8();
                    return Value::Text(text);
                }
                Some('\\') => {
                    let escaped = rest[end + 1..].chars().next();
                    self.at += 1 + escaped.map_or(0, char::len_utf8);
                    match escaped {
                        Some('\n') => {}
                        Some('n') => text.push("\n", self.place(start)),
                        Some('t') => text.push("\t", self.place(start)),
                        Some(it) if it.is_alphanumeric() => return self.unread(quote, from),
                        Some(it) => text.push(it.encode_utf8(&mut [0; 4]), self.place(start)),
                        None => return Value::Unknown(None),
                    }
                }
                _ => return Value::Unknown(Some(self.place(from))),
            }
        }
    }

    /// The rest of a text that has something in it which is not read (`\u00e9`).
    fn unread(&mut self, quote: char, from: usize) -> Value {
        let rest = self.rest();
        let mut escaped = false;
        let end = rest.find(|it| {
            let is_end = !escaped && it == quote || it == '\n';
            escaped = it == '\\' && !escaped;
            is_end
        });
        self.at += end.map_or(rest.len(), |it| it + quote.len_utf8());
        Value::Unknown(Some(self.place(from)))
    }

    /// A text that may name constants: `${base}/backend`.
    fn template(&mut self) -> Value {
        let (file, from) = (self.file, self.at);
        self.at += 1;
        let mut text = Some(Spliced::empty(Place::new(file, self.at, self.at)));
        loop {
            let rest = self.rest();
            let end = rest.find(['`', '\\', '$']).unwrap_or(rest.len());
            if let Some(text) = text.as_mut().filter(|_| end > 0) {
                text.push(&rest[..end], Place::of(file, self.text, &rest[..end]));
            }
            self.at += end;
            let start = self.at;
            match rest[end..].chars().next() {
                Some('`') => {
                    self.at += 1;
                    let unknown = || Value::Unknown(Some(self.place(from)));
                    return text.map_or_else(unknown, Value::Text);
                }
                Some('$') if rest[end..].starts_with("${") => {
                    self.at += 2;
                    let named = self.value(1);
                    let is_whole = self.takes("}");
                    text = match (text, named) {
                        (Some(mut text), Value::Text(named)) if is_whole => {
                            text.push(named.as_str(), self.place(start));
                            Some(text)
                        }
                        _ => None,
                    };
                }
                Some('$') => {
                    self.at += 1;
                    if let Some(text) = &mut text {
                        text.push("$", self.place(start));
                    }
                }
                Some(_) => {
                    self.at += 1 + rest[end + 1..].chars().next().map_or(0, char::len_utf8);
                    text = None;
                }
                None => return Value::Unknown(Some(self.place(from))),
            }
        }
    }

    fn list(&mut self, level: usize) -> Value {
        let from = self.at;
        self.at += 1;
        let mut items = Vec::new();
        let mut is_whole = true;
        loop {
            self.blanks();
            if self.takes("]") {
                let unknown = || Value::Unknown(Some(self.place(from)));
                return if is_whole { Value::List(items) } else { unknown() };
            }
            if self.takes(",") {
                continue;
            }
            is_whole &= !self.rest().starts_with("...") && !self.rest().is_empty();
            let before = self.at;
            items.push(self.value(level));
            if self.at == before {
                self.passed_over(level);
                is_whole = false;
            }
            if self.rest().is_empty() {
                return Value::Unknown(Some(self.place(from)));
            }
        }
    }

    fn object(&mut self, level: usize) -> Value {
        let from = self.at;
        self.at += 1;
        let mut object = Object::default();
        let mut is_whole = true;
        loop {
            self.blanks();
            if self.takes("}") {
                let unknown = || Value::Unknown(Some(self.place(from)));
                return if is_whole { Value::Object(object) } else { unknown() };
            }
            if self.takes(",") {
                continue;
            }
            if self.rest().is_empty() {
                return Value::Unknown(Some(self.place(from)));
            }
            if self.takes("...") {
                match self.value(level) {
                    Value::Object(more) => {
                        more.0.into_iter().for_each(|(key, value)| object.set(key, value));
                    }
                    _ => is_whole = false,
                }
                continue;
            }
            let begin = self.at;
            let key = match self.rest().chars().next() {
                Some(quote @ ('"' | '\'')) => self.quoted(quote).text(),
                _ => Some(self.word()).filter(|it| !it.is_empty()).map(|it| self.spliced(it)),
            };
            match key {
                Some(key) if self.takes(":") => {
                    let value = self.value(level);
                    object.set(key.as_str().to_owned(), value);
                }
                // `{ cwd }` is `{ cwd: cwd }`.
                Some(key) if self.rest().starts_with([',', '}']) => {
                    let value = self.constants.get(key.as_str()).cloned();
                    let unknown = Value::Unknown(Some(self.place(begin)));
                    object.set(key.as_str().to_owned(), value.unwrap_or(unknown));
                }
                // A method, or a key that is worked out.
                _ => {
                    is_whole &= self.rest().starts_with('(');
                    while !self.rest().is_empty() && !self.rest().starts_with([',', '}']) {
                        if self.word().is_empty() {
                            self.passed_over(level);
                        }
                        self.blanks();
                    }
                }
            }
        }
    }

    fn spliced(&self, part: &str) -> Spliced {
        Spliced::verbatim(self.file, self.text, part)
    }
}
