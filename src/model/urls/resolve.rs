//! Looks a path up (`URLResolver.resolve`).

use crate::fact::Fact;
use crate::model::urls::{Pattern, Route, Target, UrlConf, View};

/// What a path leads to.
#[derive(Clone, Debug)]
pub enum Resolved<'u> {
    /// This view, at the pattern that has it.
    View(&'u Fact<String>, &'u View),
    /// There is surely no view, and Django answers 404.
    Nothing,
    Unknown(String),
}

/// Whether a route is for a path, and what of it is left.
enum Match<'p> {
    Yes(&'p str),
    No,
    Unknown,
}

impl UrlConf {
    /// The view of a path, which begins with a slash.
    pub fn resolve(&self, path: &str) -> Resolved<'_> {
        match path.strip_prefix('/') {
            Some(path) => among(&self.patterns, path).unwrap_or(Resolved::Nothing),
            None => Resolved::Nothing,
        }
    }

    /// Whether there surely is no view for a path.
    pub fn has_nothing_at(&self, path: &str) -> bool {
        matches!(self.resolve(path), Resolved::Nothing)
    }
}

/// As deep as includes go, which reading has bounded. `None` if no pattern is for the path.
fn among<'u>(patterns: &'u [Pattern], path: &str) -> Option<Resolved<'u>> {
    for pattern in patterns {
        let leads_on = pattern.target.is_unseen()
            || matches!(pattern.target, Target::Include(_) | Target::All(_));
        let found = match matches(&pattern.route, path, leads_on) {
            Match::No => continue,
            Match::Unknown => Some(unknown(pattern)),
            Match::Yes(rest) => match &pattern.target {
                Target::View(view) | Target::All(view) => {
                    Some(Resolved::View(&pattern.shown, view))
                }
                Target::Include(inner) => among(inner, rest),
                Target::Foreign(name) => {
                    Some(Resolved::Unknown(format!("what `{name}` has is not known")))
                }
                Target::Unseen(why) => Some(Resolved::Unknown(why.clone())),
            },
        };
        match found {
            Some(_) if pattern.perhaps => return Some(unknown(pattern)),
            Some(found) => return Some(found),
            None => {}
        }
    }
    None
}

fn unknown<'u>(pattern: &Pattern) -> Resolved<'u> {
    Resolved::Unknown(format!("whether `{}` is for it is not known", pattern.shown.value))
}

fn matches<'p>(route: &Route, path: &'p str, leads_on: bool) -> Match<'p> {
    match route {
        Route::Literal(literal) => match path.strip_prefix(literal.as_str()) {
            Some(rest) if leads_on || rest.is_empty() => Match::Yes(rest),
            Some(_) | None => Match::No,
        },
        Route::Regex(expression) => match expression.regex().map(|it| it.find(path)) {
            Some(Ok(Some(found))) => Match::Yes(&path[found.end()..]),
            Some(Ok(None)) => Match::No,
            Some(Err(_)) | None => Match::Unknown,
        },
        Route::Unknown => Match::Unknown,
    }
}
