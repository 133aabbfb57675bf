//! What the tree holds beside what runs: env files, and what git has that it should not have.

use crate::fact::Fact;
use crate::model::{EnvFile, RedisServer};
use camino::{Utf8Path, Utf8PathBuf};

#[derive(Debug, Default)]
pub struct Surroundings {
    /// By path.
    pub env_files: Vec<EnvFile>,
    /// No file has anything of a Django project.
    pub without_django: bool,
    /// Something speaks of certificates, or of a server that has them.
    pub tells_of_tls: bool,
    /// Data and keys that everybody gets who clones the repository.
    pub committed: Vec<Committed>,
    pub told: Told,
    /// The Redis of the machine itself, by its file below `/etc`.
    pub redis: Option<RedisServer>,
}

/// What deploy scripts, workflows or services run of the commands of manage.py, wherever.
#[derive(Clone, Copy, Debug, Default)]
pub struct Told {
    pub collects: bool,
    pub migrates: bool,
}

#[derive(Debug)]
pub struct Committed {
    pub path: Utf8PathBuf,
    pub kind: CommittedKind,
    pub at: Fact<()>,
    /// Its name says that it is for a developer's machine.
    pub local: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommittedKind {
    Sqlite,
    Dump,
    PrivateKey,
}

impl Surroundings {
    /// The files that document what is to be filled in, those of developers and tests left out.
    pub fn examples(&self) -> impl Iterator<Item = &EnvFile> {
        self.env_files.iter().filter(|it| it.documents && !it.is_for_developers())
    }

    /// Where the `.env` of a folder is documented, or is itself.
    pub fn of_folder<'a>(&'a self, folder: &'a Utf8Path) -> impl Iterator<Item = &'a EnvFile> {
        self.env_files.iter().filter(move |it| it.path.parent() == Some(folder))
    }
}

impl Committed {
    pub fn name(&self) -> &str {
        self.path.file_name().unwrap_or_default()
    }
}
