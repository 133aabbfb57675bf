//! `.dockerignore`: which files of a context a build never sees.
//!
//! As moby's `patternmatcher`: the last pattern that fits a path or one of its folders decides.

use camino::Utf8Path;
use globset::{GlobBuilder, GlobMatcher};
use std::fmt;

#[derive(Clone, Default)]
pub struct Ignore(Vec<Pattern>);

/// Its lines, which is what tells one from another.
impl fmt::Debug for Ignore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|it| &it.line)).finish()
    }
}

#[derive(Clone, Debug)]
struct Pattern {
    matcher: GlobMatcher,
    keeps: bool,
    /// As it is written.
    line: String,
}

impl Ignore {
    pub fn parse(text: &str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        Self(lines.filter_map(|line| Pattern::parse(line.trim())).collect())
    }

    /// Whether this path, relative to the context, is left out.
    pub fn excludes(&self, path: &Utf8Path) -> bool {
        self.decides(path).is_some_and(|pattern| !pattern.keeps)
    }

    /// The line that takes a path back which another leaves out: `!.env`.
    pub fn takes_back(&self, path: &Utf8Path) -> Option<&str> {
        let keeps = self.decides(path).filter(|pattern| pattern.keeps)?;
        let others: Vec<Pattern> =
            self.0.iter().filter(|it| it.line != keeps.line).cloned().collect();
        Self(others).excludes(path).then_some(&keeps.line)
    }

    /// The last line that fits.
    fn decides(&self, path: &Utf8Path) -> Option<&Pattern> {
        let fits = |pattern: &&Pattern| {
            let mut folders = path.ancestors().filter(|it| !it.as_str().is_empty());
            folders.any(|it| pattern.matcher.is_match(it.as_std_path()))
        };
        self.0.iter().rfind(fits)
    }
}

impl Pattern {
    fn parse(line: &str) -> Option<Self> {
        let written = line.to_owned();
        let (line, keeps) = match line.strip_prefix('!') {
            Some(rest) => (rest.trim(), true),
            None => (line, false),
        };
        let cleaned = crate::source::normalize(Utf8Path::new(line.trim_start_matches('/')));
        if cleaned.as_str().is_empty() {
            return None;
        }
        let glob = GlobBuilder::new(cleaned.as_str())
            .literal_separator(true)
            .backslash_escape(true)
            .build()
            .ok()?;
        Some(Self { matcher: glob.compile_matcher(), keeps, line: written })
    }
}
