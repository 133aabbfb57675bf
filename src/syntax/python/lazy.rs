//! A module that is parsed when somebody first asks for more than its text.
//!
//! A project has hundreds of modules that are read for a word which most of them lack, and parsing
//! one costs a hundred times what looking for a word does.

use crate::source::FileId;
use crate::syntax::Problem;
use crate::syntax::python::ast::Module;
use crate::syntax::python::parse;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

/// Clones are the same module: what one parses, all have.
#[derive(Clone, Debug)]
pub struct Lazy(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    file: FileId,
    text: Arc<String>,
    parsed: OnceLock<(Module, Vec<Problem>)>,
}

impl Lazy {
    pub fn new(file: FileId, text: Arc<String>) -> Self {
        Self(Arc::new(Inner { file, text, parsed: OnceLock::new() }))
    }

    pub fn file(&self) -> FileId {
        self.0.file
    }

    /// Parses it now, on this thread.
    pub fn parse(&self) {
        _ = self.parsed();
    }

    /// What CPython would refuse in it.
    pub fn problems(&self) -> &[Problem] {
        &self.parsed().1
    }

    /// The same, if somebody asked for the module.
    pub fn problems_met(&self) -> &[Problem] {
        self.0.parsed.get().map_or(&[], |(_, problems)| problems)
    }

    fn parsed(&self) -> &(Module, Vec<Problem>) {
        self.0.parsed.get_or_init(|| parse(self.0.file, &self.0.text))
    }
}

impl Deref for Lazy {
    type Target = Module;

    fn deref(&self) -> &Module {
        &self.parsed().0
    }
}
