//! Versions and ranges of versions, as files declare them: PEP 440, Poetry's shorthand, image tags.
//!
//! A version here is ordered as PEP 440 says, which also orders what nginx, PostgreSQL and the
//! others number. Which behaviour belongs to which version is for those who rely on it; only the
//! support of Django's own series is kept here, as several layers ask for it.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

mod django;
mod range;
mod scan;
mod specifier;

pub use django::{DJANGO_SERIES, DJANGO_SUPPORT_AS_OF, SupportedSeries, latest_django_series};
pub use range::Range;
pub use specifier::{image_tag, pep440, poetry};

/// The word that a string could not be read as a version or a specifier of versions.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a version")]
pub struct NotAVersion(pub String);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Phase {
    Alpha,
    Beta,
    Candidate,
}

/// Text sorts below numbers (PEP 440, "Local version identifiers").
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum LocalPart {
    Text(String),
    Number(u64),
}

/// A PEP 440 version. Equality ignores trailing zeros: `5.2` is `5.2.0`.
#[derive(Clone, Debug)]
pub struct Version {
    epoch: u64,
    /// As written, zeros included: `==1.4.0.*` needs them.
    release: Vec<u64>,
    pre: Option<(Phase, u64)>,
    post: Option<u64>,
    dev: Option<u64>,
    local: Vec<LocalPart>,
}

/// A feature release and its patches: Django 5.2, PostgreSQL's 16 as 16.0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Series {
    pub major: u64,
    pub minor: u64,
}

impl Series {
    pub const fn new(major: u64, minor: u64) -> Self {
        Self { major, minor }
    }
}

impl fmt::Display for Series {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

impl From<Series> for Version {
    fn from(series: Series) -> Self {
        Self::from([series.major, series.minor])
    }
}

impl<const N: usize> From<[u64; N]> for Version {
    fn from(release: [u64; N]) -> Self {
        Self::of_release(0, release.to_vec())
    }
}

impl Version {
    fn of_release(epoch: u64, release: Vec<u64>) -> Self {
        Self { epoch, release, pre: None, post: None, dev: None, local: Vec::new() }
    }

    pub fn series(&self) -> Series {
        let part = |at: usize| self.release.get(at).copied().unwrap_or_default();
        Series { major: part(0), minor: part(1) }
    }

    pub fn is_prerelease(&self) -> bool {
        self.pre.is_some() || self.dev.is_some()
    }

    /// The first there can be of this release, below all its pre-releases.
    fn first(&self) -> Self {
        Self { dev: Some(0), ..Self::of_release(self.epoch, self.release.clone()) }
    }

    /// The release whose first `parts` numbers are the next after this one's.
    fn next(&self, parts: usize) -> Self {
        let mut release = self.release[..parts.min(self.release.len())].to_vec();
        if let Some(last) = release.last_mut() {
            *last = last.saturating_add(1);
        }
        Self::of_release(self.epoch, release)
    }

    fn cmp_public(&self, other: &Self) -> Ordering {
        self.epoch
            .cmp(&other.epoch)
            .then_with(|| trimmed(&self.release).cmp(trimmed(&other.release)))
            .then_with(|| self.stage().cmp(&other.stage()))
    }

    /// What orders versions of one release: `.dev` below `a`, `a` below the release itself, and
    /// inside each stage a `.dev` below what it leads to.
    fn stage(&self) -> (Stage, Option<u64>, bool, Option<u64>) {
        let stage = match self.pre {
            None if self.post.is_none() && self.dev.is_some() => Stage::Development,
            None => Stage::Final,
            Some((phase, number)) => Stage::Pre(phase, number),
        };
        (stage, self.post, self.dev.is_none(), self.dev)
    }
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Development,
    Pre(Phase, u64),
    Final,
}

fn trimmed(release: &[u64]) -> &[u64] {
    let end = release.iter().rposition(|part| *part != 0).map_or(0, |last| last + 1);
    &release[..end]
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        self.cmp_public(other).then_with(|| self.local.cmp(&other.local))
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Version {}

impl FromStr for Version {
    type Err = NotAVersion;

    fn from_str(text: &str) -> Result<Self, NotAVersion> {
        scan::version(text).ok_or_else(|| NotAVersion(text.to_owned()))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.epoch != 0 {
            write!(f, "{}!", self.epoch)?;
        }
        for (at, part) in self.release.iter().enumerate() {
            write!(f, "{}{part}", if at == 0 { "" } else { "." })?;
        }
        if let Some((phase, number)) = self.pre {
            let phase = match phase {
                Phase::Alpha => "a",
                Phase::Beta => "b",
                Phase::Candidate => "rc",
            };
            write!(f, "{phase}{number}")?;
        }
        if let Some(number) = self.post {
            write!(f, ".post{number}")?;
        }
        if let Some(number) = self.dev {
            write!(f, ".dev{number}")?;
        }
        for (at, part) in self.local.iter().enumerate() {
            f.write_str(if at == 0 { "+" } else { "." })?;
            match part {
                LocalPart::Text(text) => f.write_str(text)?,
                LocalPart::Number(number) => write!(f, "{number}")?,
            }
        }
        Ok(())
    }
}
