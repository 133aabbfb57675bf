//! Dockerfiles as BuildKit reads them: instructions, their flags and words, heredocs.
//!
//! Continuation lines are joined, and every word still knows its bytes. Variables are taken
//! apart and not expanded; which stage is built on which, and what an image then holds, is the
//! model's to say. Shell commands stay text.
//!
//! Behaviour follows BuildKit's `frontend/dockerfile/parser` and `shell`.

use crate::source::{FileId, Place, Spanned};
use crate::syntax::Problem;
use crate::syntax::spliced::Spliced;
use std::borrow::Cow;

mod heredoc;
mod instruction;
mod json;
mod line;
mod others;
mod secret;
mod word;

pub use instruction::parse;
pub use secret::secrets;
pub use word::{Operator, Part, Word};

#[derive(Clone, Debug)]
pub struct File {
    pub id: FileId,
    /// `\`, unless `# escape=` makes it a backtick.
    pub escape: char,
    pub instructions: Vec<Instruction>,
    /// With their `#`, directives included.
    pub comments: Vec<Place>,
    pub problems: Vec<Problem>,
}

#[derive(Clone, Debug)]
pub struct Instruction {
    /// From its keyword to the end of its last line; heredocs lie behind it.
    pub place: Place,
    /// In capitals, however it is written.
    pub keyword: Spanned<String>,
    pub flags: Vec<Flag>,
    pub command: Command,
    pub heredocs: Vec<Heredoc>,
}

/// `--name=value`; a flag without a value has the empty one.
#[derive(Clone, Debug)]
pub struct Flag {
    pub name: Spanned<String>,
    pub value: Spanned<String>,
}

#[derive(Clone, Debug)]
pub enum Command {
    From {
        image: Word,
        name: Option<Spanned<String>>,
    },
    Arg(Vec<Argument>),
    Env(Vec<Assignment>),
    Label(Vec<Assignment>),
    Run(Form),
    Cmd(Form),
    Entrypoint(Form),
    Shell(Form),
    Copy(Transfer),
    Add(Transfer),
    User(Word),
    Workdir(Word),
    Expose(Vec<Word>),
    Volume(Vec<Word>),
    Stopsignal(Word),
    /// `None` for `HEALTHCHECK NONE`.
    Healthcheck(Option<Form>),
    Onbuild(Box<Instruction>),
    Maintainer(Spanned<String>),
    /// Its keyword is no instruction, or its arguments are none of that instruction's.
    Broken,
}

/// `ARG name` or `ARG name=default`.
#[derive(Clone, Debug)]
pub struct Argument {
    pub name: Spanned<String>,
    pub default: Option<Word>,
}

#[derive(Clone, Debug)]
pub struct Assignment {
    pub name: Spanned<String>,
    pub value: Word,
    /// Written `ENV name value`, which takes the rest of the line.
    pub old: bool,
}

/// How a command is given.
#[derive(Clone, Debug)]
pub enum Form {
    Exec(Vec<Spliced>),
    /// One text for the stage's shell. Begins with `[` if it was meant to be the exec form.
    Shell(Spliced),
}

impl Form {
    /// What is run, as one text: the words of a list with spaces between them.
    pub fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Shell(text) => text.as_str().into(),
            Self::Exec(words) => {
                words.iter().map(Spliced::as_str).collect::<Vec<_>>().join(" ").into()
            }
        }
    }
}

/// What `COPY` and `ADD` bring.
#[derive(Clone, Debug)]
pub struct Transfer {
    /// Heredocs among them are in the instruction's `heredocs`, not here.
    pub sources: Vec<Word>,
    pub destination: Word,
}

#[derive(Clone, Debug)]
pub struct Heredoc {
    pub name: String,
    /// The lines between the marks, as they stand in the file.
    pub content: Place,
    /// `<<-`: leading tabs are not part of it.
    pub chomp: bool,
    /// Variables count, unless the mark is quoted.
    pub expand: bool,
}

impl Instruction {
    pub fn flag(&self, name: &str) -> Option<&Spanned<String>> {
        self.flags.iter().rfind(|flag| flag.name.value == name).map(|flag| &flag.value)
    }

    pub fn flags(&self, name: &str) -> impl Iterator<Item = &Spanned<String>> {
        self.flags.iter().filter(move |flag| flag.name.value == name).map(|flag| &flag.value)
    }
}
