//! honcho 2.0 (`environ.parse`): each line through Python's `shlex`, its tokens joined.

use super::Reading;
use super::environ::python_lines;
use super::scope::Variables;
use crate::source::{FileId, Place};
use crate::syntax::Problem;
use crate::syntax::cooked::Cooked;

pub(super) fn read(file: FileId, text: &str) -> Reading {
    let mut variables = Variables::default();
    let mut skipped = Vec::new();
    for line in python_lines(text) {
        let place = Place::of(file, text, line);
        let tokens = match tokens(line) {
            Ok(tokens) => tokens,
            Err(what) => {
                let message = format!("honcho refuses the file: {what} in this line");
                return Reading {
                    refused: Some(Problem::new(place, message)),
                    ..Reading::default()
                };
            }
        };
        let [name, equals, value @ ..] = tokens.as_slice() else { continue };
        let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        if value.is_empty() || equals != "=" || !is_name {
            skipped.push(Problem::new(place, "honcho skips this line"));
            continue;
        }
        let value = value.concat().replace("\\n", "\n").replace("\\t", "\t");
        let raw = line.split_once('=').map_or(line, |(_, raw)| raw.trim());
        variables.set(name, Cooked::text(value, Place::of(file, text, raw)).into_fact());
    }
    Reading { skipped, ..variables.into_reading() }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Start,
    Word,
    Quote(char),
    /// After a backslash, inside what it stood in.
    Escape(Option<char>),
}

/// `list(shlex.shlex(line, posix=True))`.
fn tokens(line: &str) -> Result<Vec<String>, &'static str> {
    let mut tokens = Vec::new();
    let mut token = String::new();
    let mut quoted = false;
    let mut state = State::Start;
    let mut chars = line.chars().peekable();
    while let Some(&char) = chars.peek() {
        chars.next();
        match state {
            State::Start => match char {
                ' ' | '\t' | '\r' | '\n' => {}
                '#' => break,
                '\\' => state = State::Escape(None),
                '\'' | '"' => {
                    quoted = true;
                    state = State::Quote(char);
                }
                char if is_word(char) => {
                    token.push(char);
                    state = State::Word;
                }
                char => tokens.push(char.to_string()),
            },
            State::Word => match char {
                '\\' => state = State::Escape(None),
                '\'' | '"' => {
                    quoted = true;
                    state = State::Quote(char);
                }
                char if is_word(char) => token.push(char),
                end => {
                    if !token.is_empty() || quoted {
                        tokens.push(std::mem::take(&mut token));
                    }
                    (quoted, state) = (false, State::Start);
                    match end {
                        '#' => break,
                        ' ' | '\t' | '\r' | '\n' => {}
                        other => tokens.push(other.to_string()),
                    }
                }
            },
            State::Quote(quote) if char == quote => state = State::Word,
            State::Quote('"') if char == '\\' => state = State::Escape(Some('"')),
            State::Quote(_) => token.push(char),
            State::Escape(within) => {
                if within.is_some_and(|quote| char != '\\' && char != quote) {
                    token.push('\\');
                }
                token.push(char);
                state = within.map_or(State::Word, State::Quote);
            }
        }
    }
    match state {
        State::Quote(_) => return Err("a quote is not closed"),
        State::Escape(_) => return Err("nothing follows a backslash"),
        State::Start | State::Word => {}
    }
    if !token.is_empty() || quoted {
        tokens.push(token);
    }
    Ok(tokens)
}

/// `shlex.wordchars` in POSIX mode: ASCII words and the letters of Latin-1.
fn is_word(char: char) -> bool {
    char.is_ascii_alphanumeric()
        || char == '_'
        || matches!(char, 'ß'..='ö' | 'ø'..='ÿ' | 'À'..='Ö' | 'Ø'..='Þ')
}
