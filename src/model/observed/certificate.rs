//! Certificates that sites name, as they lie on the disk.

use crate::fact::Fact;
use crate::model::observed::Seen;
use camino::Utf8PathBuf;

#[derive(Clone, Debug)]
pub struct Certificate {
    /// As the configuration names it.
    pub path: Fact<Utf8PathBuf>,
    pub content: Seen<Content>,
}

#[derive(Clone, Debug)]
pub struct Content {
    /// Seconds since 1970.
    pub not_after: Fact<i64>,
    pub names: Fact<Vec<String>>,
    /// Names of its sites that it is not for.
    pub uncovered: Vec<Fact<String>>,
}
