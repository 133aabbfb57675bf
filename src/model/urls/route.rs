//! Routes of `path()` and `re_path()` as expressions (`django.urls.resolvers._route_to_regex`).

use crate::model::urls::Route;
use fancy_regex::Regex;
use std::fmt;
use std::sync::{Arc, OnceLock};

/// An expression that is compiled when a path first meets it: most patterns of a site are asked about
/// none, and to compile them took an eighth of the time of a check.
#[derive(Clone)]
pub struct Expression(Arc<Compiled>);

struct Compiled {
    source: String,
    regex: OnceLock<Option<Regex>>,
}

impl Expression {
    fn new(source: String) -> Self {
        Self(Arc::new(Compiled { source, regex: OnceLock::new() }))
    }

    /// `None` if it cannot be read.
    pub fn regex(&self) -> Option<&Regex> {
        self.0.regex.get_or_init(|| Regex::new(&self.0.source).ok()).as_ref()
    }
}

impl fmt::Debug for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.source.fmt(f)
    }
}

/// The converters that Django brings (`django/urls/converters.py`).
const CONVERTERS: &[(&str, &str)] = &[
    ("int", "[0-9]+"),
    ("path", ".+"),
    ("slug", "[-a-zA-Z0-9_]+"),
    ("str", "[^/]+"),
    ("uuid", "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"),
];

/// `articles/<int:year>/`; to the end of the path, unless it leads on.
pub(super) fn of_path(route: &str, leads_on: bool) -> Route {
    if !route.contains('<') {
        return Route::Literal(route.to_owned());
    }
    let mut pattern = String::from("^");
    let mut rest = route;
    while let Some((before, after)) = rest.split_once('<') {
        let Some((parameter, after)) = after.split_once('>') else { return Route::Unknown };
        let converter = parameter.split_once(':').map_or("str", |(converter, _)| converter);
        let Some((_, own)) = CONVERTERS.iter().find(|(name, _)| *name == converter) else {
            // A converter of the project's own.
            return Route::Unknown;
        };
        pattern.push_str(&escaped(before));
        pattern.push_str(&format!("(?:{own})"));
        rest = after;
    }
    pattern.push_str(&escaped(rest));
    if !leads_on {
        pattern.push_str(r"\z");
    }
    Route::Regex(Expression::new(pattern))
}

/// The expression of `re_path()`, which is searched for. Python's `\Z` is the very end.
pub(super) fn of_expression(expression: &str) -> Route {
    let expression = expression.replace(r"\Z", r"\z").replace("(?P<", "(?<");
    Route::Regex(Expression::new(expression))
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if !c.is_alphanumeric() && c != '_' && c.is_ascii() {
            out.push('\\');
        }
        out.push(c);
    }
    out
}
