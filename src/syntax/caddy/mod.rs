//! Caddyfiles: words, blocks and directives, each with its place.
//!
//! Reads one file as Caddy would, a template that has yet to be rendered included. Imports are
//! not followed and no environment is looked at: [`Tree::in_environment`] says what the file is
//! in one, and `model::caddy` puts files together. What a directive means is not known here,
//! only which there are.

use crate::fact::Environment;
use crate::source::{FileId, Place};
use crate::syntax::Problem;

mod braces;
mod directives;
mod environment;
mod heredoc;
mod lexer;
mod secret;
mod structure;
mod token;

pub use directives::{OF_MODULES, ORDER, UNORDERED, is_standard};
pub use structure::{Block, Directive, Item, SiteBlock, structure};
pub use token::{Quote, Token, Variable};

/// A Caddyfile.
#[derive(Clone, Debug)]
pub struct Tree {
    pub file: FileId,
    /// The file as one sees it, its variables left as they are written.
    pub items: Vec<Item>,
    pub comments: Vec<Place>,
    /// Every word in order, with braces that match.
    tokens: Vec<Token>,
}

pub fn parse(file: FileId, text: &str) -> (Tree, Vec<Problem>) {
    let words = lexer::lex(text, lexer::Reading::File(file));
    let (tokens, unbalanced) = braces::balance(text, words.tokens);
    let (items, misplaced) = structure(tokens.clone());
    let mut problems = [words.problems, unbalanced, misplaced].concat();
    problems.sort();
    (Tree { file, items, comments: words.comments, tokens }, problems)
}

impl Tree {
    /// The words that Caddy reads when it runs in this environment. A variable of which the
    /// environment does not tell becomes `${NAME}`.
    pub fn in_environment(&self, environment: &Environment) -> Vec<Token> {
        environment::expand(&self.tokens, environment)
    }

    /// Puts others in place of words; how the file is built follows from what is there then.
    /// Words with variables stay, as what a variable replaces is found by its place in the word.
    pub(super) fn rewrite(&mut self, rewrite: impl Fn(&str) -> Option<String>) {
        for token in self.tokens.iter_mut().filter(|it| it.variables.is_empty()) {
            if let Some(text) = rewrite(token.text()) {
                token.text = token.text.map(|_| text.clone());
            }
        }
        self.items = structure(self.tokens.clone()).0;
    }

    /// What no report may show.
    pub fn secrets(&self) -> Vec<Place> {
        secret::secrets(self)
    }

    /// Every `{$…}` of the file, in order.
    pub fn variables(&self) -> impl Iterator<Item = &Variable> {
        self.tokens.iter().flat_map(|token| &token.variables)
    }
}
