//! The words of a Caddyfile, each with its place and what is known of it.

use crate::fact::Fact;
use crate::source::Place;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quote {
    Double,
    Backtick,
    /// `<<MARK … MARK`, since Caddy 2.7; before, `<<MARK` is a word like any other.
    Heredoc,
}

/// `{$NAME}` or `{$NAME:default}`, which Caddy replaces before it looks for words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    pub name: String,
    pub default: Option<String>,
    pub place: Place,
}

#[derive(Clone, Debug)]
pub struct Token {
    /// What the word says, its quotes and escapes undone. A variable that nobody has resolved
    /// stands in it as it is written, or as `${NAME}` where the environment does not tell.
    pub text: Fact<String>,
    /// Quotes and heredoc markers included.
    pub place: Place,
    pub quote: Option<Quote>,
    /// A line break that is not escaped lies between this word and the one before.
    pub starts_line: bool,
    /// The variables in it, in order.
    pub variables: Vec<Variable>,
    /// How it is written, kept where variables are: what they bring in may split the word, end
    /// its quotes, or leave nothing of it.
    pub written: Option<Box<str>>,
}

impl Token {
    /// A brace that nobody wrote as a word of its own.
    pub(super) fn brace(brace: &str, place: Place) -> Self {
        Self {
            text: Fact::at(brace.to_owned(), place),
            place,
            quote: None,
            starts_line: brace == "}",
            variables: Vec::new(),
            written: None,
        }
    }

    pub fn text(&self) -> &str {
        &self.text.value
    }

    /// Whether it is this word and not quoted, so that it can have a meaning of its own.
    pub fn is(&self, word: &str) -> bool {
        self.quote.is_none() && self.text.value == word
    }

    pub fn opens(&self) -> bool {
        self.is("{")
    }

    /// `example.com{`: the brace is part of the word.
    pub(super) fn ends_in_brace(&self) -> bool {
        self.quote.is_none() && self.text().len() > 1 && self.text().ends_with('{')
    }

    pub fn closes(&self) -> bool {
        self.is("}")
    }
}
