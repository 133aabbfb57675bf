//! Words to lists of commands.

use super::expansion::name_length;
use super::lexer::{Lexer, Result};
use super::word::Word;
use crate::syntax::shell::{
    Assignment, Command, Compound, CompoundKind, Connector, Flavour, Item, List, Redirect, Script,
    Simple, Value,
};
use crate::syntax::spliced::Spliced;

/// More commands than any script of a deployment has.
const MOST_COMMANDS: usize = 20_000;

/// bash's own bound for one line.
const MOST_HERE: usize = 16;

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

struct Parser<'a> {
    lexer: Lexer<'a>,
    /// Here-documents whose bodies begin at the next line: end word, whether tabs go.
    here: Vec<(String, bool)>,
    commands: usize,
}

/// Words that end a list instead of beginning a command.
const CLOSERS: [&str; 8] = ["then", "elif", "else", "fi", "do", "done", "esac", "}"];

impl Parser<'_> {
    /// One line at the top, which may hold lines of its own; false at the end.
    fn line(&mut self, list: &mut List) -> Result<bool> {
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
    fn newlines(&mut self) {
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

    fn skip_here(&mut self, end: &str, tabs: bool) {
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
    fn list(&mut self) -> Result<List> {
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

    fn unexpected<T>(&self) -> Result<T> {
        self.lexer.refuse(self.lexer.at, "the shell expects something else here")
    }

    /// The closing word that stands here.
    fn closer(&self) -> Option<&'static str> {
        CLOSERS.into_iter().find(|word| self.at_reserved(word))
    }

    fn at_reserved(&self, word: &str) -> bool {
        let after = self.lexer.rest().strip_prefix(word);
        after.is_some_and(|rest| {
            rest.is_empty() || rest.starts_with([' ', '\t', '\n', ';', '&', '|', ')', '('])
        })
    }

    /// Takes the reserved word that has to stand here.
    fn expect(&mut self, word: &str) -> Result<()> {
        self.newlines();
        if !self.at_reserved(word) {
            let message = format!("the shell expects `{word}` here");
            return self.lexer.refuse(self.lexer.at, &message);
        }
        self.lexer.at += word.len();
        Ok(())
    }

    fn and_or(&mut self, list: &mut List) -> Result<()> {
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

    fn pipeline(&mut self, connector: Connector, list: &mut List) -> Result<()> {
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

    fn command(&mut self) -> Result<Command> {
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

    fn compound(&self, kind: CompoundKind, lists: Vec<List>, start: usize) -> Command {
        let place = self.lexer.place(start);
        Command::Compound(Compound { kind, lists, redirects: Vec::new(), place })
    }

    fn close_parenthesis(&mut self) -> Result<()> {
        self.newlines();
        if !self.lexer.rest().starts_with(')') {
            return self.lexer.refuse(self.lexer.at, "the shell expects `)` here");
        }
        self.lexer.at += 1;
        Ok(())
    }

    fn conditional(&mut self, start: usize) -> Result<Command> {
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

    fn while_loop(&mut self, start: usize) -> Result<Command> {
        self.lexer.at += "while".len();
        let condition = self.list()?;
        self.expect("do")?;
        let body = self.list()?;
        self.expect("done")?;
        Ok(self.compound(CompoundKind::While, vec![condition, body], start))
    }

    fn for_loop(&mut self, start: usize) -> Result<Command> {
        self.lexer.at += if self.at_reserved("for") { 3 } else { 6 };
        self.lexer.skip_blanks();
        let mut variable = String::new();
        if self.lexer.rest().starts_with("((") {
            self.lexer.parentheses()?;
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
        Ok(self.compound(CompoundKind::For { variable }, vec![body], start))
    }

    fn case(&mut self, start: usize) -> Result<Command> {
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

    fn patterns(&mut self) -> Result<Vec<Word>> {
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
    fn test(&mut self, start: usize) -> Result<Command> {
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
    fn function(&mut self, name: String) -> Result<Command> {
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

    fn simple(&mut self) -> Result<Command> {
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
    fn is_array(&self, simple: &Simple) -> bool {
        const DECLARING: [&str; 5] = ["declare", "local", "export", "readonly", "typeset"];
        let declares = simple.words.first().is_some_and(|it| DECLARING.contains(&it.raw.as_str()));
        let last = simple.words.last().filter(|_| simple.words.len() > 1);
        self.lexer.flavour == Flavour::Bash
            && declares
            && last.is_some_and(|word| word.raw.as_str().ends_with('='))
    }

    /// A `(` right behind a word: `name() { … }` or an error.
    fn after_word(&mut self, simple: Simple) -> Result<Command> {
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

    fn redirects(&mut self, redirects: &mut Vec<Redirect>) -> Result<()> {
        loop {
            self.lexer.skip_blanks();
            if !self.redirect(redirects)? {
                return Ok(());
            }
        }
    }

    /// `2>&1`, `> file`, `<<EOF`.
    fn redirect(&mut self, redirects: &mut Vec<Redirect>) -> Result<bool> {
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
    fn here_body(&self, end: &str, tabs: bool) -> Spliced {
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

/// The list up to here goes to the background.
fn background(list: &mut List) {
    for item in list.iter_mut().rev() {
        item.background = true;
        if item.connector == Connector::Then {
            break;
        }
    }
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
    let value = if is_array {
        lexer.parentheses()?;
        Value::Array
    } else {
        let word = lexer.word()?;
        if is_element { Value::Array } else { Value::Word(word) }
    };
    let place = lexer.place(start);
    Ok(Some(Assignment { name, name_place, appends, value, place }))
}
