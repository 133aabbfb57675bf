//! Releases of Debian, as far as images are built on them.

use crate::model::image::Reference;

mod compilers;
mod packages;
mod stage;

pub use compilers::{WITHOUT_COMPILER, brings_no_compiler};
pub use packages::Package;
pub use stage::OnDebian;

/// In the order in which they came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Debian {
    Wheezy,
    Jessie,
    Stretch,
    Buster,
    Bullseye,
    Bookworm,
    Trixie,
}

use Debian::{Bookworm, Bullseye, Buster, Jessie, Stretch, Trixie, Wheezy};

/// What images of Python are built on that name no release: of each series the first version of it on
/// each, as it was last pushed; a tag of the series alone is where its last is. (All that Docker's
/// official-images has said of `library/python` until August 2026; the plain tags and the slim ones
/// agree. Of 3.5 and 3.6 all that it has not said came out while jessie was the stable one.)
const PYTHONS: &[(&str, &[(u32, Debian)])] = &[
    ("2.7", &[(13, Jessie), (15, Stretch), (16, Buster)]),
    ("3.3", &[(6, Jessie)]),
    ("3.4", &[(6, Jessie), (8, Stretch)]),
    ("3.5", &[(0, Jessie), (5, Stretch), (7, Buster)]),
    ("3.6", &[(0, Jessie), (5, Stretch), (9, Buster), (14, Bullseye)]),
    ("3.7", &[(0, Stretch), (4, Buster), (11, Bullseye), (17, Bookworm)]),
    ("3.8", &[(0, Buster), (11, Bullseye), (17, Bookworm)]),
    ("3.9", &[(0, Buster), (6, Bullseye), (17, Bookworm), (23, Trixie)]),
    ("3.10", &[(0, Bullseye), (12, Bookworm), (18, Trixie)]),
    ("3.11", &[(0, Bullseye), (4, Bookworm), (13, Trixie)]),
    ("3.12", &[(0, Bookworm), (11, Trixie)]),
    ("3.13", &[(0, Bookworm), (6, Trixie)]),
    ("3.14", &[(0, Trixie)]),
];

impl Debian {
    const ALL: [Self; 7] = [Wheezy, Jessie, Stretch, Buster, Bullseye, Bookworm, Trixie];
    /// The stable one, which images are built on that name none.
    const STABLE: Self = Trixie;

    pub fn name(self) -> &'static str {
        match self {
            Wheezy => "wheezy",
            Jessie => "jessie",
            Stretch => "stretch",
            Buster => "buster",
            Bullseye => "bullseye",
            Bookworm => "bookworm",
            Trixie => "trixie",
        }
    }

    pub fn number(self) -> u32 {
        match self {
            Wheezy => 7,
            Jessie => 8,
            Stretch => 9,
            Buster => 10,
            Bullseye => 11,
            Bookworm => 12,
            Trixie => 13,
        }
    }

    /// Whether deb.debian.org has it no more (debian.org/distrib/archive).
    pub fn is_archived(self) -> bool {
        self <= Buster
    }

    /// The release that one of Docker's own images is built on.
    pub fn of(image: &Reference) -> Option<Self> {
        let name = image.on_hub().filter(|name| !name.contains('/'))?;
        let tag = image.tag.as_deref().unwrap_or("latest");
        let named = |part: &str| Self::ALL.into_iter().find(|it| it.name() == part);
        if let Some(release) = tag.split('-').find_map(named) {
            return Some(release);
        }
        let version = match tag.strip_suffix("-slim").unwrap_or(tag) {
            "slim" => "latest",
            version => version,
        };
        // A tag that moves says nothing of what a digest holds, and 3.9.2 has only one release.
        if image.digest.is_some() && (name != "python" || version.split('.').count() < 3) {
            return None;
        }
        match name {
            "debian" => Self::numbered(version),
            "python" => Self::of_python(version),
            _ => None,
        }
    }

    /// `12`, `12.5`.
    fn numbered(version: &str) -> Option<Self> {
        if matches!(version, "latest" | "stable") {
            return Some(Self::STABLE);
        }
        let number: u32 = version.split('.').next()?.parse().ok()?;
        Self::ALL.into_iter().find(|it| it.number() == number)
    }

    fn of_python(version: &str) -> Option<Self> {
        match version {
            "latest" | "3" => return Some(Self::STABLE),
            "2" => return Some(Buster),
            _ => {}
        }
        let of = |series: &str| PYTHONS.iter().find(|it| it.0 == series).map(|it| it.1);
        if let Some(releases) = of(version) {
            return releases.last().map(|it| it.1);
        }
        let (series, patch) = version.rsplit_once('.')?;
        let patch: u32 = patch.parse().ok()?;
        of(series)?.iter().rfind(|it| it.0 <= patch).map(|it| it.1)
    }
}
