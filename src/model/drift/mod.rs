//! Where what is installed on a machine differs from what its project holds of it.
//!
//! Many a project has samples, or files for each of several machines. What it holds counts only
//! where it is plainly the one for this machine: the only one of its name, nothing in it to be
//! filled in, and what it leads to is there. Drop-ins are how a machine's own changes are made, and
//! are no drift.

use crate::fact::Fact;
use crate::model::files::Files;
use crate::syntax::Parsed;
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeMap;

mod sites;
mod units;

#[derive(Clone, Debug, Default)]
pub struct Drifts {
    pub units: Vec<Drift>,
    pub sites: Vec<Drift>,
}

/// What is installed, beside what the project has of it.
#[derive(Clone, Debug)]
pub struct Drift {
    pub name: String,
    /// The project's.
    pub copy: Utf8PathBuf,
    /// None if both say the same.
    pub differences: Vec<Difference>,
}

#[derive(Clone, Debug)]
pub struct Difference {
    /// `User`, `proxy_set_header Host`.
    pub key: String,
    /// Whether there is such a line, at its place or where it would stand.
    pub installed: Fact<bool>,
    pub copy: Fact<bool>,
}

/// The files of projects that may be copies of what is installed, each with its project's folder.
pub type Copies = BTreeMap<Utf8PathBuf, Utf8PathBuf>;

/// The paths that have to be there for a file to be one of this machine's.
pub fn needed(parsed: &Parsed) -> Vec<Utf8PathBuf> {
    match parsed {
        Parsed::Systemd(unit) => units::needed(unit),
        Parsed::Nginx(tree) => sites::needed(tree),
        _ => Vec::new(),
    }
}

pub fn find(files: &Files, copies: &Copies) -> Drifts {
    Drifts { units: units::find(files, copies), sites: sites::find(files, copies) }
}

/// Folders of what shows how it could be done.
const SAMPLES: &[&str] = &[
    "doc",
    "docs",
    "documentation",
    "example",
    "examples",
    "sample",
    "samples",
    "template",
    "templates",
    "test",
    "tests",
];

fn is_sample(path: &Utf8Path) -> bool {
    let mut folders = path.parent().into_iter().flat_map(Utf8Path::components);
    folders.any(|it| SAMPLES.contains(&it.as_str().to_ascii_lowercase().as_str()))
}
