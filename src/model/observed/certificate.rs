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
    /// What is shown to who asks for the first of its names; none if nobody answers there.
    pub served: Option<Served>,
}

/// The certificate that a server shows, and may have had in memory for long.
#[derive(Clone, Debug)]
pub struct Served {
    /// The name that was asked for, at the site.
    pub host: Fact<String>,
    pub certificate: Seen<Shown>,
}

#[derive(Clone, Debug)]
pub struct Shown {
    pub not_after: Fact<i64>,
    /// Whether it is one of those that the site names.
    pub is_on_disk: bool,
}
