//! Text to words, by Caddy's rules (`caddyconfig/caddyfile/lexer.go` of 2.11, held in the tests
//! against `caddy adapt`).
//!
//! A quote or `#` means something only where a word begins, a backslash escapes only `"` inside
//! quotes and a line break outside of them, and braces are words like any other. Variables are
//! recognised and left as they are written.

use crate::fact::Fact;
use crate::source::{FileId, Place};
use crate::syntax::Problem;
use crate::syntax::caddy::heredoc;
use crate::syntax::caddy::token::{Quote, Token, Variable};

/// What a text was read for, which decides what its variables mean and where its words are.
#[derive(Clone, Copy)]
pub(super) enum Reading {
    /// A file: each word is where it stands.
    File(FileId),
    /// What became of one word once its variables were replaced: all of it stands where that
    /// word stood, and `{$` means nothing any more.
    Replaced(Place),
}

#[derive(Default)]
pub(super) struct Words {
    pub tokens: Vec<Token>,
    pub comments: Vec<Place>,
    pub problems: Vec<Problem>,
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    reading: Reading,
    /// Set once an opening quote was found to have no end: quotes then end with their line, as
    /// the one that was forgotten would otherwise turn all that follows inside out.
    one_line: bool,
    starts_line: bool,
    /// A backslash was read whose meaning depends on what follows. Caddy keeps it over blanks and
    /// through comments, so `# C:\srv` joins the line after it to the one before.
    escaped: bool,
    /// Up to where no `}`, `}}` and `%}` stands, so that a long line is not searched for each `{`.
    searched: [usize; 3],
    words: Words,
}

/// The ends of what begins with a brace, by their index in [`Lexer::searched`].
const ENDS: [&str; 3] = ["}", "}}", "%}"];

/// A word on its way: what it says, and the variables it has.
#[derive(Default)]
struct Word {
    text: String,
    variables: Vec<Variable>,
}

/// A quote has no end in this text.
struct Unclosed;

pub(super) fn lex(text: &str, reading: Reading) -> Words {
    let mut lexer = Lexer::new(text, reading, false);
    if lexer.run().is_err() {
        lexer = Lexer::new(text, reading, true);
        // Quotes end with their line now, so none is without an end.
        let _ = lexer.run();
    }
    lexer.words
}

impl<'a> Lexer<'a> {
    fn new(text: &'a str, reading: Reading, one_line: bool) -> Self {
        // A byte order mark is no part of the first word.
        let at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let words = Words::default();
        let (starts_line, escaped, searched) = (true, false, [0; ENDS.len()]);
        Self { text, at, reading, one_line, starts_line, escaped, searched, words }
    }

    fn run(&mut self) -> Result<(), Unclosed> {
        while let Some(next) = self.peek() {
            match next {
                '\n' => self.line_break(),
                '\\' if !self.escaped => {
                    self.escaped = true;
                    self.at += 1;
                }
                _ if next.is_whitespace() => self.at += next.len_utf8(),
                '#' => self.comment(),
                '"' => self.quoted(Quote::Double)?,
                '`' => self.quoted(Quote::Backtick)?,
                _ if self.statement() => {}
                _ => self.word(),
            }
        }
        Ok(())
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn line(&self) -> &'a str {
        self.rest().split('\n').next().unwrap_or_default()
    }

    fn line_break(&mut self) {
        self.starts_line |= !self.escaped;
        self.escaped = false;
        self.at += 1;
    }

    fn place(&self, start: usize) -> Place {
        match self.reading {
            Reading::File(file) => Place::new(file, start, self.at),
            Reading::Replaced(place) => place,
        }
    }

    fn push(&mut self, start: usize, word: Word, quote: Option<Quote>) {
        let place = self.place(start);
        let written = (!word.variables.is_empty()).then(|| self.text[start..self.at].into());
        self.words.tokens.push(Token {
            text: Fact::at(word.text, place),
            place,
            quote,
            starts_line: self.starts_line,
            variables: word.variables,
            written,
        });
        self.starts_line = false;
    }

    fn problem(&mut self, start: usize, message: impl Into<String>) {
        let place = self.place(start);
        self.words.problems.push(Problem::new(place, message));
    }

    fn comment(&mut self) {
        let start = self.at;
        let comment = self.line().trim_end_matches('\r');
        self.escaped |= comment.contains('\\');
        self.at += comment.len();
        let place = self.place(start);
        self.words.comments.push(place);
    }

    /// `{% … %}` of a template that is rendered before Caddy sees the file says nothing to Caddy.
    fn statement(&mut self) -> bool {
        let Some(length) = self.enclosed("{%", 2) else { return false };
        // `{%DOMAIN%}` is a variable, as Caddy 1 has them.
        let is_word = |it: &u8| it.is_ascii_alphanumeric() || *it == b'_';
        if self.rest().as_bytes()["{%".len()..length - "%}".len()].iter().all(is_word) {
            return false;
        }
        let start = self.at;
        self.at += length;
        let place = self.place(start);
        self.words.comments.push(place);
        true
    }

    fn word(&mut self) {
        let start = self.at;
        let mut word = Word::default();
        let mut may_be_heredoc = true;
        while let Some(next) = self.peek() {
            if may_be_heredoc && word.text.starts_with("<<") {
                return self.heredoc(start, word);
            }
            match next {
                // A carriage return ends no word: Caddy looks past it everywhere.
                '\r' => {
                    self.at += 1;
                    continue;
                }
                '\\' if !self.escaped => {
                    self.escaped = true;
                    self.at += 1;
                    continue;
                }
                _ if next.is_whitespace() => break,
                _ => {}
            }
            if self.escaped {
                // `\<` keeps `<<` from opening a heredoc; any other backslash stays.
                match next {
                    '<' => may_be_heredoc = false,
                    _ => word.text.push('\\'),
                }
                self.escaped = false;
            }
            self.piece(next, &mut word);
        }
        // Before a blank it is dropped, before a line break it joins the lines.
        self.escaped &= self.peek() == Some('\n');
        if !word.text.is_empty() {
            self.push(start, word, None);
        }
    }

    fn quoted(&mut self, quote: Quote) -> Result<(), Unclosed> {
        let start = self.at;
        self.at += 1;
        let mut word = Word::default();
        while let Some(next) = self.peek() {
            if self.one_line && next == '\n' {
                break;
            }
            if quote == Quote::Double && next == '\\' && !self.escaped {
                self.escaped = true;
                self.at += 1;
                continue;
            }
            let mark = if quote == Quote::Double { '"' } else { '`' };
            if next == mark && !(quote == Quote::Double && self.escaped) {
                self.at += 1;
                self.push(start, word, Some(quote));
                return Ok(());
            }
            if quote == Quote::Double && std::mem::take(&mut self.escaped) && next != '"' {
                word.text.push('\\');
            }
            self.piece(next, &mut word);
        }
        if !self.one_line {
            return Err(Unclosed);
        }
        self.problem(start, "the quote that opens here is not closed");
        self.push(start, word, Some(quote));
        Ok(())
    }

    /// The next character, or the variable or template placeholder that begins with it.
    fn piece(&mut self, next: char, word: &mut Word) {
        if next == '{' && (self.variable(word) || self.template(word)) {
            return;
        }
        word.text.push(next);
        self.at += next.len_utf8();
    }

    /// Caddy replaces `{$…}` anywhere in a file, blanks and quotes inside it included. One that
    /// is not closed on its line was meant to be, whatever brace follows further down. Caddy 1 knows
    /// the way of Windows as well: `{%…%}`.
    fn variable(&mut self, word: &mut Word) -> bool {
        let (length, end) = match self.enclosed("{$", 0) {
            Some(length) => (length, "}".len()),
            None => match self.enclosed("{%", 0) {
                Some(length) if self.rest()[..length].ends_with("%}") => (length, "%}".len()),
                _ => return false,
            },
        };
        let Some(inner) = self.rest().get("{$".len()..length - end) else { return false };
        if inner.is_empty() {
            return false;
        }
        let start = self.at;
        self.at += length;
        let (name, default) = match inner.split_once(':') {
            Some((name, default)) => (name, Some(default.to_owned())),
            None => (inner, None),
        };
        let place = self.place(start);
        word.text.push_str(&self.text[start..self.at]);
        word.variables.push(Variable { name: name.to_owned(), default, place });
        true
    }

    /// `{{ domain }}` is one word to whoever renders the template, so it is one here.
    fn template(&mut self, word: &mut Word) -> bool {
        let Some(length) = self.enclosed("{{", 1) else { return false };
        word.text.push_str(&self.rest()[..length]);
        self.at += length;
        true
    }

    /// How long that is which begins here with `start` and has its end on this line.
    fn enclosed(&mut self, start: &str, end: usize) -> Option<usize> {
        let Reading::File(_) = self.reading else { return None };
        let inner = self.rest().strip_prefix(start)?;
        if self.at < self.searched[end] {
            return None;
        }
        for (at, _) in inner.match_indices([ENDS[end].as_bytes()[0] as char, '\n']) {
            if inner[at..].starts_with(ENDS[end]) {
                return Some(start.len() + at + ENDS[end].len());
            }
            if inner[at..].starts_with('\n') {
                self.searched[end] = self.at + at;
                return None;
            }
        }
        self.searched[end] = self.text.len();
        None
    }

    /// Reads on from `<<`: a marker and, if the line ends after it, all that it encloses.
    fn heredoc(&mut self, start: usize, mut word: Word) {
        let rest = self.rest();
        let end = rest.find([' ', '\n']).unwrap_or(rest.len());
        let marker = rest[..end].replace('\r', "");
        self.at += end;
        if !rest[end..].starts_with('\n') {
            word.text.push_str(&marker);
            return self.push(start, word, None);
        }
        if let Some(why) = heredoc::refused(&marker) {
            self.problem(start, why);
            word.text.push_str(&marker);
            return self.push(start, word, None);
        }
        self.at += 1;
        let body = self.rest();
        let Some(length) = body.find(&marker) else {
            self.problem(start, format!("the heredoc that opens here lacks its end `{marker}`"));
            self.at = start + "<<".len() + end;
            word.text.push_str(&marker);
            return self.push(start, word, None);
        };
        let read = heredoc::content(&body[..length]);
        let stop = self.at + length + marker.len();
        while self.at < stop {
            let next = self.peek().unwrap_or_default();
            self.piece(next, &mut word);
        }
        if read.uneven {
            let problem = "a line of this heredoc is indented less than its end";
            self.problem(start, problem);
        }
        word.text = read.text;
        self.push(start, word, Some(Quote::Heredoc));
    }
}
