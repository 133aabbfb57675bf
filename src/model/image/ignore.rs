//! `.dockerignore`: which files of a context a build never sees.
//!
//! As moby's `patternmatcher`: the last pattern that fits a path or one of its folders decides.

use crate::source::{FileId, Place, Spanned, normalize, path_glob};
use camino::Utf8Path;
use globset::GlobMatcher;
use std::fmt;

#[derive(Clone, Default)]
pub struct Ignore(Vec<Pattern>);

/// Its lines, which is what tells one from another.
impl fmt::Debug for Ignore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|it| &it.line.value)).finish()
    }
}

#[derive(Clone, Debug)]
struct Pattern {
    matcher: GlobMatcher,
    keeps: bool,
    /// As it is written.
    line: Spanned<String>,
}

impl Ignore {
    pub fn parse(file: FileId, text: &str) -> Self {
        let marked = text.strip_prefix('\u{feff}').unwrap_or(text);
        let lines = marked.lines().filter(|line| !line.starts_with('#')).map(str::trim);
        let pattern = |line| Pattern::parse(line, Place::of(file, text, line));
        Self(lines.filter_map(pattern).collect())
    }

    /// Patterns that stand elsewhere: `COPY --exclude`.
    pub fn of(patterns: impl Iterator<Item = Spanned<String>>) -> Self {
        Self(patterns.filter_map(|it| Pattern::parse(&it.value, it.place)).collect())
    }

    /// Whether this path, relative to the context, is left out.
    pub fn excludes(&self, path: &Utf8Path) -> bool {
        self.leaves_out(path).is_some()
    }

    /// The line by which it is.
    pub fn leaves_out(&self, path: &Utf8Path) -> Option<&Spanned<String>> {
        let pattern = self.decides(path).filter(|pattern| !pattern.keeps)?;
        Some(&pattern.line)
    }

    /// The line that takes a path back which another leaves out: `!.env`.
    pub fn takes_back(&self, path: &Utf8Path) -> Option<&str> {
        let keeps = self.decides(path).filter(|pattern| pattern.keeps)?;
        let others: Vec<Pattern> =
            self.0.iter().filter(|it| it.line.value != keeps.line.value).cloned().collect();
        Self(others).excludes(path).then_some(&keeps.line.value)
    }

    /// The lines that take back what they name, whatever others say of it behind them.
    pub fn taken_back(&self) -> impl Iterator<Item = &Spanned<String>> {
        self.0.iter().filter(|it| it.keeps).map(|it| &it.line)
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
    fn parse(line: &str, place: Place) -> Option<Self> {
        let written = Spanned::new(line.to_owned(), place);
        let (line, keeps) = match line.strip_prefix('!') {
            Some(rest) => (rest.trim(), true),
            None => (line, false),
        };
        let cleaned = normalize(Utf8Path::new(line.trim_start_matches('/')));
        if cleaned.as_str().is_empty() {
            return None;
        }
        Some(Self { matcher: path_glob(cleaned.as_str())?, keeps, line: written })
    }
}
