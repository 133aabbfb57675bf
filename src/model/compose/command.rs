//! `command` and `entrypoint`: a list as it is, a string cut into words.
//!
//! No shell takes part. Compose cuts with go-shellwords, which knows quotes and backslashes and
//! stops, without a word, at `;`, `&`, `|`, `<` or `>`: what is behind them is never run.

use crate::model::compose::value::{Data, Value};
use crate::model::text::Text;
use crate::source::Place;
use std::ops::Range;

#[derive(Clone, Debug)]
pub struct Command {
    pub place: Place,
    /// Empty takes away what the image has.
    pub words: Vec<Text>,
    pub form: Form,
    /// All of a string.
    pub line: Option<Text>,
    /// Of a string, what compose drops.
    pub dropped: Option<Text>,
    /// Whether compose refuses the string: a quote is not closed, or a parenthesis stands outside of
    /// quotes.
    pub malformed: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    List,
    Line,
}

impl Command {
    /// The whole line, where compose drops a part of it and nothing but `&&` joins its programs: what whoever
    /// wrote it meant a shell to read.
    pub fn meant_for_a_shell(&self) -> Option<&Text> {
        let line = self.line.as_ref().filter(|_| self.dropped.is_some() && !self.malformed)?;
        let flat = line.searchable();
        let joined = flat.contains("&&") && !flat.replace("&&", "").contains('&');
        (joined && !flat.contains([';', '|', '<', '>', '\n'])).then_some(line)
    }
}

pub(super) fn command(value: &Value) -> Option<Command> {
    let place = value.place;
    match &value.data {
        Data::Null | Data::Map(_) => None,
        Data::List(items) => {
            let words = items.iter().filter_map(Value::as_text).cloned().collect();
            let form = Form::List;
            Some(Command { place, words, form, line: None, dropped: None, malformed: false })
        }
        Data::Scalar(text, _) => Some(cut(text)),
    }
}

fn cut(text: &Text) -> Command {
    let flat = text.searchable();
    let mut cutter = Cutter { text, words: Vec::new(), word: None };
    let mut command = Command {
        place: text.place,
        words: Vec::new(),
        form: Form::Line,
        line: Some(text.clone()),
        dropped: None,
        malformed: false,
    };
    let mut inside = None;
    let mut chars = flat.char_indices().peekable();
    while let Some((at, next)) = chars.next() {
        let end = at + next.len_utf8();
        match (inside, next) {
            (Some('\''), '\'') | (Some('"'), '"') | (Some('`'), '`') => {
                inside = None;
                cutter.begin();
                if next == '`' {
                    cutter.take(at..end);
                }
            }
            (Some('('), ')') => {
                inside = None;
                cutter.take(at..end);
            }
            (None | Some('"' | '`' | '('), '\\') => match chars.next() {
                Some((_, 'n')) => cutter.begin().push(Piece::Escape("\n")),
                Some((_, 't')) => cutter.begin().push(Piece::Escape("\t")),
                Some((at, escaped)) => cutter.take(at..at + escaped.len_utf8()),
                None => command.malformed = true,
            },
            (Some(_), _) => cutter.take(at..end),
            (None, ' ' | '\t' | '\r' | '\n') => cutter.finish(),
            (None, '\'' | '"') => {
                inside = Some(next);
                cutter.begin();
            }
            (None, '`') => {
                inside = Some(next);
                cutter.take(at..end);
            }
            (None, '$') if chars.peek().is_some_and(|(_, next)| *next == '(') => {
                chars.next();
                inside = Some('(');
                cutter.take(at..end + 1);
            }
            (None, '(' | ')') => {
                command.malformed = true;
                cutter.take(at..end);
            }
            (None, ';' | '&' | '|' | '<' | '>') => {
                // `2>` begins at its digit.
                let digit = |at: usize| flat.as_bytes()[at].is_ascii_digit();
                if next == '>' && cutter.start().is_some_and(digit) {
                    cutter.word = None;
                }
                command.dropped = Some(text.slice(at..flat.len()));
                break;
            }
            (None, _) => cutter.take(at..end),
        }
    }
    cutter.finish();
    command.malformed |= inside.is_some();
    command.words = cutter.words;
    command
}

/// Gathers the pieces of a word, so that each word is cut out of the text at once.
struct Cutter<'a> {
    text: &'a Text,
    words: Vec<Text>,
    word: Option<Vec<Piece>>,
}

enum Piece {
    Part(Range<usize>),
    Escape(&'static str),
}

impl Cutter<'_> {
    /// There is a word now, if only an empty one.
    fn begin(&mut self) -> &mut Vec<Piece> {
        self.word.get_or_insert_default()
    }

    fn take(&mut self, range: Range<usize>) {
        match self.begin().last_mut() {
            Some(Piece::Part(last)) if last.end == range.start => last.end = range.end,
            Some(Piece::Part(_) | Piece::Escape(_)) | None => {
                self.begin().push(Piece::Part(range));
            }
        }
    }

    fn finish(&mut self) {
        let Some(pieces) = self.word.take() else { return };
        let mut word = Text::new(self.text.place);
        for piece in pieces {
            word.append(match piece {
                Piece::Part(range) => self.text.slice(range),
                Piece::Escape(escape) => Text::literal(escape, self.text.place),
            });
        }
        self.words.push(word.narrowed());
    }

    /// Where the word that was begun begins.
    fn start(&self) -> Option<usize> {
        match self.word.as_ref()?.first()? {
            Piece::Part(range) => Some(range.start),
            Piece::Escape(_) => None,
        }
    }
}
