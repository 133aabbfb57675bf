//! Words, braces and semicolons, cut as `ngx_conf_read_token` cuts them.
//!
//! Beyond nginx it steps over the marks of template languages (`{{ … }}`, `{% … %}`, `{# … #}`, `<% … %>`,
//! and `{NAME}` of Python's `str.format`), none of which nginx could read, and ends a quoted word at
//! its line where the closing quote is evidently missing. (Measured with nginx 1.22.)

use crate::fact::symbol;
use crate::source::{FileId, Place};
use crate::syntax::nginx::problem::{FULL_WIDTH, Fault, Problem};
use crate::syntax::nginx::{Word, lua};

/// More problems than this say nothing new; nginx itself stops at the first.
const MOST_PROBLEMS: usize = 256;

/// `NGX_CONF_BUFFER`: a word must fit in with the byte that ends it, a quoted one also with its
/// closing quote.
const BUFFER: usize = 4096;

#[derive(Debug)]
pub(super) enum Token {
    Word(Word),
    Open(Place),
    Close(Place),
    Semicolon(Place),
    End,
}

pub(super) struct Lexer<'a> {
    file: FileId,
    text: &'a str,
    at: usize,
    marks: [Ahead; 5],
    /// Words were read since the last `;` or brace. `{#` is a block and a comment then, and a
    /// template's comment otherwise.
    inside_directive: bool,
    pub(super) comments: Vec<Place>,
    pub(super) problems: Vec<Problem>,
    pub(super) template: Option<Place>,
    /// Marks that stand for lines of their own, as `{{ extra }}`.
    pub(super) filled: Vec<Place>,
}

/// Where a mark stands next. Asked again from further on, it searches only what is new, so that
/// many openings without an end cost no more than one.
struct Ahead {
    mark: &'static str,
    /// The last search: from where, and what it found.
    last: Option<(usize, usize)>,
}

impl Ahead {
    fn new(mark: &'static str) -> Self {
        Self { mark, last: None }
    }

    /// The first at or after an offset, or the end of the text.
    fn find(&mut self, text: &str, at: usize) -> usize {
        match self.last {
            Some((from, found)) if (from..=found).contains(&at) => found,
            Some(_) | None => {
                let found = text.get(at..).and_then(|rest| rest.find(self.mark));
                let found = found.map_or(text.len(), |length| at + length);
                self.last = Some((at, found));
                found
            }
        }
    }
}

impl<'a> Lexer<'a> {
    pub(super) fn new(file: FileId, text: &'a str, at: usize) -> Self {
        Self {
            file,
            text,
            at,
            marks: ["\n", "}}", "%}", "#}", "%>"].map(Ahead::new),
            inside_directive: false,
            comments: Vec::new(),
            problems: Vec::new(),
            template: None,
            filled: Vec::new(),
        }
    }

    pub(super) fn place(&self, start: usize, end: usize) -> Place {
        Place::new(self.file, start, end)
    }

    pub(super) fn report(&mut self, problem: Problem) {
        if self.problems.len() < MOST_PROBLEMS {
            self.problems.push(problem);
        }
    }

    pub(super) fn problem(&mut self, fault: Fault, start: usize, end: usize) {
        self.report(Problem::new(fault, self.place(start, end)));
    }

    /// Goes back to before a token, as if it had not been read.
    pub(super) fn unread(&mut self, token: Place) {
        self.at = token.span.start as usize;
    }

    /// Whether people are asked for something in what was read: `<path to the project>`. The file
    /// is a template then.
    pub(super) fn note_request(&mut self, place: Place) -> bool {
        let text = &self.text[place.span.range()];
        let asks = symbol::find(text).is_some_and(|it| it.starts_with('<'));
        if asks {
            self.template.get_or_insert(place);
        }
        asks
    }

    /// Nothing but white space stands before it on its line.
    pub(super) fn begins_line(&self, word: &Word) -> bool {
        let before = &self.text.as_bytes()[..word.place.span.start as usize];
        let blank = before.iter().rev().find(|byte| !matches!(byte, b' ' | b'\t'));
        blank.is_none_or(|byte| matches!(byte, b'\n' | b'\r'))
    }

    pub(super) fn next(&mut self) -> Token {
        self.skip_blank();
        let start = self.at;
        let Some(byte) = self.peek(0) else { return Token::End };
        let place = self.place(start, start + 1);
        let token = match byte {
            b';' => Token::Semicolon(place),
            b'}' => Token::Close(place),
            b'{' if self.end_of_mark(start).is_none() => Token::Open(place),
            b'"' | b'\'' => Token::Word(self.quoted_word(byte)),
            _ => Token::Word(self.bare_word()),
        };
        self.inside_directive = matches!(token, Token::Word(_));
        if !self.inside_directive {
            self.at = start + 1;
        }
        token
    }

    /// Steps over a block of Lua whose brace was just read. Its content, and whether it ended.
    pub(super) fn lua_block(&mut self) -> (Place, bool) {
        let start = self.at;
        let close = lua::closing_brace(self.text.as_bytes(), start);
        let end = close.unwrap_or(self.text.len());
        self.at = close.map_or(end, |close| close + 1);
        (self.place(start, end), close.is_some())
    }

    /// What ends a word and was meant to end the directive: what looks like a semicolon to whoever
    /// types Chinese, or a backslash that takes the end of the line into the word.
    pub(super) fn in_place_of_semicolon(&self, word: Place) -> Option<Place> {
        let start = word.span.start as usize;
        let written = self.text.get(start..word.span.end as usize)?;
        let whole = written.trim_end();
        let meant = match whole.strip_suffix(FULL_WIDTH) {
            Some(before) => before,
            None if whole.len() < written.len() => whole.strip_suffix('\\')?,
            None => return None,
        };
        Some(self.place(start + meant.len(), start + whole.len()))
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        self.text.as_bytes().get(self.at + ahead).copied()
    }

    /// White space, comments, and template marks that stand for lines of their own.
    fn skip_blank(&mut self) {
        loop {
            match self.peek(0) {
                Some(b' ' | b'\t' | b'\r' | b'\n') => self.at += 1,
                Some(b'#') if self.end_of_hashed_name().is_some() => return,
                Some(b'#') => self.skip_comment(),
                Some(_) => match self.end_of_line_mark() {
                    Some(end) => {
                        let mark = self.place(self.at, end);
                        self.template.get_or_insert(mark);
                        // `{% if %}`, `{# … #}` and `<% %>` stand for nothing themselves.
                        let rest = &self.text[self.at..];
                        let is_value =
                            |open, value| !rest.starts_with(open) || rest.starts_with(value);
                        if is_value('{', "{{") && is_value('<', "<%=") {
                            self.filled.push(mark);
                        }
                        self.at = end;
                    }
                    None => return,
                },
                None => return,
            }
        }
    }

    fn skip_comment(&mut self) {
        let start = self.at;
        let line = self.text[start..].lines().next().unwrap_or_default();
        self.at = start + line.len();
        self.comments.push(self.place(start, self.at));
        if line.len() >= BUFFER - 1 && self.at < self.text.len() {
            self.problem(Fault::TooLong, start, self.at);
        }
    }

    /// The end of `#root#` in `root #root#/app;`: nginx would read a comment, and whoever wrote it
    /// has a script that replaces it.
    fn end_of_hashed_name(&self) -> Option<usize> {
        let rest = self.text[self.at..].strip_prefix('#').filter(|_| self.inside_directive)?;
        let length = rest.find(|c: char| !c.is_ascii_alphabetic() && c != '_')?;
        let behind = rest[length..].strip_prefix('#')?;
        (length > 1 && behind.starts_with(['/', ';', '.', '#'])).then_some(self.at + length + 2)
    }

    /// The end of a mark that is no part of a directive: `{% if … %}`, or what stands alone in
    /// its line where a directive would begin, as `{{ extra }}` or `${EXTRA}`.
    fn end_of_line_mark(&mut self) -> Option<usize> {
        let (text, at) = (self.text, self.at);
        let rest = &text[at..];
        // ERB writes nothing for `<% … %>`, and a value for `<%= … %>`.
        if rest.starts_with("{%") || rest.starts_with("<%") && !rest.starts_with("<%=") {
            return self.end_of_mark(at);
        }
        if self.inside_directive {
            return None;
        }
        let end = if rest.starts_with("{#") {
            let close = self.marks[3].find(text, at + 2);
            return (close < text.len()).then_some(close + 2);
        } else if rest.starts_with("{{") || rest.starts_with("<%=") {
            self.end_of_mark(at)?
        } else if rest.starts_with("${") || rest.starts_with("__") {
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && !"_${}".contains(c));
            let word = &rest[..end.unwrap_or(rest.len())];
            let mark = word.ends_with('}') || word.len() > 4 && word.ends_with("__");
            mark.then_some(at + word.len())?
        } else {
            return None;
        };
        let after = text[end..].trim_start_matches([' ', '\t', '\r']);
        (after.is_empty() || after.starts_with(['\n', '#'])).then_some(end)
    }

    /// The end of `{{ … }}`, `{% … %}` or `<% … %>` on one line, or of `{NAME}`. nginx reads no such thing:
    /// after a block's brace it wants a directive.
    fn end_of_mark(&mut self, start: usize) -> Option<usize> {
        let [line, expression, statement, _, erb] = &mut self.marks;
        let bytes = self.text.as_bytes();
        let close = match (bytes.get(start)?, bytes.get(start + 1)?) {
            (b'{', b'{') => expression,
            (b'{', b'%') => statement,
            (b'<', b'%') => erb,
            (b'{', b'A'..=b'Z') => return symbol::end_of_field(self.text, start),
            _ => return None,
        };
        let end = close.find(self.text, start + 2);
        (end < line.find(self.text, start)).then_some(end + 2)
    }

    /// The end of `{2}` or `{2,}` or `{2,3}`, which no directive's name can be followed by.
    fn end_of_quantifier(&self) -> Option<usize> {
        let inner = &self.text[self.at + 1..];
        let length = inner.find(|c: char| !c.is_ascii_digit() && c != ',')?;
        let quantifier = inner.starts_with(|c: char| c.is_ascii_digit());
        (quantifier && inner[length..].starts_with('}')).then_some(self.at + length + 2)
    }

    fn bare_word(&mut self) -> Word {
        let start = self.at;
        let mut after_dollar = false;
        let mut braces = Vec::new();
        if let Some(end) = self.end_of_hashed_name() {
            self.template.get_or_insert(self.place(start, end));
        }
        while let Some(byte) = self.peek(0) {
            match byte {
                b'\\' => {
                    self.at += 1;
                    after_dollar = false;
                }
                b'$' => after_dollar = true,
                b'{' if after_dollar => {
                    let next = self.peek(1);
                    if next.is_none_or(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n')) {
                        self.problem(Fault::BraceAfterDollar, self.at - 1, self.at + 1);
                        break;
                    }
                }
                b'{' => {
                    if let Some(end) = self.end_of_mark(self.at) {
                        self.template.get_or_insert(self.place(self.at, end));
                        self.at = end;
                        continue;
                    }
                    let Some(end) = self.end_of_quantifier() else { break };
                    braces.push(self.place(self.at, end));
                    self.at = end;
                    continue;
                }
                b'<' if self.peek(1) == Some(b'%') => {
                    if let Some(end) = self.end_of_mark(self.at) {
                        self.template.get_or_insert(self.place(self.at, end));
                        self.at = end;
                        continue;
                    }
                }
                b' ' | b'\t' | b'\r' | b'\n' | b';' => break,
                _ => after_dollar = false,
            }
            self.at += 1;
        }
        self.at = self.at.min(self.text.len());
        if self.at - start >= BUFFER {
            self.problem(Fault::TooLong, start, self.at);
        }
        let written = &self.text[start..self.at];
        let value = unescaped(written);
        let plain = braces.is_empty() || !written.contains(['"', '\\']);
        let word = plain.then(|| self.place(start, self.at));
        for brace in braces {
            self.report(Problem { word, ..Problem::new(Fault::UnquotedBrace, brace) });
        }
        Word { value, place: self.place(start, self.at), quoted: false }
    }

    fn quoted_word(&mut self, quote: u8) -> Word {
        let open = self.at;
        let close = self.closing_quote(quote);
        let after = close.and_then(|close| self.text.as_bytes().get(close + 1));
        let separated =
            after.is_none_or(|b| matches!(b, b' ' | b'\t' | b'\r' | b'\n' | b';' | b'{' | b')'));
        let Some(close) = close.filter(|close| {
            // A quote that ends lines below, and then badly, is the next string's opening one.
            separated || !self.text.as_bytes()[open..*close].contains(&b'\n')
        }) else {
            return self.unclosed_word();
        };
        self.at = close + 1;
        if !separated {
            self.problem(Fault::TextAfterQuote, close, close + 1);
        }
        if close - open >= BUFFER {
            self.problem(Fault::TooLong, open, close + 1);
        }
        let value = unescaped(&self.text[open + 1..close]);
        Word { value, place: self.place(open, close + 1), quoted: true }
    }

    fn closing_quote(&self, quote: u8) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let mut at = self.at + 1;
        while let Some(&byte) = bytes.get(at) {
            match byte {
                b'\\' => at += 1,
                _ if byte == quote => return Some(at),
                _ => {}
            }
            at += 1;
        }
        None
    }

    /// A quoted word that is taken to end where its line does, before what closes a directive.
    fn unclosed_word(&mut self) -> Word {
        let open = self.at;
        self.problem(Fault::UnclosedQuote, open, open + 1);
        let line = self.text[open..].lines().next().unwrap_or_default().trim_end();
        let word = line.strip_suffix([';', '{']).unwrap_or(line).trim_end();
        self.at = open + word.len().max(1);
        let value = unescaped(&self.text[open + 1..self.at]);
        Word { value, place: self.place(open, self.at), quoted: true }
    }
}

/// `\"`, `\'` and `\\` lose the backslash, `\t`, `\r` and `\n` are what they name, and all others
/// stay as written, for PCRE.
fn unescaped(raw: &str) -> String {
    if !raw.contains('\\') {
        return raw.to_owned();
    }
    let mut value = String::with_capacity(raw.len());
    let mut chars = raw.chars().peekable();
    while let Some(char) = chars.next() {
        let escape = if char == '\\' { chars.peek() } else { None };
        let meant = match escape {
            Some(&quoted @ ('"' | '\'' | '\\')) => Some(quoted),
            Some('t') => Some('\t'),
            Some('r') => Some('\r'),
            Some('n') => Some('\n'),
            Some(_) | None => None,
        };
        if meant.is_some() {
            chars.next();
        }
        value.push(meant.unwrap_or(char));
    }
    value
}
