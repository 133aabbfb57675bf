//! Words to lists of commands.

use super::lexer::{Lexer, Result};
use crate::syntax::shell::{
    Command, Compound, CompoundKind, Connector, Flavour, Item, List, Script,
};
use crate::syntax::spliced::Spliced;

/// More commands than any script of a deployment has.
const MOST_COMMANDS: usize = 20_000;

/// Reads commands until the end, or until the shell would refuse to go on. A line is read as a
/// whole before any of it runs.
pub fn parse(source: &Spliced, flavour: Flavour) -> Script {
    let mut parser =
        Parser { lexer: Lexer::new(source, flavour, 0), here: Vec::new(), commands: 0 };
    let mut list = List::new();
    loop {
        match parser.line(&mut list) {
            Ok(true) => {}
            Ok(false) => return Script { list, refused: None },
            Err(problem) => return Script { list, refused: Some(problem) },
        }
    }
}

pub(super) struct Parser<'a> {
    pub(super) lexer: Lexer<'a>,
    /// Here-documents whose bodies begin at the next line: end word, whether tabs go.
    pub(super) here: Vec<(String, bool)>,
    commands: usize,
}

/// Words that end a list instead of beginning a command.
const CLOSERS: [&str; 8] = ["then", "elif", "else", "fi", "do", "done", "esac", "}"];

impl Parser<'_> {
    /// One line at the top, which may hold lines of its own; false at the end.
    pub(super) fn line(&mut self, list: &mut List) -> Result<bool> {
        self.newlines();
        if self.lexer.rest().is_empty() {
            return Ok(false);
        }
        let start = self.lexer.at;
        let mut line = List::new();
        loop {
            self.and_or(&mut line)?;
            self.lexer.skip_blanks();
            match self.lexer.operator() {
                Some(";") => self.lexer.at += 1,
                Some("&") => {
                    self.lexer.at += 1;
                    background(&mut line);
                }
                Some("\n") => break,
                None if self.lexer.rest().is_empty() => break,
                Some(_) | None => return self.unexpected(),
            }
            self.lexer.skip_blanks();
            if matches!(self.lexer.operator(), Some("\n")) || self.lexer.rest().is_empty() {
                break;
            }
        }
        if self.lexer.at == start {
            return self.lexer.refuse(start, "the shell expects a command here");
        }
        list.append(&mut line);
        Ok(true)
    }

    /// New lines, comments between them, and here-documents that begin behind one.
    pub(super) fn newlines(&mut self) {
        loop {
            self.lexer.skip_blanks();
            if !self.lexer.rest().starts_with('\n') {
                return;
            }
            self.lexer.at += 1;
            for (end, tabs) in std::mem::take(&mut self.here) {
                self.skip_here(&end, tabs);
            }
        }
    }

    pub(super) fn skip_here(&mut self, end: &str, tabs: bool) {
        while !self.lexer.rest().is_empty() {
            let rest = self.lexer.rest();
            let length = rest.find('\n').unwrap_or(rest.len());
            let line = &rest[..length];
            let line = if tabs { line.trim_start_matches('\t') } else { line };
            let is_end = line == end;
            self.lexer.at += (length + 1).min(rest.len());
            if is_end {
                return;
            }
        }
    }

    /// A list inside of a compound, up to a closing word, `)` or `;;`.
    pub(super) fn list(&mut self) -> Result<List> {
        let mut list = List::new();
        loop {
            self.newlines();
            let operator = self.lexer.operator();
            let at_end = self.lexer.rest().is_empty()
                || matches!(operator, Some(")" | ";;" | ";&" | ";;&"))
                || self.closer().is_some();
            if at_end {
                return Ok(list);
            }
            self.and_or(&mut list)?;
            self.lexer.skip_blanks();
            match self.lexer.operator() {
                Some(";") => self.lexer.at += 1,
                Some("&") => {
                    self.lexer.at += 1;
                    background(&mut list);
                }
                Some("\n" | ")" | ";;" | ";&" | ";;&") => {}
                // What closes the list may stand right behind a compound: `{ (a) }`.
                None if self.lexer.rest().is_empty() || self.closer().is_some() => {}
                Some(_) | None => return self.unexpected(),
            }
        }
    }

    pub(super) fn unexpected<T>(&self) -> Result<T> {
        self.lexer.refuse(self.lexer.at, "the shell expects something else here")
    }

    /// The closing word that stands here.
    pub(super) fn closer(&self) -> Option<&'static str> {
        CLOSERS.into_iter().find(|word| self.at_reserved(word))
    }

    pub(super) fn at_reserved(&self, word: &str) -> bool {
        let after = self.lexer.rest().strip_prefix(word);
        after.is_some_and(|rest| {
            rest.is_empty() || rest.starts_with([' ', '\t', '\n', ';', '&', '|', ')', '('])
        })
    }

    /// Takes the reserved word that has to stand here.
    pub(super) fn expect(&mut self, word: &str) -> Result<()> {
        self.newlines();
        if !self.at_reserved(word) {
            let message = format!("the shell expects `{word}` here");
            return self.lexer.refuse(self.lexer.at, &message);
        }
        self.lexer.at += word.len();
        Ok(())
    }

    pub(super) fn and_or(&mut self, list: &mut List) -> Result<()> {
        let mut connector = Connector::Then;
        loop {
            self.pipeline(connector, list)?;
            self.lexer.skip_blanks();
            connector = match self.lexer.operator() {
                Some("&&") => Connector::And,
                Some("||") => Connector::Or,
                _ => return Ok(()),
            };
            self.lexer.at += 2;
            self.newlines();
        }
    }

    pub(super) fn pipeline(&mut self, connector: Connector, list: &mut List) -> Result<()> {
        self.lexer.skip_blanks();
        let mut negated = false;
        while self.at_reserved("!") || self.at_reserved("time") {
            negated |= self.at_reserved("!");
            self.lexer.at += if self.at_reserved("!") { 1 } else { 4 };
            self.lexer.skip_blanks();
        }
        let first = list.len();
        let mut connector = connector;
        loop {
            let command = self.command()?;
            self.commands += 1;
            if self.commands > MOST_COMMANDS {
                return self.lexer.refuse(self.lexer.at, "the script is too long to be read");
            }
            let piped = connector == Connector::Pipe;
            list.push(Item { command, connector, negated, background: false, piped });
            self.lexer.skip_blanks();
            let Some(pipe @ ("|" | "|&")) = self.lexer.operator() else { break };
            self.lexer.at += pipe.len();
            connector = Connector::Pipe;
            self.newlines();
        }
        if list.len() > first + 1 {
            list[first].piped = true;
        }
        Ok(())
    }

    pub(super) fn command(&mut self) -> Result<Command> {
        self.lexer.skip_blanks();
        let start = self.lexer.at;
        if self.lexer.rest().starts_with("((") && self.lexer.flavour == Flavour::Bash {
            self.lexer.parentheses()?;
            return Ok(self.compound(CompoundKind::Test { words: Vec::new() }, Vec::new(), start));
        }
        let reserved = ["if", "while", "until", "for", "select", "case", "{", "[[", "function"];
        let found = reserved.into_iter().find(|word| self.at_reserved(word));
        let is_subshell = self.lexer.rest().starts_with('(');
        if found.is_none() && !is_subshell {
            return self.simple();
        }
        self.lexer.deeper(start)?;
        let command = match found {
            Some("if") => self.conditional(start)?,
            Some("while" | "until") => self.while_loop(start)?,
            Some("for" | "select") => self.for_loop(start)?,
            Some("case") => self.case(start)?,
            Some("{") => {
                self.lexer.at += 1;
                let list = self.list()?;
                self.expect("}")?;
                self.compound(CompoundKind::Group, vec![list], start)
            }
            Some("[[") => self.test(start)?,
            Some("function") => {
                self.lexer.at += "function".len();
                self.lexer.skip_blanks();
                let name = self.lexer.word()?.raw.as_str().to_owned();
                self.function(name)?
            }
            _ => {
                self.lexer.at += 1;
                let list = self.list()?;
                self.close_parenthesis()?;
                self.compound(CompoundKind::Subshell, vec![list], start)
            }
        };
        self.lexer.depth -= 1;
        let Command::Compound(mut compound) = command else { return Ok(command) };
        self.redirects(&mut compound.redirects)?;
        Ok(Command::Compound(compound))
    }

    pub(super) fn compound(&self, kind: CompoundKind, lists: Vec<List>, start: usize) -> Command {
        let place = self.lexer.place(start);
        Command::Compound(Compound { kind, lists, redirects: Vec::new(), place })
    }

    pub(super) fn close_parenthesis(&mut self) -> Result<()> {
        self.newlines();
        if !self.lexer.rest().starts_with(')') {
            return self.lexer.refuse(self.lexer.at, "the shell expects `)` here");
        }
        self.lexer.at += 1;
        Ok(())
    }
}

/// The list up to here goes to the background.
fn background(list: &mut List) {
    for item in list.iter_mut().rev() {
        item.background = true;
        if item.connector == Connector::Then {
            break;
        }
    }
}
