//! Patterns of paths as people write them in a configuration file, relative to its folder.
//!
//! A pattern without a `/` holds at any depth, as in `.gitignore`; one with a `/` is a path from
//! the folder. `*` stays within a name, `**` does not. What matches a folder holds for all that
//! is in it. Knows what a path says and not what is there.

use crate::source::normalize;
use camino::{Utf8Path, Utf8PathBuf};
use globset::{GlobBuilder, GlobMatcher, GlobSet, GlobSetBuilder};

/// Patterns, compiled once. The default matches nothing.
#[derive(Clone, Debug, Default)]
pub struct Globs {
    /// Where paths that are not absolute begin.
    here: Utf8PathBuf,
    set: GlobSet,
}

/// A pattern that cannot be one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GlobError {
    #[error("a pattern cannot be empty")]
    Empty,
    #[error("a pattern cannot be negated with `!`")]
    Negated,
    #[error("`{0}` is no pattern: {1}")]
    Malformed(String, String),
}

/// What a pattern of whole paths matches, where `*` stays within a name: as nginx, Caddy and Docker have
/// them. `None` if it is none.
pub fn path_glob(pattern: &str) -> Option<GlobMatcher> {
    let glob = GlobBuilder::new(pattern).literal_separator(true).backslash_escape(true).build();
    glob.ok().map(|glob| glob.compile_matcher())
}

/// Patterns and the folder they start in.
pub type Anchored<'a> = (&'a Utf8Path, &'a str);

impl Globs {
    /// `here` is the working directory, from which the paths of a tree and the folders start.
    pub fn new<'a>(
        here: &Utf8Path,
        patterns: impl IntoIterator<Item = Anchored<'a>>,
    ) -> Result<Self, GlobError> {
        let mut set = GlobSetBuilder::new();
        for (folder, pattern) in patterns {
            let malformed = |why: globset::Error| {
                GlobError::Malformed(pattern.to_owned(), why.kind().to_string())
            };
            let whole = anchored(&here.join(folder), pattern)?;
            let glob = GlobBuilder::new(&whole).literal_separator(true).build();
            set.add(glob.map_err(malformed)?);
        }
        let set =
            set.build().map_err(|why| GlobError::Malformed(String::new(), why.to_string()))?;
        Ok(Self { here: here.to_owned(), set })
    }

    /// Whether the path, or a folder that it is in, matches.
    pub fn matches(&self, path: &Utf8Path) -> bool {
        if self.set.is_empty() {
            return false;
        }
        let path = normalize(&self.here.join(path));
        path.ancestors().any(|path| self.set.is_match(path))
    }
}

/// The pattern as one of whole paths.
fn anchored(folder: &Utf8Path, pattern: &str) -> Result<String, GlobError> {
    if pattern.starts_with('!') {
        return Err(GlobError::Negated);
    }
    let bare = pattern.trim_end_matches('/');
    if bare.trim().is_empty() {
        return Err(GlobError::Empty);
    }
    if bare.starts_with('/') {
        return Ok(bare.to_owned());
    }
    let (mut folder, mut rest) = (normalize(folder), bare);
    loop {
        if let Some(below) = rest.strip_prefix("./") {
            rest = below;
        } else if let Some(beside) = rest.strip_prefix("../") {
            (folder, rest) = (normalize(&folder.join("..")), beside);
        } else {
            break;
        }
    }
    let depth = if bare.contains('/') { "" } else { "**/" };
    let folder = match folder.as_str() {
        "" => String::new(),
        folder => format!("{}/", globset::escape(folder.trim_end_matches('/'))),
    };
    Ok(format!("{folder}{depth}{rest}"))
}
