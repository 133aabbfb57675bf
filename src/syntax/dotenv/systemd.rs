//! `EnvironmentFile=` (systemd, `parse_env_file_internal` of env-file.c): quotes, escapes and
//! continuations of a shell, none of its expansions, and no comment after a value.

use super::scope::Variables;
use crate::fact::{Fact, Supplied};
use crate::source::{FileId, Place};
use crate::syntax::Problem;
use crate::syntax::cooked::Cooked;
use crate::syntax::dotenv::{Comments, Reading};

/// The states of systemd's own machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    BeforeKey,
    Key,
    BeforeValue,
    Value,
    Escape,
    Single,
    Double,
    DoubleEscape,
    Comment,
    CommentEscape,
}

fn is_blank(char: char) -> bool {
    matches!(char, ' ' | '\t' | '\n' | '\r')
}

fn is_newline(char: char) -> bool {
    matches!(char, '\n' | '\r')
}

struct Reader<'a> {
    file: FileId,
    text: &'a str,
    variables: Variables,
    skipped: Vec<Problem>,
    key: std::ops::Range<usize>,
    value_start: usize,
    value: String,
    /// How much of the value is followed by nothing but blanks so far.
    solid: usize,
    /// The assignment may belong to the comment before it.
    doubtful: bool,
}

pub(super) fn read(comments: Comments, file: FileId, text: &str) -> Reading {
    let mut reader = Reader {
        file,
        text,
        variables: Variables::default(),
        skipped: Vec::new(),
        key: 0..0,
        value_start: 0,
        value: String::new(),
        solid: 0,
        doubtful: false,
    };
    let mut state = State::BeforeKey;
    let mut doubtful_next = false;
    // C strings end at a NUL.
    let body = text.split('\0').next().unwrap_or_default();
    for (at, char) in body.char_indices() {
        state = match state {
            State::BeforeKey if matches!(char, '#' | ';') => State::Comment,
            State::BeforeKey if is_blank(char) => State::BeforeKey,
            State::BeforeKey => {
                reader.key = at..at + char.len_utf8();
                reader.doubtful = std::mem::take(&mut doubtful_next);
                State::Key
            }
            State::Key if is_newline(char) => {
                reader.no_assignment();
                State::BeforeKey
            }
            State::Key if char == '=' => {
                reader.key.end = at;
                reader.value_start = at + 1;
                State::BeforeValue
            }
            State::Key => {
                reader.key.end = at + char.len_utf8();
                State::Key
            }
            State::BeforeValue | State::Value if is_newline(char) => {
                reader.assign(at, state == State::Value);
                State::BeforeKey
            }
            State::BeforeValue => match char {
                '\'' => State::Single,
                '"' => State::Double,
                '\\' => State::Escape,
                blank if is_blank(blank) => State::BeforeValue,
                char => reader.solid(char, State::Value),
            },
            State::Value if char == '\\' => State::Escape,
            State::Value if is_blank(char) => {
                reader.value.push(char);
                State::Value
            }
            State::Value => reader.solid(char, State::Value),
            State::Escape if is_newline(char) => {
                reader.solid = reader.value.len();
                State::Value
            }
            State::Escape => reader.solid(char, State::Value),
            State::Single if char == '\'' => State::BeforeValue,
            State::Single => reader.solid(char, State::Single),
            State::Double if char == '"' => State::BeforeValue,
            State::Double if char == '\\' => State::DoubleEscape,
            State::Double => reader.solid(char, State::Double),
            State::DoubleEscape => {
                if !matches!(char, '"' | '\\' | '`' | '$' | '\n') {
                    reader.value.push('\\');
                }
                match char {
                    '\n' => State::Double,
                    char => reader.solid(char, State::Double),
                }
            }
            State::Comment if char == '\\' => State::CommentEscape,
            State::Comment if is_newline(char) => State::BeforeKey,
            State::Comment => State::Comment,
            State::CommentEscape if is_newline(char) && comments == Comments::End => {
                State::BeforeKey
            }
            State::CommentEscape if is_newline(char) && comments == Comments::Either => {
                doubtful_next = true;
                State::BeforeKey
            }
            State::CommentEscape => State::Comment,
        };
    }
    match state {
        State::Value => reader.assign(body.len(), true),
        State::BeforeValue
        | State::Escape
        | State::Single
        | State::Double
        | State::DoubleEscape => {
            reader.assign(body.len(), false);
        }
        State::Key => reader.no_assignment(),
        State::BeforeKey | State::Comment | State::CommentEscape => {}
    }
    Reading { skipped: reader.skipped, ..reader.variables.into_reading() }
}

impl Reader<'_> {
    /// Adds a character after which no blank before it is trailing any more.
    fn solid(&mut self, char: char, next: State) -> State {
        self.value.push(char);
        self.solid = self.value.len();
        next
    }

    fn no_assignment(&mut self) {
        let place = Place::new(self.file, self.key.start, self.key.end);
        self.skipped.push(Problem::new(place, "systemd ignores a line without `=`"));
    }

    fn assign(&mut self, end: usize, chomp: bool) {
        let mut value = std::mem::take(&mut self.value);
        if chomp {
            value.truncate(self.solid);
        }
        self.solid = 0;
        let key = self.text[self.key.clone()].trim_end_matches(is_blank);
        let is_name = !key.starts_with(|c: char| c.is_ascii_digit())
            && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if key.is_empty() || !is_name {
            let place = Place::of(self.file, self.text, key);
            let message = "this is no name of a variable, so systemd ignores the assignment";
            self.skipped.push(Problem::new(place, message));
            return;
        }
        let raw = self.text[self.value_start..end].trim_matches(is_blank);
        let place = Place::of(self.file, self.text, raw);
        let fact: Fact<Supplied> = Cooked::text(value, place).into_fact();
        let fact = match self.doubtful {
            true => fact.map(|_| {
                Supplied::Perhaps(
                    "systemd before 254 takes the line for part of the comment".into(),
                )
            }),
            false => fact,
        };
        self.variables.set(key, fact);
    }
}
