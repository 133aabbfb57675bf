//! nginx configuration: the words nginx sees, where they stand, and what it would refuse.
//!
//! The lexer follows `ngx_conf_read_token` byte for byte; what nginx stops at becomes a
//! [`Problem`] and reading goes on. A fragment (a bare `location`, an `add_header`) is as good a
//! file as a whole configuration, and the output of `nginx -T` is read as the files that it shows.
//! Includes, contexts and inheritance are the model's.

mod directives;
mod dump;
mod lexer;
mod lua;
mod parameters;
mod parser;
mod problem;
mod secret;
mod units;

pub use directives::{Directive as Known, Value, contexts, known, known_in};
pub use dump::{Dump, Dumped};
pub use problem::{Fault, Problem};
pub use secret::secrets;
pub use units::{Resolution, offset, time};

use crate::source::{FileId, Place, Span};

/// A file, or one file of a dump.
#[derive(Clone, Debug)]
pub struct Tree {
    /// All that was read: where something that it lacks would have to stand.
    pub place: Place,
    pub directives: Vec<Directive>,
    /// Comments without their line ends, in reading order.
    pub comments: Vec<Place>,
    /// The first mark of a template language that nginx does not know. What the file says is
    /// decided when it is rendered, so its problems are not nginx's.
    pub template: Option<Place>,
    /// Marks that stand for lines of their own: what these say is nowhere in view.
    pub filled: Vec<Place>,
    /// Where a quote stands that nginx refuses: what follows is not what its author meant.
    pub misread: Option<Place>,
    /// Whether a brace is missing, or one too many: its blocks are not what its author meant.
    pub is_torn: bool,
    /// What else `nginx -T` showed, if this is its output; the tree itself is the main file's.
    pub dump: Option<Dump>,
}

/// `name args… ;` or `name args… { … }`.
#[derive(Clone, Debug)]
pub struct Directive {
    pub name: Word,
    pub args: Vec<Word>,
    pub body: Body,
    /// From the name to the `;` or the closing brace.
    pub place: Place,
}

#[derive(Clone, Debug)]
pub enum Body {
    /// Ended by `;`, or by whatever stood where that is missing.
    Simple,
    Block(Block),
    /// Code of another language, between the braces: `content_by_lua_block { … }`.
    Code(Place),
}

#[derive(Clone, Debug)]
pub struct Block {
    /// With its braces.
    pub place: Place,
    pub directives: Vec<Directive>,
}

/// A name or an argument, quotes and escapes undone as nginx does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    pub value: String,
    /// As written, quotes included.
    pub place: Place,
    pub quoted: bool,
}

/// Reads a whole file, or the files of a dump.
pub fn parse(file: FileId, text: &str) -> (Tree, Vec<Problem>) {
    dump::parse(file, text).unwrap_or_else(|| parse_part(file, text, Span::new(0, text.len())))
}

/// Reads a part of a file. Places are those of the whole.
fn parse_part(file: FileId, text: &str, part: Span) -> (Tree, Vec<Problem>) {
    parser::parse(file, &text[..part.end as usize], part.start as usize)
}

impl Directive {
    pub fn is(&self, name: &str) -> bool {
        self.name.value == name
    }

    /// The value of an argument, from 0.
    pub fn arg(&self, index: usize) -> Option<&str> {
        self.args.get(index).map(|word| word.value.as_str())
    }

    pub fn block(&self) -> Option<&Block> {
        match &self.body {
            Body::Block(block) => Some(block),
            Body::Simple | Body::Code(_) => None,
        }
    }

    /// What stands inside; nothing for a simple directive.
    pub fn children(&self) -> &[Self] {
        self.block().map_or(&[], |block| &block.directives)
    }

    /// Name and arguments, without the body.
    pub fn head(&self) -> Place {
        self.args.last().map_or(self.name.place, |last| self.name.place.to(last.place))
    }
}
