//! PostgreSQL's `postgresql.conf` and `pg_hba.conf` (its manual, 20.1 and 21.1).
//!
//! As far as a line can be read it is read; PostgreSQL itself refuses the whole file for a line that
//! it cannot. Includes are told, and followed by nobody here.

use crate::source::{FileId, Place, Spanned};

/// A parameter and its value. Names are of any case.
pub type Setting = (String, Spanned<String>);

/// A line of `pg_hba.conf`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    Record(Box<Record>),
    /// Further records, in their place, from another file.
    Include,
}

/// Who may connect how. Of all records the first that fits decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// `local`, `host`, `hostssl` …
    pub connection: String,
    pub databases: Vec<Word>,
    pub users: Vec<Word>,
    /// Of `local` none.
    pub address: Option<Word>,
    /// Where the address stands without its length.
    pub mask: Option<Word>,
    pub method: Spanned<String>,
    /// From the kind of connection to the method.
    pub place: Place,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    pub text: String,
    /// In quotes `all` is a name like others.
    pub quoted: bool,
    pub place: Place,
}

impl Word {
    /// Whether it is this keyword.
    pub fn is(&self, keyword: &str) -> bool {
        !self.quoted && self.text == keyword
    }
}

/// `name = value`, the `=` being optional, the value in quotes or not (20.1.2).
pub fn settings(file: FileId, text: &str) -> Vec<Setting> {
    text.lines().filter_map(|line| setting(file, text, line.trim_start())).collect()
}

fn setting(file: FileId, text: &str, line: &str) -> Option<Setting> {
    let end = line.find(|it: char| !it.is_ascii_alphanumeric() && !"_.$".contains(it))?;
    let (name, rest) = line.split_at(end);
    if !name.starts_with(|it: char| it.is_ascii_alphabetic() || it == '_') {
        return None;
    }
    let rest = rest.trim_start();
    let rest = rest.strip_prefix('=').unwrap_or(rest).trim_start();
    let written = match rest.strip_prefix('\'') {
        Some(inside) => &rest[..1 + closing_quote(inside)?],
        None => {
            &rest[..rest.find(|it: char| it.is_whitespace() || it == '#').unwrap_or(rest.len())]
        }
    };
    let value = Spanned::new(unquoted(written), Place::of(file, text, written));
    (!written.is_empty()).then(|| (name.to_ascii_lowercase(), value))
}

/// Behind the quote that ends a value: neither doubled nor behind a backslash.
fn closing_quote(inside: &str) -> Option<usize> {
    let mut chars = inside.char_indices().peekable();
    while let Some((at, next)) = chars.next() {
        match next {
            '\\' => _ = chars.next(),
            '\'' if chars.peek().is_some_and(|(_, it)| *it == '\'') => _ = chars.next(),
            '\'' => return Some(at + 1),
            _ => {}
        }
    }
    None
}

fn unquoted(written: &str) -> String {
    let inside = written.strip_prefix('\'').and_then(|it| it.strip_suffix('\''));
    inside.map_or_else(|| written.to_owned(), |it| it.replace("''", "'").replace("\\'", "'"))
}

/// The lines of a `pg_hba.conf` that say something.
pub fn records(file: FileId, text: &str) -> Vec<Line> {
    let mut reader = Reader { file, text, at: 0 };
    let mut found = Vec::new();
    while reader.at < text.len() {
        let fields = reader.line();
        found.extend(line(&fields));
    }
    found
}

fn line(fields: &[Vec<Word>]) -> Option<Line> {
    let first = fields.first()?.first()?;
    if first.text.starts_with("include") {
        return Some(Line::Include);
    }
    let one = |at: usize| fields.get(at)?.first().cloned();
    let (databases, users) = (fields.get(1)?.clone(), fields.get(2)?.clone());
    let is_local = first.text == "local";
    let address = if is_local { None } else { Some(one(3)?) };
    // An address without its length has the mask in a column of its own.
    let is_bare = |it: &Word| it.text.parse::<std::net::IpAddr>().is_ok();
    let mask = address.as_ref().filter(|it| is_bare(it)).and_then(|_| one(4));
    let columns = 3 + usize::from(!is_local) + usize::from(mask.is_some());
    let method = one(columns)?;
    Some(Line::Record(Box::new(Record {
        connection: first.text.clone(),
        databases,
        users,
        address,
        mask,
        place: first.place.to(method.place),
        method: Spanned::new(method.text, method.place),
    })))
}

/// Passwords that its lines hold: options of a record, as `ldapbindpasswd="…"`, and those in what a
/// standby connects by.
pub fn secrets(file: FileId, text: &str) -> Vec<Place> {
    let options = ["ldapbindpasswd=", "radiussecrets=", "password="];
    let found = options.iter().flat_map(|option| text.match_indices(option));
    let values = found.map(|(at, option)| value(&text[at + option.len()..]));
    values.filter(|it| !it.is_empty()).map(|it| Place::of(file, text, it)).collect()
}

/// Up to the quote that it opens with, or else to a blank or the end of what holds it.
fn value(text: &str) -> &str {
    let opening = text.chars().next().filter(|it| matches!(it, '"' | '\''));
    let end = match opening {
        Some(quote) => text[1..].find([quote, '\n']).map(|at| at + 1),
        None => text.find(|it: char| it.is_whitespace() || matches!(it, '\'' | '"')),
    };
    &text[..end.unwrap_or(text.len())]
}

struct Reader<'a> {
    file: FileId,
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn skip(&mut self, char: char) {
        self.at += char.len_utf8();
    }

    /// Takes a backslash with the end of the line behind it, which together are nothing.
    fn continues(&mut self) -> bool {
        let rest = &self.text[self.at..];
        let ends = ["\\\n", "\\\r\n"];
        let Some(end) = ends.iter().find(|it| rest.starts_with(**it)) else { return false };
        self.at += end.len();
        true
    }

    /// The fields up to the end of the line, each of words between commas.
    fn line(&mut self) -> Vec<Vec<Word>> {
        let mut fields: Vec<Vec<Word>> = Vec::new();
        let mut goes_on = false;
        while let Some(next) = self.peek() {
            if self.continues() {
                continue;
            }
            match next {
                '\n' => {
                    self.at += 1;
                    break;
                }
                '#' => self.comment(),
                ',' => {
                    self.at += 1;
                    goes_on = true;
                }
                _ if next.is_whitespace() => self.skip(next),
                _ => {
                    let word = self.word();
                    match fields.last_mut().filter(|_| goes_on) {
                        Some(field) => field.push(word),
                        None => fields.push(vec![word]),
                    }
                    goes_on = false;
                }
            }
        }
        fields
    }

    fn comment(&mut self) {
        while let Some(next) = self.peek().filter(|it| *it != '\n') {
            if !self.continues() {
                self.skip(next);
            }
        }
    }

    fn word(&mut self) -> Word {
        let start = self.at;
        let (mut text, mut inside, mut quoted) = (String::new(), false, false);
        while let Some(next) = self.peek() {
            match next {
                '\n' => break,
                '"' => {
                    inside = !inside;
                    quoted = true;
                }
                _ if !inside && (next.is_whitespace() || matches!(next, ',' | '#')) => break,
                _ if self.continues() => continue,
                _ => text.push(next),
            }
            self.skip(next);
        }
        Word { text, quoted, place: Place::new(self.file, start, self.at) }
    }
}
