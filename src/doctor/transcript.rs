//! What a machine answered, as text that a finding can point into.

use crate::fact::Fact;
use crate::source::{File, Place, Sources};
use camino::Utf8PathBuf;

/// A transcript that is being written.
pub(super) struct Transcript {
    title: Utf8PathBuf,
    text: String,
}

/// A part of a transcript, before it is among the sources.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    start: usize,
    end: usize,
}

impl Part {
    /// Up to the end of a later part.
    pub(super) fn to(self, end: Self) -> Self {
        Self { start: self.start, end: end.end }
    }
}

/// A transcript among the sources.
pub(super) struct Kept(Option<crate::source::FileId>);

impl Transcript {
    /// The title stands where a file's path would.
    pub(super) fn new(title: impl Into<String>) -> Self {
        Self { title: Utf8PathBuf::from(title.into()), text: String::new() }
    }

    /// Writes on in the line.
    pub(super) fn say(&mut self, text: &str) -> Part {
        let start = self.text.len();
        // One line stays one line, whatever somebody called a process or a file.
        self.text.extend(text.chars().map(|c| if c.is_control() { ' ' } else { c }));
        Part { start, end: self.text.len() }
    }

    pub(super) fn end_line(&mut self) {
        self.text.push('\n');
    }

    pub(super) fn line(&mut self, text: &str) -> Part {
        let part = self.say(text);
        self.end_line();
        part
    }

    pub(super) fn keep(self, sources: &mut Sources) -> Kept {
        sources.add(vec![File { path: self.title.clone(), bytes: self.text.into_bytes() }]);
        Kept(sources.find(&self.title))
    }
}

impl Kept {
    pub(super) fn fact<T>(&self, value: T, part: Part) -> Fact<T> {
        match self.0 {
            Some(file) => Fact::at(value, Place::new(file, part.start, part.end)),
            None => Fact::new(value, crate::fact::Origin::UNSEEN),
        }
    }
}
