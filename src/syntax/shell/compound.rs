//! `if`, loops, `case` and functions.

use crate::syntax::shell::expansion::name_length;
use crate::syntax::shell::lexer::Result;
use crate::syntax::shell::parser::Parser;
use crate::syntax::shell::word::Word;
use crate::syntax::shell::{Command, CompoundKind};

impl Parser<'_> {
    pub(super) fn conditional(&mut self, start: usize) -> Result<Command> {
        self.lexer.at += 2;
        let mut lists = Vec::new();
        loop {
            lists.push(self.list()?);
            self.expect("then")?;
            lists.push(self.list()?);
            match self.closer() {
                Some("elif") => self.lexer.at += 4,
                Some("else") => {
                    self.lexer.at += 4;
                    lists.push(self.list()?);
                    self.expect("fi")?;
                    break;
                }
                _ => {
                    self.expect("fi")?;
                    break;
                }
            }
        }
        Ok(self.compound(CompoundKind::If, lists, start))
    }

    pub(super) fn while_loop(&mut self, start: usize) -> Result<Command> {
        self.lexer.at += "while".len();
        let condition = self.list()?;
        self.expect("do")?;
        let body = self.list()?;
        self.expect("done")?;
        Ok(self.compound(CompoundKind::While, vec![condition, body], start))
    }

    pub(super) fn for_loop(&mut self, start: usize) -> Result<Command> {
        self.lexer.at += if self.at_reserved("for") { 3 } else { 6 };
        self.lexer.skip_blanks();
        let variable;
        let mut endless = false;
        if self.lexer.rest().starts_with("((") {
            let from = self.lexer.at;
            self.lexer.parentheses()?;
            let mut clauses = self.lexer.text[from..self.lexer.at].split(';');
            let first = clauses.next().unwrap_or_default().trim_start_matches(['(', ' ']);
            variable = first[..name_length(first)].to_owned();
            endless = clauses.next().is_some_and(|it| it.trim().is_empty());
        } else {
            variable = self.lexer.word()?.raw.as_str().to_owned();
            self.newlines();
            if self.at_reserved("in") {
                self.lexer.at += 2;
                self.lexer.skip_blanks();
                while self.lexer.at_word() {
                    self.lexer.word()?;
                    self.lexer.skip_blanks();
                }
            }
        }
        self.lexer.skip_blanks();
        if self.lexer.rest().starts_with(';') {
            self.lexer.at += 1;
        }
        self.expect("do")?;
        let body = self.list()?;
        self.expect("done")?;
        Ok(self.compound(CompoundKind::For { variable, endless }, vec![body], start))
    }

    pub(super) fn case(&mut self, start: usize) -> Result<Command> {
        self.lexer.at += "case".len();
        self.lexer.skip_blanks();
        let subject = self.lexer.word()?;
        self.expect("in")?;
        let mut lists = Vec::new();
        let mut patterns = Vec::new();
        loop {
            self.newlines();
            if self.at_reserved("esac") {
                break;
            }
            if self.lexer.rest().starts_with('(') {
                self.lexer.at += 1;
            }
            patterns.push(self.patterns()?);
            lists.push(self.list()?);
            self.newlines();
            if let Some(end @ (";;" | ";&" | ";;&")) = self.lexer.operator() {
                self.lexer.at += end.len();
            } else if !self.at_reserved("esac") {
                return self.lexer.refuse(self.lexer.at, "the shell expects `;;` or `esac` here");
            }
        }
        self.lexer.at += "esac".len();
        Ok(self.compound(CompoundKind::Case { subject, patterns }, lists, start))
    }

    pub(super) fn patterns(&mut self) -> Result<Vec<Word>> {
        let mut patterns = Vec::new();
        loop {
            self.lexer.skip_blanks();
            let start = self.lexer.at;
            patterns.push(self.lexer.word()?);
            self.lexer.skip_blanks();
            match self.lexer.operator() {
                Some("|") => self.lexer.at += 1,
                Some(")") => {
                    self.lexer.at += 1;
                    return Ok(patterns);
                }
                // bash's `+(…)` and its kin.
                Some("(") if self.lexer.at > start => {
                    self.lexer.parentheses()?;
                }
                _ => return self.lexer.refuse(self.lexer.at, "the shell expects `)` here"),
            }
        }
    }

    /// `[[ … ]]`, where operators are words.
    pub(super) fn test(&mut self, start: usize) -> Result<Command> {
        self.lexer.at += 2;
        let mut words = Vec::new();
        loop {
            self.lexer.skip_blanks();
            if self.at_reserved("]]") {
                self.lexer.at += 2;
                return Ok(self.compound(CompoundKind::Test { words }, Vec::new(), start));
            }
            if self.lexer.rest().is_empty() {
                return self.lexer.refuse(start, "this `[[` is never closed");
            }
            match self.lexer.operator() {
                Some(operator) => {
                    let from = self.lexer.at;
                    self.lexer.at += operator.len();
                    let raw = self.lexer.source.slice(from..self.lexer.at);
                    words.push(Word { parts: Vec::new(), raw });
                }
                None => words.push(self.lexer.word()?),
            }
        }
    }

    /// The rest of a function, behind its name.
    pub(super) fn function(&mut self, name: String) -> Result<Command> {
        self.lexer.skip_blanks();
        if self.lexer.rest().starts_with('(') {
            self.lexer.at += 1;
            self.lexer.skip_blanks();
            self.close_parenthesis()?;
        }
        self.newlines();
        match self.command()? {
            Command::Compound(body) => Ok(Command::Function { name, body: Box::new(body) }),
            Command::Simple(_) | Command::Function { .. } => {
                self.lexer.refuse(self.lexer.at, "the shell expects the body of a function here")
            }
        }
    }
}
