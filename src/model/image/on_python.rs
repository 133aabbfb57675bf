//! The Python that Docker's own images of it have.

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

impl PythonImage {
    pub fn of(image: &Reference) -> Option<Self> {
        if image.on_hub() != Some("python") || image.digest.is_some() {
            return None;
        }
        let tag = image.tag.as_deref().unwrap_or("latest");
        let parts: Vec<&str> = tag.split('-').collect();
        let is_slim = parts.contains(&"slim");
        let first = *parts.first()?;
        if ["latest", "3", "slim", "alpine", "bookworm", "trixie"].contains(&first) {
            return Some(Self { minor: NEWEST, is_newest: true, is_slim });
        }
        let minor = first.strip_prefix("3.")?.split('.').next()?.parse().ok()?;
        Some(Self { minor, is_newest: false, is_slim })
    }
}
