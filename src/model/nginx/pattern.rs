//! Regular expressions as PCRE reads them, asked through `fancy-regex`.
//!
//! The two differ inside classes, in literal braces and in a few escapes, which are translated.
//! What still does not compile, or runs too long, is unknown, and so is a class of words or
//! digits on text beyond ASCII, which nginx matches bytewise.

use crate::model::nginx::text::Unknown;
use fancy_regex::{Regex, RegexBuilder};
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Steps of backtracking. PCRE's own limit is ten million; an expression that needs more than
/// this for one URI is no basis for a prediction.
const STEPS: usize = 200_000;

/// An expression, compiled when it is first asked. Clones share that.
#[derive(Clone, Debug)]
pub struct Pattern(Arc<Expression>);

#[derive(Debug)]
struct Expression {
    source: String,
    ignores_case: bool,
    compiled: OnceLock<Option<Regex>>,
}

/// The expressions of a configuration: a thousand sites with one expression compile it once.
#[derive(Debug, Default)]
pub(super) struct Patterns(Mutex<HashMap<(String, bool), Pattern>>);

impl Patterns {
    pub(super) fn get(&self, source: &str, ignores_case: bool) -> Pattern {
        // Nothing is left half done under this lock.
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (source.to_owned(), ignores_case);
        known.entry(key).or_insert_with(|| Pattern::new(source, ignores_case)).clone()
    }
}

/// What the groups of an expression caught.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Groups {
    /// By number; the whole match is the first.
    pub numbered: Vec<String>,
    pub named: Vec<(String, String)>,
}

impl Pattern {
    pub fn new(source: &str, ignores_case: bool) -> Self {
        let source = source.to_owned();
        Self(Arc::new(Expression { source, ignores_case, compiled: OnceLock::new() }))
    }

    pub fn source(&self) -> &str {
        &self.0.source
    }

    pub fn ignores_case(&self) -> bool {
        self.0.ignores_case
    }

    /// What it catches in a text; none if it does not match.
    pub fn groups(&self, text: &str) -> Result<Option<Groups>, Unknown> {
        let bytewise = ["\\w", "\\W", "\\d", "\\D", "\\s", "\\S", "\\b", "."];
        if !text.is_ascii() && bytewise.iter().any(|class| self.0.source.contains(class)) {
            return Err(Unknown::new("an expression is asked about text beyond ASCII"));
        }
        if self.0.source.contains("{{") {
            return Err(Unknown::new("an expression is to be filled in"));
        }
        let Some(regex) = self.regex() else {
            return Err(Unknown::new("an expression is not understood"));
        };
        let Ok(captures) = regex.captures(text) else {
            return Err(Unknown::new("an expression takes too long"));
        };
        let caught = |captures: fancy_regex::Captures<str>| {
            let text = |group: Option<fancy_regex::Match<'_>>| {
                group.map_or_else(String::new, |group| group.as_str().to_owned())
            };
            let names = regex.capture_names().flatten();
            Groups {
                numbered: captures.iter().map(text).collect(),
                named: names.map(|it| (it.to_owned(), text(captures.name(it)))).collect(),
            }
        };
        Ok(captures.map(caught))
    }

    /// The names of its groups, if it can be read.
    pub fn names(&self) -> Vec<String> {
        let names = |regex: &Regex| regex.capture_names().flatten().map(str::to_owned).collect();
        self.regex().map(names).unwrap_or_default()
    }

    /// The number of a group with a name.
    pub(super) fn named_group(&self, name: &str) -> Option<usize> {
        self.regex()?.capture_names().position(|it| it == Some(name))
    }

    /// How many groups it has, if it can be read.
    pub fn group_count(&self) -> Option<usize> {
        Some(self.regex()?.captures_len().saturating_sub(1))
    }

    fn regex(&self) -> Option<&Regex> {
        let compile = || {
            let mut builder = RegexBuilder::new(&translated(&self.0.source));
            builder.case_insensitive(self.0.ignores_case).backtrack_limit(STEPS);
            builder.build().ok()
        };
        self.0.compiled.get_or_init(compile).as_ref()
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.source)
    }
}

/// The same expression in Rust's notation (pcrepattern(3) against the `regex` crate's syntax).
pub(super) fn translated(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    let mut rest = source.chars();
    let mut in_class = false;
    while let Some(char) = rest.next() {
        match char {
            '\\' => escape(rest.next(), &mut out),
            '[' if in_class && rest.as_str().starts_with(':') => out.push('['),
            // Rust nests classes; PCRE takes the bracket as it is.
            '[' if in_class => out.push_str("\\["),
            '[' => {
                in_class = true;
                out.push('[');
                if let Some(after) = rest.as_str().strip_prefix('^') {
                    rest = after.chars();
                    out.push('^');
                }
                // A bracket right at the start is a member.
                if let Some(after) = rest.as_str().strip_prefix(']') {
                    rest = after.chars();
                    out.push_str("\\]");
                }
            }
            ']' if in_class && out.ends_with(':') => {
                out.push(']');
            }
            ']' => {
                in_class = false;
                out.push(']');
            }
            // Set operators of Rust, and a hyphen after a class of characters.
            '&' | '~' if in_class => {
                out.push('\\');
                out.push(char);
            }
            '-' if in_class && after_shorthand(&out) => out.push_str("\\-"),
            '{' if !in_class && !is_quantifier(rest.as_str()) => out.push_str("\\{"),
            '}' if !in_class && !closes_quantifier(&out) => out.push_str("\\}"),
            _ => out.push(char),
        }
    }
    out
}

fn escape(escaped: Option<char>, out: &mut String) {
    match escaped {
        // Rust refuses to escape what needs no escaping.
        Some(plain @ ('_' | ' ' | '"' | '\'' | '/' | '<' | '>' | '@' | '%' | ',' | '=' | ':')) => {
            out.push(plain);
        }
        Some(char) => out.extend(['\\', char]),
        None => out.push('\\'),
    }
}

fn after_shorthand(out: &str) -> bool {
    ["\\w", "\\d", "\\s", "\\W", "\\D", "\\S"].iter().any(|it| out.ends_with(it))
}

/// What follows a brace: `2}`, `2,}`, `2,3}`.
fn is_quantifier(rest: &str) -> bool {
    let Some((bounds, _)) = rest.split_once('}') else { return false };
    let (least, most) = bounds.split_once(',').unwrap_or((bounds, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    !least.is_empty() && digits(least) && digits(most)
}

fn closes_quantifier(out: &str) -> bool {
    let inner = out.trim_end_matches(|c: char| c.is_ascii_digit() || c == ',');
    inner.len() < out.len() && inner.ends_with('{') && !inner.ends_with("\\{")
}
