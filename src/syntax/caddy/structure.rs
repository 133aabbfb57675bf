//! Words to blocks and directives, by Caddy's rules (`caddyconfig/caddyfile/parse.go` of 2.11).
//!
//! The same for one file and for a whole configuration whose imports were put in place; braces
//! are already balanced. What Caddy would refuse is a problem, and the rest is still read.

use crate::source::Place;
use crate::syntax::Problem;
use crate::syntax::caddy::directives;
use crate::syntax::caddy::token::Token;
use std::vec::IntoIter;

/// Blocks inside each other that are kept. Nobody writes as many; a file that has more would
/// only exhaust the stack of whoever walks it.
const DEEPEST: usize = 64;

pub(super) const UNCLOSED: &str = "the block that opens here is not closed";
pub(super) const UNOPENED: &str = "no block is open that this `}` could close";
/// Said here of an address, and where braces are balanced of any word.
pub(super) const GLUED: &str = "a blank is missing between this word and its `{`";

/// A directive, an option, or a line of a block that belongs to one.
#[derive(Clone, Debug)]
pub struct Directive {
    /// The name and its arguments.
    pub words: Vec<Token>,
    pub block: Option<Block>,
}

impl Directive {
    pub fn name(&self) -> &Token {
        &self.words[0]
    }

    pub fn arguments(&self) -> &[Token] {
        &self.words[1..]
    }

    /// What stands in its braces, if it has any.
    pub fn body(&self) -> &[Self] {
        self.block.as_ref().map_or(&[], |block| &block.body)
    }

    /// From its name to the last word of its line.
    pub fn head(&self) -> Place {
        let first = self.words[0].place;
        let same_file = self.words.iter().rev().find(|word| word.place.file == first.file);
        match same_file {
            Some(last) if last.place.span.start >= first.span.start => first.to(last.place),
            Some(_) | None => first,
        }
    }
}

#[derive(Clone, Debug)]
pub struct Block {
    pub open: Place,
    pub close: Place,
    pub body: Vec<Directive>,
}

/// A site: the addresses it answers, and what it does.
#[derive(Clone, Debug)]
pub struct SiteBlock {
    pub addresses: Vec<Token>,
    pub body: Vec<Directive>,
    /// A file of one site may do without braces.
    pub braces: Option<(Place, Place)>,
}

/// What stands at the top level of a file.
#[derive(Clone, Debug)]
pub enum Item {
    /// `{ … }` without an address: the global options.
    Options(Block),
    /// `(name) { … }`
    Snippet {
        name: Token,
        block: Block,
    },
    /// `&(name) { … }`
    NamedRoute {
        name: Token,
        block: Block,
    },
    Site(SiteBlock),
    /// An import, or a line of a file that is itself meant to be imported into a site.
    Directive(Directive),
}

struct Reader {
    tokens: IntoIter<Token>,
    problems: Vec<Problem>,
}

/// A block that is being read.
struct Frame {
    words: Vec<Token>,
    open: Place,
    body: Vec<Directive>,
}

pub fn structure(tokens: Vec<Token>) -> (Vec<Item>, Vec<Problem>) {
    let mut reader = Reader { tokens: tokens.into_iter(), problems: Vec::new() };
    let mut items = Vec::new();
    let mut is_fragment = false;
    while let Some(token) = reader.peek() {
        let item = if token.closes() {
            reader.refuse_next(UNOPENED);
            reader.tokens.next();
            None
        } else if token.opens() {
            Some(reader.options(items.iter().any(counts_as_block)))
        } else if token.is("import") {
            reader.directive().map(Item::Directive)
        } else if is_fragment || begins_directive(token) {
            is_fragment = true;
            reader.directive().map(Item::Directive)
        } else {
            reader.addressed()
        };
        items.extend(item);
    }
    (items, reader.problems)
}

/// Whether global options can no longer follow. What an import brings in is not known here.
fn counts_as_block(item: &Item) -> bool {
    match item {
        Item::Options(_) | Item::Site(_) | Item::NamedRoute { .. } => true,
        Item::Snippet { .. } | Item::Directive(_) => false,
    }
}

/// Whether this is the first word of a line in a site rather than the address of one.
fn begins_directive(token: &Token) -> bool {
    let is_matcher = token.text().starts_with('@');
    is_matcher || token.quote.is_none() && directives::is_standard(token.text())
}

/// The name between `(` and `)`, after `&` for a route.
fn enclosed_name<'a>(addresses: &'a [Token], start: &str) -> Option<&'a str> {
    let [name] = addresses else { return None };
    name.text().strip_prefix(start)?.strip_suffix(')')
}

impl Reader {
    fn peek(&self) -> Option<&Token> {
        self.tokens.as_slice().first()
    }

    fn next_if(&mut self, wanted: impl FnOnce(&Token) -> bool) -> Option<Token> {
        if self.peek().is_some_and(wanted) { self.tokens.next() } else { None }
    }

    fn refuse(&mut self, place: Place, message: impl Into<String>) {
        self.problems.push(Problem::new(place, message));
    }

    fn refuse_next(&mut self, message: &str) {
        if let Some(token) = self.peek() {
            self.refuse(token.place, message);
        }
    }

    fn options(&mut self, is_late: bool) -> Item {
        let block = self.block();
        // Caddy lets an empty one pass wherever it stands (measured with 2.6.2).
        if is_late && !block.body.is_empty() {
            self.refuse(block.open, "a block without an address is global and has to come first");
        }
        Item::Options(block)
    }

    /// Reads from the next `{` to the `}` that belongs to it.
    fn block(&mut self) -> Block {
        let open = self.tokens.next().expect("callers have seen the brace").place;
        let mut body = Vec::new();
        loop {
            if let Some(close) = self.next_if(Token::closes) {
                return Block { open, close: close.place, body };
            }
            let Some(directive) = self.directive() else { break };
            body.push(directive);
        }
        self.refuse(open, UNCLOSED);
        Block { open, close: open, body }
    }

    fn addressed(&mut self) -> Option<Item> {
        let addresses = self.addresses();
        let route = enclosed_name(&addresses, "&(").map(str::to_owned);
        let snippet = enclosed_name(&addresses, "(").map(str::to_owned);
        if self.peek().is_some_and(Token::opens) {
            let block = self.block();
            if let Some(name) = route {
                return Some(Item::NamedRoute { name: renamed(addresses, name)?, block });
            }
            if let Some(name) = snippet {
                return Some(Item::Snippet { name: renamed(addresses, name)?, block });
            }
            let Block { open, close, body } = block;
            return Some(Item::Site(SiteBlock { addresses, body, braces: Some((open, close)) }));
        }
        if let (Some(_), Some(name)) = (route.or(snippet), addresses.first()) {
            self.refuse(name.place, "the name of a snippet or route is followed by its block");
        }
        if addresses.is_empty() {
            return None;
        }
        Some(Item::Site(SiteBlock { addresses, body: self.unbraced(), braces: None }))
    }

    fn addresses(&mut self) -> Vec<Token> {
        let mut addresses: Vec<Token> = Vec::new();
        let mut expects_another = true;
        while let Some(token) = self.peek() {
            if token.opens() || token.starts_line && !expects_another {
                break;
            }
            let Some(mut token) = self.tokens.next() else { break };
            let place = token.place;
            if token.ends_in_brace() {
                self.refuse(place, GLUED);
            }
            expects_another = token.text().ends_with(',');
            let address = token.text().strip_suffix(',').unwrap_or(token.text()).to_owned();
            if address.contains(',') {
                self.refuse(place, "addresses are separated by a comma and a blank");
            }
            if !address.is_empty() {
                token.text = token.text.map(|_| address);
                addresses.push(token);
            }
        }
        if let (true, Some(last)) = (expects_another, addresses.last()) {
            self.refuse(last.place, "another address has to follow the comma");
        }
        addresses
    }

    /// The directives of a site without braces, which reach to the end of the file.
    fn unbraced(&mut self) -> Vec<Directive> {
        let mut body = Vec::new();
        while !self.at_site() {
            // Caddy takes a `}` for the end of such a site as well.
            if self.next_if(Token::closes).is_some() {
                break;
            }
            let Some(directive) = self.directive() else { return body };
            body.push(directive);
        }
        body
    }

    /// Whether the next line can only be the head of a further site, which Caddy, having begun a
    /// site without braces, takes for an unknown directive.
    fn at_site(&mut self) -> bool {
        let Some(first) = self.peek() else { return false };
        if first.opens() || first.closes() || begins_directive(first) {
            return false;
        }
        if !first.text().contains(['.', ':', '(']) {
            return false;
        }
        let line = self.tokens.as_slice().iter().enumerate();
        let mut line = line.take_while(|(index, token)| *index == 0 || !token.starts_line);
        let is_site = line.any(|(_, token)| token.opens());
        if is_site {
            self.refuse_next("a file of several sites needs braces around each");
        }
        is_site
    }

    /// A directive and its blocks. Keeps its own stack: a file can nest without bound.
    fn directive(&mut self) -> Option<Directive> {
        let mut frames: Vec<Frame> = Vec::new();
        loop {
            let Some(first) = self.tokens.next() else { return self.unclosed(frames) };
            let mut words = vec![first];
            let mut open = None;
            if words[0].opens() {
                open = Some(words[0].place);
                self.refuse(words[0].place, "a block belongs to the directive in front of it");
            } else {
                let in_line =
                    |token: &Token| !token.starts_line && !token.opens() && !token.closes();
                while let Some(word) = self.next_if(in_line) {
                    words.push(word);
                }
                self.refuse_empty_braces(&words);
                open = open.or_else(|| self.opening());
            }
            let mut done = match open {
                Some(open) if frames.len() < DEEPEST => {
                    frames.push(Frame { words, open, body: Vec::new() });
                    None
                }
                Some(open) => {
                    self.skip_block(open);
                    Some(Directive { words, block: None })
                }
                None => Some(Directive { words, block: None }),
            };
            loop {
                self.refuse_closing_in_line();
                if let Some(directive) = done {
                    let Some(frame) = frames.last_mut() else { return Some(directive) };
                    frame.body.push(directive);
                }
                let Some(close) = self.closing() else { break };
                let Some(Frame { words, open, body }) = frames.pop() else { break };
                done = Some(Directive { words, block: Some(Block { open, close, body }) });
            }
        }
    }

    /// The `{` that opens a block here.
    fn opening(&mut self) -> Option<Place> {
        let brace = self.next_if(Token::opens)?;
        if brace.starts_line {
            self.refuse(brace.place, "`{` has to stand on the line of its directive");
        }
        if self.peek().is_some_and(|next| !next.starts_line) {
            self.refuse_next("a line break has to follow `{`");
        }
        Some(brace.place)
    }

    /// The `}` that ends a block here.
    fn closing(&mut self) -> Option<Place> {
        let close = self.next_if(Token::closes)?;
        if self.peek().is_some_and(|next| !next.starts_line && !next.closes()) {
            self.refuse_next("a line break has to follow `}`");
        }
        Some(close.place)
    }

    fn refuse_closing_in_line(&mut self) {
        if self.peek().is_some_and(|token| token.closes() && !token.starts_line) {
            self.refuse_next("`}` has to stand on a line of its own");
        }
    }

    fn refuse_empty_braces(&mut self, words: &[Token]) {
        if let Some(last) = words.last().filter(|word| word.is("{}")) {
            self.refuse(last.place, "an empty block needs a line break between its braces");
        }
    }

    fn skip_block(&mut self, open: Place) {
        self.refuse(open, format!("blocks are nested more than {DEEPEST} deep here"));
        let mut depth = 1_usize;
        for token in self.tokens.by_ref() {
            depth = if token.opens() { depth + 1 } else { depth };
            depth = if token.closes() { depth - 1 } else { depth };
            if depth == 0 {
                break;
            }
        }
    }

    fn unclosed(&mut self, frames: Vec<Frame>) -> Option<Directive> {
        let mut inner = None;
        for Frame { words, open, mut body } in frames.into_iter().rev() {
            self.refuse(open, UNCLOSED);
            body.extend(inner);
            inner = Some(Directive { words, block: Some(Block { open, close: open, body }) });
        }
        inner
    }
}

fn renamed(addresses: Vec<Token>, name: String) -> Option<Token> {
    let mut token = addresses.into_iter().next()?;
    token.text = token.text.map(|_| name);
    Some(token)
}
