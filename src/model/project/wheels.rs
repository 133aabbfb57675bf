//! Which Python a distribution can be installed on.

use crate::fact::version::{Range, Version};

/// The first version of a distribution that PyPI has wheels of, for each Python from 3.10 on: what
/// `pip install --only-binary=:all:` takes for Linux on x86-64, which a test asks of it.
pub struct Wheels {
    pub name: &'static str,
    first: [Option<&'static str>; 5],
}

const OLDEST: u64 = 10;

const fn of(name: &'static str, first: [Option<&'static str>; 5]) -> Wheels {
    Wheels { name, first }
}

/// Of those that are built by a compiler where there is no wheel.
pub const WHEELS: &[Wheels] = &[
    of("cffi", [Some("1.15.0"), Some("1.15.1"), Some("1.16.0"), Some("1.17.0"), Some("2.0.0")]),
    of(
        "gevent",
        [Some("21.12.0"), Some("22.10.1"), Some("23.7.0"), Some("24.10.1"), Some("25.8.1")],
    ),
    of("greenlet", [Some("1.1.0"), Some("1.1.3"), Some("3.0.0"), Some("3.1.0"), Some("3.2.3")]),
    of("lxml", [Some("4.6.3"), Some("4.9.1"), Some("4.9.3"), Some("5.3.0"), Some("6.0.1")]),
    of("numpy", [None, Some("1.23.2"), Some("1.26.0"), Some("2.1.0"), Some("2.3.2")]),
    of("pandas", [None, Some("1.5.0"), Some("2.1.1"), Some("2.2.3"), Some("2.3.3")]),
    of("pillow", [None, Some("9.2.0"), Some("10.0.0"), Some("10.4.0"), Some("11.3.0")]),
    of("psycopg-binary", [None, None, Some("3.1.12"), Some("3.2.2"), Some("3.2.10")]),
    of(
        "psycopg2-binary",
        [Some("2.9.1"), Some("2.9.5"), Some("2.9.9"), Some("2.9.10"), Some("2.9.11")],
    ),
    of("pydantic-core", [None, Some("0.7.0"), Some("2.1.2"), Some("2.20.0"), Some("2.35.0")]),
    of("uvloop", [Some("0.16.0"), Some("0.17.0"), Some("0.18.0"), Some("0.21.0"), Some("0.22.1")]),
];

impl Wheels {
    /// The first version with a wheel for Python 3.`minor`, if the table knows it. Later Pythons have
    /// none either of what has none for the last of it.
    pub fn first(&self, minor: u64) -> Option<&'static str> {
        let at = usize::try_from(minor.checked_sub(OLDEST)?).ok()?;
        self.first[at.min(self.first.len() - 1)]
    }

    /// The same, if every version that may be installed is older.
    pub fn missing(&self, minor: u64, installed: &Range) -> Option<&'static str> {
        let first = self.first(minor)?;
        let version: Version = first.parse().ok()?;
        (installed.at_least(version) == Some(false)).then_some(first)
    }
}

/// The first Python that each version of Django takes: `Requires-Python` of its wheels, which pip heeds.
pub const DJANGO: &[([u64; 2], u64)] =
    &[([6, 0], 12), ([5, 0], 10), ([4, 0], 8), ([3, 0], 6), ([2, 1], 5), ([2, 0], 4)];

/// From this Django on nothing of it imports `cgi`, which Python has no more from this one on (PEP 594;
/// the wheels of 4.0.10 and 4.1).
pub const WITHOUT_CGI: ([u64; 2], u64) = ([4, 1], 13);
