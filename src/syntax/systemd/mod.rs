//! systemd's units and their drop-ins, as systemd reads them (systemd.syntax(7), and measured
//! with systemd 252).
//!
//! A file becomes sections of assignments in their order; what a value means is asked of
//! [`exec`], [`environment`], [`value`] and [`specifier`]. Drop-ins are merged by the model.

use crate::source::{Place, Spanned};
use crate::syntax::spliced::Spliced;

mod check;
pub mod environment;
pub mod exec;
mod fault;
pub mod keys;
mod mend;
pub mod name;
mod parse;
mod secret;
pub mod specifier;
pub mod value;
pub mod words;

pub use check::check;
pub use fault::{Fault, Problem};
pub use mend::headed;
pub use name::{Manager, Role, UnitKind, UnitName};
pub use parse::parse;
pub use secret::secrets;

/// One file: a unit's own or a drop-in.
#[derive(Clone, Debug)]
pub struct UnitFile {
    pub sections: Vec<Section>,
    /// Assignments before the first section, which systemd ignores.
    pub outside: Vec<Assignment>,
    pub comments: Vec<Place>,
    /// Lines of a template that may become anything: `{{ extra_settings }}`. While there is one,
    /// nothing can be said to be missing.
    pub insertions: Vec<Place>,
}

/// One `[…]` and what follows. A section may occur several times.
#[derive(Clone, Debug)]
pub struct Section {
    pub name: Spanned<String>,
    pub assignments: Vec<Assignment>,
}

#[derive(Clone, Debug)]
pub struct Assignment {
    pub key: Spanned<String>,
    /// Without the blanks around it, continued lines joined.
    pub value: Spliced,
    /// It stands between the tags of a template's `{% if … %}`, so it may be absent.
    pub conditional: bool,
}

impl Assignment {
    /// From the key to the end of the value.
    pub fn place(&self) -> Place {
        self.key.place.to(self.value.place())
    }

    /// Whether it takes away what was assigned to the key before.
    pub fn is_reset(&self) -> bool {
        self.value.is_empty()
    }
}

impl UnitFile {
    /// All assignments to a key, in order.
    pub fn all<'a>(
        &'a self,
        section: &'a str,
        key: &'a str,
    ) -> impl Iterator<Item = &'a Assignment> {
        let sections = self.sections.iter().filter(move |it| it.name.value == section);
        sections.flat_map(|it| &it.assignments).filter(move |it| it.key.value == key)
    }
}
