//! What the operator declares of a machine, beside what the machine showed of it.

use crate::fact::Fact;
use crate::model::observed::Seen;
use camino::Utf8PathBuf;

/// In the order of the contract; empty without one.
#[derive(Debug, Default)]
pub struct Declared {
    /// What the machine is called; none if nobody declares that.
    pub name: Option<Seen<Fact<String>>>,
    /// `debian 12`, as `/etc/os-release` has it; none if nobody declares that.
    pub system: Option<Seen<Fact<String>>>,
    pub paths: Vec<Owned>,
}

/// Whose a path is that is declared.
#[derive(Debug)]
pub struct Owned {
    pub path: Utf8PathBuf,
    /// Nothing if surely nothing is there.
    pub state: Seen<Option<State>>,
    /// Where the machine was asked.
    pub at: Fact<()>,
}

/// By names, or numbers where nobody has such a name.
#[derive(Debug)]
pub struct State {
    pub owner: Fact<String>,
    pub group: Fact<String>,
    pub mode: Fact<u32>,
}
