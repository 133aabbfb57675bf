//! The Python that Docker's own images of it have.

use crate::fact::version::{Range, pep440};
use crate::model::image::Reference;

/// An image of Python 3.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PythonImage {
    /// 12 of Python 3.12; at least this where the tag names none.
    pub minor: u64,
    /// The tag names no Python, and the newest is taken.
    pub is_newest: bool,
    /// Without a compiler, unlike the others on Debian (docker-library/python, "Image Variants").
    pub is_slim: bool,
}

/// The Python of `latest`, `3` and `slim` since October 2025.
const NEWEST: u64 = 14;

/// Parts of tags that go with the newest Python. A release of Debian or Alpine that is built no more keeps
/// the Python that it had then, under `3-buster` as under `3-alpine3.12`, and no tag says which that was
/// (docker-library/official-images, `library/python`, has those that are built).
const MOVING: [&str; 6] = ["latest", "3", "slim", "alpine", "bookworm", "trixie"];

impl PythonImage {
    /// The interpreters that it may have, which are releases.
    pub fn versions(self) -> Range {
        let all = match self.is_newest {
            true => Range::since([3, self.minor]),
            false => Range::series([3, self.minor]),
        };
        pep440(&format!(">=3.{}", self.minor)).map_or(all.clone(), |released| all.and(&released))
    }

    pub fn of(image: &Reference) -> Option<Self> {
        if image.on_hub() != Some("python") {
            return None;
        }
        let tag = image.tag.as_deref().unwrap_or("latest");
        let parts: Vec<&str> = tag.split('-').collect();
        let is_slim = parts.contains(&"slim");
        if let Some(named) = parts.first()?.strip_prefix("3.") {
            let minor = named.split('.').next()?.parse().ok()?;
            return Some(Self { minor, is_newest: false, is_slim });
        }
        // A digest is that of some day, which only the digest itself tells.
        let moves_on = image.digest.is_none() && parts.iter().all(|it| MOVING.contains(it));
        moves_on.then_some(Self { minor: NEWEST, is_newest: true, is_slim })
    }
}
