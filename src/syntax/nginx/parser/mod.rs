//! Directives and blocks out of words, with what to make of a missing brace or semicolon.

use crate::source::{FileId, Place};
use crate::syntax::nginx::directives::{contexts, known};
use crate::syntax::nginx::lexer::{Lexer, Token};
use crate::syntax::nginx::problem::{Fault, Problem};
use crate::syntax::nginx::{Block, Body, Directive, Tree, Word};

mod shape;

/// Deeper nesting is stepped over. nginx's own contexts nest about six deep.
const DEPTH: usize = 64;

/// Blocks whose lines are data: their first words are no directives' names.
const DATA: &[&str] = &["map", "geo", "types", "split_clients", "charset_map", "match"];

/// Directives that take any number of words and refuse those that they do not know.
const CHOOSY: &[&str] = &["listen", "server", "limit_req", "access_log", "proxy_cache_path"];

/// Words of those that are directives' names as well.
const AMBIGUOUS: &[&str] = &["ssl", "http2", "proxy_protocol", "timeout"];

pub(super) fn parse(file: FileId, text: &str, start: usize) -> (Tree, Vec<Problem>) {
    let first = Parser::new(file, text, start, Closing::Written).run();
    let unclosed = |(_, problems): &(Tree, Vec<Problem>)| {
        problems.iter().any(|problem| problem.fault == Fault::UnclosedBlock)
    };
    if !unclosed(&first) {
        return first;
    }
    // A brace is missing somewhere. Where a `server` begins inside another, it is known where.
    let second = Parser::new(file, text, start, Closing::BeforeSiblings).run();
    let by_sibling =
        |problem: &Problem| problem.fault == Fault::UnclosedBlock && problem.also.is_some();
    if second.1.iter().any(by_sibling) { second } else { first }
}

/// What ends a block.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Closing {
    Written,
    /// A block that cannot stand in the open one, but can beside it, ends it too.
    BeforeSiblings,
}

/// A block that is being read. `head` is none for a brace without a name.
struct Open {
    head: Option<(Word, Vec<Word>)>,
    brace: Place,
    directives: Vec<Directive>,
}

struct Parser<'a> {
    lexer: Lexer<'a>,
    file: FileId,
    start: usize,
    end: usize,
    closing: Closing,
    top: Vec<Directive>,
    open: Vec<Open>,
}

impl<'a> Parser<'a> {
    fn new(file: FileId, text: &'a str, mut start: usize, closing: Closing) -> Self {
        let begin = start;
        let marked = text[start..].starts_with('\u{feff}');
        if marked {
            start += '\u{feff}'.len_utf8();
        }
        let mut lexer = Lexer::new(file, text, start);
        if marked {
            lexer.problem(Fault::ByteOrderMark, begin, start);
        }
        let end = text.len();
        Self { lexer, file, start: begin, end, closing, top: Vec::new(), open: Vec::new() }
    }

    fn run(mut self) -> (Tree, Vec<Problem>) {
        loop {
            match self.lexer.next() {
                Token::Word(name) => self.directive(name),
                Token::Open(brace) => {
                    self.report(Problem::new(Fault::NamelessBlock, brace));
                    self.enter(None, brace);
                }
                Token::Close(brace) => self.close(brace),
                Token::Semicolon(place) => self.report(Problem::new(Fault::StraySemicolon, place)),
                Token::End => break,
            }
        }
        let end = Place::new(self.file, self.end, self.end);
        // A file that was cut off lacks one thing, wherever that is: what is open around it follows.
        let cut = self.lexer.problems.last().is_some_and(|last| last.also == Some(end));
        if !cut && !self.open.is_empty() {
            self.leave_unclosed(end, None);
        }
        while !self.open.is_empty() {
            self.leave(end);
        }
        self.check_top();
        let mut problems = self.lexer.problems;
        if self.lexer.template.is_some() {
            // Which braces and lines are really there is decided when it is rendered.
            problems.clear();
        }
        problems.sort_by_key(|problem| problem.place);
        let is_quote =
            |it: &&Problem| matches!(it.fault, Fault::UnclosedQuote | Fault::TextAfterQuote);
        let misread = problems.iter().find(is_quote).map(|it| it.place);
        let tears = |it: &Problem| {
            let faults = [Fault::UnclosedBlock, Fault::UnmatchedBrace, Fault::NamelessBlock];
            faults.contains(&it.fault)
        };
        let is_torn = problems.iter().any(tears);
        let tree = Tree {
            place: Place::new(self.file, self.start, self.end),
            directives: self.top,
            comments: self.lexer.comments,
            template: self.lexer.template,
            filled: self.lexer.filled,
            misread,
            is_torn,
            dump: None,
        };
        (tree, problems)
    }

    fn report(&mut self, problem: Problem) {
        self.lexer.report(problem);
    }

    fn siblings(&mut self) -> &mut Vec<Directive> {
        self.open.last_mut().map_or(&mut self.top, |open| &mut open.directives)
    }

    /// The name of the innermost block.
    fn within(&self) -> Option<&str> {
        self.open.iter().rev().find_map(|open| open.head.as_ref()).map(|(name, _)| &*name.value)
    }

    fn directive(&mut self, name: Word) {
        let mut args: Vec<Word> = Vec::new();
        loop {
            let head = args.last().map_or(name.place, |last| name.place.to(last.place));
            match self.lexer.next() {
                Token::Word(word) => {
                    if self.ends_before(&name, &args, &word) {
                        self.lexer.unread(word.place);
                        return self.simple(name, args, head, Some(word.place));
                    }
                    args.push(word);
                }
                Token::Semicolon(semicolon) => {
                    return self.simple(name, args, head.to(semicolon), None);
                }
                Token::Open(brace) => return self.block(name, args, brace),
                Token::Close(brace) => {
                    self.lexer.unread(brace);
                    return self.simple(name, args, head, Some(brace));
                }
                Token::End => {
                    let end = Place::new(self.file, self.end, self.end);
                    return self.simple(name, args, head, Some(end));
                }
            }
        }
    }

    /// Whether a word is the next directive's name, and the semicolon before it is missing.
    ///
    /// nginx sees no lines. But where it would refuse the longer list of arguments anyway, and a
    /// name that it knows begins the line, this is the fault that its message is about.
    fn ends_before(&mut self, name: &Word, args: &[Word], word: &Word) -> bool {
        let forms = known(&name.value);
        let next = &*word.value;
        if forms.is_empty()
            || word.quoted
            || known(next).is_empty()
            || AMBIGUOUS.contains(&next)
            || !self.lexer.begins_line(word)
            || self.within().is_some_and(|block| DATA.contains(&block))
        {
            return false;
        }
        let most = forms.iter().map(|form| form.most()).max_by_key(|most| most.unwrap_or(99));
        match most.flatten() {
            Some(most) => args.len() >= most,
            None if args.is_empty() => false,
            None if CHOOSY.contains(&&*name.value) => true,
            None => {
                let problem = Problem::new(Fault::SwallowedLine, args[args.len() - 1].place);
                self.report(problem.of(&name.value).also(word.place));
                false
            }
        }
    }

    /// A directive without a block. `instead` stands where its semicolon should.
    fn simple(&mut self, name: Word, args: Vec<Word>, place: Place, instead: Option<Place>) {
        match instead {
            Some(instead) => {
                let last = args.last().map_or(name.place, |last| last.place);
                let mut problem = Problem::new(Fault::MissingSemicolon, last).of(&name.value);
                problem.word = self.lexer.in_place_of_semicolon(last);
                self.report(problem.also(instead));
            }
            None => {
                self.check_shape(&name, &args, false);
                self.check_url(&name, &args);
                self.check_names(&name, &args);
            }
        }
        self.siblings().push(Directive { name, args, body: Body::Simple, place });
    }

    fn block(&mut self, mut name: Word, mut args: Vec<Word>, brace: Place) {
        // No directive is called so; the block is still what was meant by it.
        if name.value.starts_with('/') && !args.is_empty() {
            let meant = args.remove(0);
            let problem = Problem::new(Fault::PathForName, name.place).of(&name.value);
            self.report(problem.also(meant.place));
            name = meant;
        }
        if name.value.ends_with("_by_lua_block") {
            let (code, closed) = self.lexer.lua_block();
            let end = code.span.end as usize + usize::from(closed);
            if !closed {
                self.report(Problem::new(Fault::UnclosedBlock, brace).of(&name.value));
            }
            let place = Place::new(self.file, name.place.span.start as usize, end);
            self.siblings().push(Directive { name, args, body: Body::Code(code), place });
            return;
        }
        if self.closing == Closing::BeforeSiblings {
            self.close_for(&name, &args);
        }
        let shaped = self.lexer.problems.len();
        self.check_shape(&name, &args, true);
        self.check_condition(&name, &args);
        let is_none = |it: &Problem| it.fault == Fault::BlockUnexpected;
        let takes_none = self.lexer.problems.get(shaped).is_some_and(is_none);
        self.enter(Some((name, args)), brace);
        if takes_none {
            self.pass_over();
        }
    }

    /// Steps over what stands in the place of a block, as JSON behind `log_format`: it is no
    /// directives, and nginx stopped before it.
    fn pass_over(&mut self) {
        let found = self.lexer.problems.len();
        let close = self.skip_block();
        self.leave(close);
        self.lexer.problems.truncate(found);
        match self.lexer.next() {
            Token::Semicolon(_) | Token::End => {}
            Token::Word(word) => self.lexer.unread(word.place),
            Token::Open(place) | Token::Close(place) => self.lexer.unread(place),
        }
    }

    fn enter(&mut self, head: Option<(Word, Vec<Word>)>, brace: Place) {
        self.open.push(Open { head, brace, directives: Vec::new() });
        if self.open.len() > DEPTH {
            self.report(Problem::new(Fault::TooDeep, brace));
            let close = self.skip_block();
            self.leave(close);
        }
    }

    /// Steps over a block that was just entered, to its closing brace or the end.
    fn skip_block(&mut self) -> Place {
        let mut depth = 0usize;
        loop {
            match self.lexer.next() {
                Token::Open(_) => depth += 1,
                Token::Close(brace) if depth == 0 => return brace,
                Token::Close(_) => depth -= 1,
                Token::End => return Place::new(self.file, self.end, self.end),
                Token::Word(_) | Token::Semicolon(_) => {}
            }
        }
    }

    fn close(&mut self, brace: Place) {
        if self.open.is_empty() {
            self.report(Problem::new(Fault::UnmatchedBrace, brace));
        } else {
            self.leave(brace);
        }
    }

    /// Ends the innermost block at `close`.
    fn leave(&mut self, close: Place) {
        let Some(Open { head, brace, directives }) = self.open.pop() else { return };
        let Some((name, args)) = head else {
            self.siblings().extend(directives);
            return;
        };
        let place = name.place.to(close);
        let block = Block { place: brace.to(close), directives };
        self.siblings().push(Directive { name, args, body: Body::Block(block), place });
    }

    fn leave_unclosed(&mut self, end: Place, because: Option<Place>) {
        if let (Some(open), None) = (self.open.last(), because) {
            // What stands in it to the end of the file was meant to stand outside.
            let brace = open.brace;
            let is_inside = |it: &Problem| it.fault == Fault::Misplaced && it.place > brace;
            self.lexer.problems.retain(|it| !is_inside(it));
        }
        let head = self.open.last().and_then(|open| open.head.as_ref());
        if let Some((name, args)) = head {
            let place = args.last().map_or(name.place, |last| name.place.to(last.place));
            let problem = Problem::new(Fault::UnclosedBlock, place).of(&name.value);
            self.report(Problem { also: because, ..problem });
        }
        self.leave(end);
    }

    /// Ends the blocks in which a `server { … }` cannot stand, up to one where it can.
    fn close_for(&mut self, name: &Word, args: &[Word]) {
        if !(name.value == "server" && args.is_empty() || name.value == "upstream") {
            return;
        }
        let stands_in = |open: &Open| {
            let head = open.head.as_ref().map(|(name, _)| &*name.value);
            head.is_some_and(|head| contexts(&name.value).any(|context| context == head))
        };
        let outside = |open: &Open| {
            let name = open.head.as_ref().map_or("", |(name, _)| &*name.value);
            matches!(name, "server" | "location" | "upstream" | "if" | "limit_except" | "map")
        };
        let start = name.place.span.start as usize;
        let before = Place::new(self.file, start, start);
        while self.open.last().is_some_and(|open| outside(open) && !stands_in(open)) {
            self.leave_unclosed(before, Some(name.place));
        }
    }
}
