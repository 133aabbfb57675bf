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
    /// A path that it is for, of the routes of `path()`.
    sample: Option<String>,
    regex: OnceLock<Option<Regex>>,
}

impl Expression {
    fn new(source: String, sample: Option<String>) -> Self {
        Self(Arc::new(Compiled { source, sample, regex: OnceLock::new() }))
    }

    /// A path that it is for, without the slash before it: `articles/1/` of `articles/<int:year>/`.
    /// Only routes of `path()` have one.
    pub fn sample(&self) -> Option<&str> {
        self.0.sample.as_deref()
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

/// The converters that Django brings (`django/urls/converters.py`), and what each takes.
const CONVERTERS: &[(&str, &str, &str)] = &[
    ("int", "[0-9]+", "1"),
    ("path", ".+", "x"),
    ("slug", "[-a-zA-Z0-9_]+", "x"),
    ("str", "[^/]+", "x"),
    (
        "uuid",
        "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
        "00000000-0000-0000-0000-000000000000",
    ),
];

/// `articles/<int:year>/`; to the end of the path, unless it leads on.
pub(super) fn of_path(route: &str, leads_on: bool) -> Route {
    if !route.contains('<') {
        return Route::Literal(route.to_owned());
    }
    let (mut pattern, mut sample) = (String::from("^"), String::new());
    let mut rest = route;
    while let Some((before, after)) = rest.split_once('<') {
        let Some((parameter, after)) = after.split_once('>') else { return Route::Unknown };
        let converter = parameter.split_once(':').map_or("str", |(converter, _)| converter);
        let Some((_, own, one)) = CONVERTERS.iter().find(|(name, ..)| *name == converter) else {
            // A converter of the project's own.
            return Route::Unknown;
        };
        pattern.push_str(&escaped(before));
        pattern.push_str(&format!("(?:{own})"));
        sample.push_str(before);
        sample.push_str(one);
        rest = after;
    }
    pattern.push_str(&escaped(rest));
    if !leads_on {
        pattern.push_str(r"\z");
    }
    sample.push_str(rest);
    Route::Regex(Expression::new(pattern, Some(sample)))
}

/// The expression of `re_path()` and `url()`, which is searched for. Python's `\Z` is the very end.
pub(super) fn of_expression(expression: &str, leads_on: bool) -> Route {
    if let Some(text) = literal(expression, leads_on) {
        return Route::Literal(text.to_owned());
    }
    let expression = expression.replace(r"\Z", r"\z").replace("(?P<", "(?<");
    Route::Regex(Expression::new(expression, None))
}

/// `admin/` of `^admin/`: what takes just what `path()` takes with this text. Without an end a view has
/// all that begins so, and with one an `include()` has nothing below.
fn literal(expression: &str, leads_on: bool) -> Option<&str> {
    let text = expression.strip_prefix('^')?;
    let ended = text.strip_suffix('$').or_else(|| text.strip_suffix(r"\Z"));
    let text = match (ended, leads_on) {
        (Some(text), false) => text,
        (None, true) => text,
        (Some(_), true) | (None, false) => return None,
    };
    text.bytes().all(|it| it.is_ascii_alphanumeric() || b"/-_".contains(&it)).then_some(text)
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
