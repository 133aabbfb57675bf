//! Simple commands: assignments, words, redirections and here-documents.

use crate::syntax::shell::expansion::name_length;
use crate::syntax::shell::lexer::{Lexer, Result};
use crate::syntax::shell::parser::Parser;
use crate::syntax::shell::word::Word;
use crate::syntax::shell::{Assignment, Command, Flavour, Redirect, Simple, Value};
use crate::syntax::spliced::Spliced;

/// bash's own bound for one line.
const MOST_HERE: usize = 16;

impl Parser<'_> {
    pub(super) fn simple(&mut self) -> Result<Command> {
        let start = self.lexer.at;
        let mut simple = Simple {
            assignments: Vec::new(),
            words: Vec::new(),
            redirects: Vec::new(),
            place: self.lexer.place(start),
        };
        let mut end = start;
        loop {
            self.lexer.skip_blanks();
            if self.redirect(&mut simple.redirects)? {
                end = self.lexer.at;
                continue;
            }
            if !self.lexer.at_word() {
                break;
            }
            let begin = self.lexer.at;
            let assignment = match simple.words.is_empty() {
                true => assignment_of(&mut self.lexer)?,
                false => None,
            };
            match assignment {
                Some(assignment) => simple.assignments.push(assignment),
                None => simple.words.push(self.lexer.word()?),
            }
            if self.lexer.rest().starts_with('(') && self.is_array(&simple) {
                self.lexer.parentheses()?;
                if let Some(word) = simple.words.last_mut() {
                    word.raw = self.lexer.source.slice(begin..self.lexer.at);
                }
            }
            end = self.lexer.at;
            // A function's name may have blanks before its parentheses.
            if simple.words.len() == 1 && simple.assignments.is_empty() {
                self.lexer.skip_blanks();
            }
            if self.lexer.rest().starts_with('(') {
                return self.after_word(simple);
            }
        }
        if end == start {
            return self.lexer.refuse(start, "the shell expects a command here");
        }
        simple.place = self.lexer.source.place_of(start..end);
        Ok(Command::Simple(simple))
    }

    /// bash's `declare -a NAME=` and `local NAME=`, which an array may follow.
    pub(super) fn is_array(&self, simple: &Simple) -> bool {
        const DECLARING: [&str; 5] = ["declare", "local", "export", "readonly", "typeset"];
        let declares = simple.words.first().is_some_and(|it| DECLARING.contains(&it.raw.as_str()));
        let last = simple.words.last().filter(|_| simple.words.len() > 1);
        self.lexer.flavour == Flavour::Bash
            && declares
            && last.is_some_and(|word| word.raw.as_str().ends_with('='))
    }

    /// A `(` right behind a word: `name() { … }` or an error.
    pub(super) fn after_word(&mut self, simple: Simple) -> Result<Command> {
        let name = simple.words.first().and_then(Word::literal);
        let is_definition = simple.words.len() == 1 && simple.assignments.is_empty();
        let rest = self.lexer.rest()[1..].trim_start_matches([' ', '\t']);
        match name.filter(|_| is_definition && rest.starts_with(')')) {
            Some(name) => {
                let start = self.lexer.at;
                self.lexer.deeper(start)?;
                let function = self.function(name.as_str().to_owned())?;
                self.lexer.depth -= 1;
                Ok(function)
            }
            None => self.lexer.refuse(self.lexer.at, "the shell expects no `(` behind a word"),
        }
    }

    pub(super) fn redirects(&mut self, redirects: &mut Vec<Redirect>) -> Result<()> {
        loop {
            self.lexer.skip_blanks();
            if !self.redirect(redirects)? {
                return Ok(());
            }
        }
    }

    /// `2>&1`, `> file`, `<<EOF`.
    pub(super) fn redirect(&mut self, redirects: &mut Vec<Redirect>) -> Result<bool> {
        let start = self.lexer.at;
        let digits = self.lexer.rest().bytes().take_while(u8::is_ascii_digit).count();
        self.lexer.at += digits;
        let operator = self.lexer.operator().filter(|it| it.contains(['<', '>']));
        let Some(operator) = operator else {
            self.lexer.at = start;
            return Ok(false);
        };
        let is_process = self.lexer.at_word() && digits == 0;
        if is_process {
            return Ok(false);
        }
        self.lexer.at += operator.len();
        let written = self.lexer.text[start..self.lexer.at].to_owned();
        self.lexer.skip_blanks();
        if !self.lexer.at_word() {
            return self.lexer.refuse(self.lexer.at, "the shell expects a file to redirect here");
        }
        let target = self.lexer.word()?;
        let mut body = None;
        if matches!(operator, "<<" | "<<-") {
            let end = target.literal().map_or_else(String::new, |it| it.as_str().to_owned());
            let tabs = operator == "<<-";
            if self.here.len() >= MOST_HERE {
                return self
                    .lexer
                    .refuse(start, "the shell refuses so many here-documents on a line");
            }
            body = Some(self.here_body(&end, tabs));
            self.here.push((end, tabs));
        }
        redirects.push(Redirect { operator: written, target, body });
        Ok(true)
    }

    /// Looks ahead for what a here-document holds; the reader gets there by itself.
    pub(super) fn here_body(&self, end: &str, tabs: bool) -> Spliced {
        let text = self.lexer.text;
        let mut at =
            text[self.lexer.at..].find('\n').map_or(text.len(), |it| self.lexer.at + it + 1);
        for (before, tabs) in &self.here {
            at = here_end(text, at, before, *tabs).1;
        }
        let (body_end, _) = here_end(text, at, end, tabs);
        self.lexer.source.slice(at..body_end)
    }
}

/// Where the body of a here-document ends that begins at `from`, and where its last line does.
fn here_end(text: &str, from: usize, end: &str, tabs: bool) -> (usize, usize) {
    let mut at = from;
    for line in text[from..].split_inclusive('\n') {
        let bare = line.strip_suffix('\n').unwrap_or(line);
        let bare = if tabs { bare.trim_start_matches('\t') } else { bare };
        if bare == end {
            return (at, at + line.len());
        }
        at += line.len();
    }
    (text.len(), text.len())
}

/// `NAME=value`, if one begins here.
pub(super) fn assignment_of(lexer: &mut Lexer<'_>) -> Result<Option<Assignment>> {
    let start = lexer.at;
    let rest = lexer.rest();
    let length = name_length(rest);
    let mut after = &rest[length..];
    // bash's element of an array.
    if lexer.flavour == Flavour::Bash
        && let Some(index) = after.strip_prefix('[')
        && let Some(end) = index.find(']')
    {
        after = &index[end + 1..];
    }
    let appends = lexer.flavour == Flavour::Bash && after.starts_with("+=");
    let Some(value) = after.strip_prefix(if appends { "+=" } else { "=" }) else {
        return Ok(None);
    };
    if length == 0 {
        return Ok(None);
    }
    let name = rest[..length].to_owned();
    lexer.at += length;
    let name_place = lexer.place(start);
    let is_element = rest[length..].starts_with('[');
    lexer.at = lexer.text.len() - value.len();
    let is_array = value.starts_with('(') && lexer.flavour == Flavour::Bash;
    let value = match (is_array, is_element) {
        (true, _) => array(lexer)?,
        (false, true) => {
            lexer.word()?;
            Value::Element
        }
        (false, false) => Value::Word(lexer.word()?),
    };
    let place = lexer.place(start);
    Ok(Some(Assignment { name, name_place, appends, value, place }))
}

/// The words of an array, up to the parenthesis that closes it.
fn array(lexer: &mut Lexer<'_>) -> Result<Value> {
    let start = lexer.at;
    let mut words = Vec::new();
    lexer.at += 1;
    loop {
        lexer.skip_blanks();
        match lexer.rest().chars().next() {
            Some('\n') => lexer.at += 1,
            Some(')') => {
                lexer.at += 1;
                return Ok(Value::Array(words));
            }
            _ => {
                let from = lexer.at;
                let word = lexer.word()?;
                // An operator is no part of a word, and a key says where in the array one goes.
                if lexer.at == from || word.raw.as_str().starts_with('[') {
                    lexer.at = start;
                    lexer.parentheses()?;
                    return Ok(Value::Element);
                }
                words.push(word);
            }
        }
    }
}
