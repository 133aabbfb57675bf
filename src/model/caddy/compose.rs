//! One stream of words of all the files that a Caddyfile imports.
//!
//! Caddy replaces `import` before it looks at what a directive means (`parse.go`, `doImport`), so
//! a word here can come from a snippet, an imported file or an argument; it keeps all of these
//! places, the deciding one first.

use crate::fact::Fact;
use crate::model::caddy::release::Release;
use crate::model::caddy::{Imported, Inputs};
use crate::source::{FileId, Place};
use crate::syntax::Problem;
use crate::syntax::caddy::Token;
use std::collections::BTreeMap;
use std::ops::Range;
use std::vec::IntoIter;

/// Imports inside each other that are followed. Caddy refuses cycles; whatever else nests as
/// deep is one written differently.
const DEEPEST: usize = 32;

/// Words of a composed configuration, and imports in it. Snippets of which each imports the one
/// before twice double with every step.
const MOST_WORDS: usize = 1 << 20;
const MOST_IMPORTS: usize = 1 << 15;

#[derive(Default)]
pub(super) struct Composed {
    pub tokens: Vec<Token>,
    pub problems: Vec<Problem>,
    /// Imports that lead back to themselves, and what of.
    pub cycles: Vec<Fact<String>>,
    /// Where kilter stopped.
    pub limits: Vec<Fact<String>>,
    /// Imports of what is not in view, which could hold anything.
    pub unseen: Vec<Fact<String>>,
    pub files: Vec<FileId>,
}

struct Composer<'a> {
    inputs: &'a Inputs<'a>,
    snippets: BTreeMap<String, Vec<Token>>,
    composed: Composed,
    nesting: usize,
    /// Set where the next word starts a line although it does not in its file.
    starts_line: bool,
    is_full: bool,
    imports: usize,
    release: Release,
}

/// What an import hands to what it imports.
struct Arguments {
    words: Vec<Token>,
    block: Vec<Token>,
}

pub(super) fn compose(inputs: &Inputs<'_>) -> Composed {
    let mut composer = Composer {
        inputs,
        snippets: BTreeMap::new(),
        composed: Composed::default(),
        nesting: 0,
        starts_line: true,
        is_full: false,
        imports: 0,
        release: Release(inputs.version),
    };
    if let Some(tree) = inputs.trees.get(&inputs.main) {
        composer.composed.files.push(inputs.main);
        let tokens = tree.in_environment(inputs.environment);
        composer.add(tokens, &mut vec![format!("{:?}", inputs.main)]);
    }
    composer.composed
}

impl Composer<'_> {
    fn refuse(&mut self, place: Place, message: impl Into<String>) {
        self.composed.problems.push(Problem::new(place, message));
    }

    /// Not Caddy's bound, but kilter's.
    fn limit(&mut self, place: Place, message: &str) {
        self.composed.limits.push(Fact::at(message.to_owned(), place));
    }

    /// Adds words, imports replaced. `chain` names what is being imported.
    fn add(&mut self, tokens: Vec<Token>, chain: &mut Vec<String>) {
        let mut tokens = tokens.into_iter();
        while let Some(token) = tokens.next() {
            if self.is_full {
                return;
            }
            let rest = tokens.as_slice();
            if self.nesting == 0 && is_snippet(&token) && rest.first().is_some_and(Token::opens) {
                let length = block_length(rest);
                let body = tokens.by_ref().take(length).collect();
                self.define(&token, body);
                self.starts_line = true;
            } else if token.is("import") && (token.starts_line || self.starts_line) {
                let arguments = arguments(&mut tokens);
                self.import(&token, arguments, chain);
                self.starts_line = true;
            } else {
                self.push(token);
            }
        }
    }

    fn push(&mut self, mut token: Token) {
        if token.opens() {
            self.nesting += 1;
        } else if token.closes() {
            self.nesting = self.nesting.saturating_sub(1);
        }
        token.starts_line |= self.starts_line;
        self.starts_line = false;
        if self.composed.tokens.len() == MOST_WORDS {
            return self.stop(token.place);
        }
        self.composed.tokens.push(token);
    }

    fn stop(&mut self, place: Place) {
        self.is_full = true;
        self.limit(place, "the imports bring in more than is read");
    }

    fn define(&mut self, name: &Token, mut block: Vec<Token>) {
        block.pop();
        block.drain(..1.min(block.len()));
        let text = name.text().trim_start_matches('(').trim_end_matches(')').to_owned();
        if self.snippets.insert(text, block).is_some() {
            self.refuse(name.place, "a snippet of this name is defined above");
        }
    }

    fn import(&mut self, import: &Token, arguments: Arguments, chain: &mut Vec<String>) {
        let mut words = arguments.words.into_iter();
        let Some(wanted) = words.next().filter(|word| !word.text().is_empty()) else {
            return self.refuse(import.place, "`import` needs the name of a snippet or file");
        };
        let arguments = Arguments { words: words.collect(), block: arguments.block };
        self.imports += 1;
        if self.imports > MOST_IMPORTS {
            return self.stop(import.place);
        }
        if chain.len() == DEEPEST {
            return self.limit(import.place, "imports are nested too deep to be followed");
        }
        if let Some(snippet) = self.snippets.get(wanted.text()) {
            let name = format!("({})", wanted.text());
            let body = imported(snippet, import.place, &arguments, self.release);
            return self.enter(import, name, body, chain);
        }
        match (self.inputs.import)(import.place.file, wanted.text()) {
            Imported::Files(files) => {
                for file in files {
                    let Some(tree) = self.inputs.trees.get(&file) else { continue };
                    self.composed.files.push(file);
                    let tokens = tree.in_environment(self.inputs.environment);
                    let body = imported(&tokens, import.place, &arguments, self.release);
                    self.enter(import, format!("{file:?}"), body, chain);
                    self.starts_line = true;
                }
            }
            Imported::Nothing => {
                let message = format!("there is no snippet or file `{}` to import", wanted.text());
                self.refuse(wanted.place, message);
            }
            Imported::Unseen(why) => {
                self.composed.unseen.push(wanted.text.map(|_| why));
            }
        }
    }

    fn enter(&mut self, import: &Token, name: String, body: Vec<Token>, chain: &mut Vec<String>) {
        if chain.contains(&name) {
            let message = "this import leads back to itself".to_owned();
            return self.composed.cycles.push(Fact::at(message, import.place));
        }
        chain.push(name);
        self.starts_line = true;
        self.add(body, chain);
        chain.pop();
    }
}

fn is_snippet(token: &Token) -> bool {
    token.starts_line && token.text().starts_with('(') && token.text().ends_with(')')
}

/// How many words a block has, braces included, that begins with these.
fn block_length(tokens: &[Token]) -> usize {
    let mut depth = 0_usize;
    for (index, token) in tokens.iter().enumerate() {
        if token.opens() {
            depth += 1;
        } else if token.closes() {
            depth -= 1;
        }
        if depth == 0 {
            return index + 1;
        }
    }
    tokens.len()
}

/// What stands behind `import`, up to the end of its line and of the block that opens there.
fn arguments(tokens: &mut IntoIter<Token>) -> Arguments {
    let ends = |token: &Token| token.starts_line || token.opens() || token.closes();
    let length = tokens.as_slice().iter().take_while(|token| !ends(token)).count();
    let words: Vec<Token> = tokens.by_ref().take(length).collect();
    let opens = tokens.as_slice().first().is_some_and(|next| next.opens() && !next.starts_line);
    let length = if opens { block_length(tokens.as_slice()) } else { 0 };
    let mut block: Vec<Token> = tokens.by_ref().take(length).collect();
    block.pop();
    block.drain(..1.min(block.len()));
    Arguments { words, block }
}

/// The words of a snippet or file as they are where it is imported.
fn imported(
    tokens: &[Token],
    import: Place,
    arguments: &Arguments,
    release: Release,
) -> Vec<Token> {
    let mut body = Vec::with_capacity(tokens.len());
    for token in tokens {
        let token = Token { text: came_by(&token.text, import), ..token.clone() };
        if token.text() == "{block}" && release.has_blocks() {
            body.extend(arguments.block.iter().cloned());
        } else if let Some(name) = block_name(token.text()) {
            body.extend(named_block(&arguments.block, name));
        } else if let Some(range) = variadic(token.text(), arguments.words.len())
            && release.has_indexed_arguments()
        {
            let words = &arguments.words[range];
            body.extend(words.iter().enumerate().map(|(index, word)| Token {
                text: word.text.clone().given(&token.text),
                starts_line: token.starts_line && index == 0,
                ..token.clone()
            }));
        } else {
            body.push(Token { text: filled(&token.text, &arguments.words, release), ..token });
        }
    }
    body
}

/// What a reader follows are the last steps; a chain of imports need not be told whole.
fn came_by(text: &Fact<String>, import: Place) -> Fact<String> {
    if text.evidence().origins().len() >= 8 {
        return text.clone();
    }
    text.clone().given(&Fact::at((), import))
}

/// `{blocks.name}`
fn block_name(text: &str) -> Option<&str> {
    text.strip_prefix("{blocks.")?.strip_suffix('}')
}

/// What the import gives under this name: the rest of the line, or the block that follows.
fn named_block(block: &[Token], name: &str) -> Vec<Token> {
    let mut at = 0;
    while let Some(key) = block.get(at) {
        let rest = &block[at + 1..];
        let line = rest.iter().take_while(|token| !token.starts_line && !token.opens()).count();
        let length = match rest.get(line).filter(|token| token.opens()) {
            Some(_) => block_length(&rest[line..]),
            None => 0,
        };
        if key.text() == name {
            let inner = &rest[line..line + length];
            let inner = inner.get(1..inner.len().saturating_sub(1)).unwrap_or_default();
            return rest[..line].iter().chain(inner).cloned().collect();
        }
        at += 1 + line + length;
    }
    Vec::new()
}

/// `{args[0:2]}`, which stands for several words.
fn variadic(text: &str, count: usize) -> Option<Range<usize>> {
    let (start, end) = text.strip_prefix("{args[")?.strip_suffix("]}")?.split_once(':')?;
    let bound =
        |text: &str, default| if text.is_empty() { Some(default) } else { text.parse().ok() };
    let (start, end) = (bound(start, 0)?, bound(end, count)?);
    (start <= end && end <= count).then_some(start..end)
}

/// A word with its `{args[0]}`, or `{args.0}` as it was written before 2.7, filled in.
fn filled(text: &Fact<String>, arguments: &[Token], release: Release) -> Fact<String> {
    let mut written = String::new();
    let mut used = None;
    let mut rest = text.value.as_str();
    while let Some(at) = rest.find("{args") {
        let (before, from) = rest.split_at(at);
        let Some(end) = from.find('}') else { break };
        written.push_str(before);
        let argument = index(&from["{args".len()..end], release);
        match argument.and_then(|index| Some((arguments.get(index)?, end + 1))) {
            Some((argument, length)) => {
                written.push_str(argument.text());
                used = Some(argument);
                rest = &from[length..];
            }
            None => {
                written.push_str("{args");
                rest = &from["{args".len()..];
            }
        }
    }
    written.push_str(rest);
    match used {
        None => text.clone(),
        Some(argument) => argument.text.map(|_| written.clone()).given(text),
    }
}

/// The number in `[0]` or `.0`.
fn index(key: &str, release: Release) -> Option<usize> {
    let number = match key.strip_prefix('.') {
        Some(number) => number,
        None if release.has_indexed_arguments() => key.strip_prefix('[')?.strip_suffix(']')?,
        None => return None,
    };
    number.parse().ok()
}
