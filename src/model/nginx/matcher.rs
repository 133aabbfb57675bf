//! Which URIs a `location` is for.

use crate::model::nginx::pattern::{Pattern, Patterns};
use std::fmt;

#[derive(Clone, Debug)]
pub enum Matcher {
    /// `= /x`
    Exact(String),
    /// `/x`, or `^~ /x`, which keeps expressions from being asked.
    Prefix {
        path: String,
        no_regex: bool,
    },
    Regex(Pattern),
    /// `@x`: only inner redirects lead there.
    Named(String),
    /// A fragment of a location whose head is not in view.
    Unseen,
}

impl Matcher {
    /// Reads the arguments of `location`: a modifier may be glued to what it modifies, whatever
    /// the quoting (`ngx_http_core_location`).
    pub(super) fn parse(args: &[&str], patterns: &Patterns) -> Self {
        let (modifier, name) = match args {
            [] => return Self::Unseen,
            [modifier, name, ..] => (*modifier, *name),
            [glued] => {
                let modifiers = ["=", "^~", "~*", "~"].into_iter();
                let modifier = modifiers.into_iter().find(|it| glued.starts_with(it));
                glued.split_at(modifier.unwrap_or_default().len())
            }
        };
        let name = name.to_owned();
        match modifier {
            "=" => Self::Exact(name),
            "^~" => Self::Prefix { path: name, no_regex: true },
            "~" => Self::Regex(patterns.get(&name, false)),
            "~*" => Self::Regex(patterns.get(&name, true)),
            _ if name.starts_with('@') => Self::Named(name),
            _ => Self::Prefix { path: name, no_regex: false },
        }
    }

    /// The path of an exact or prefix location.
    pub fn path(&self) -> Option<&str> {
        match self {
            Self::Exact(path) | Self::Prefix { path, .. } => Some(path),
            Self::Regex(_) | Self::Named(_) | Self::Unseen => None,
        }
    }
}

/// As it is written after `location`.
impl fmt::Display for Matcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact(path) => write!(f, "= {path}"),
            Self::Prefix { path, no_regex: true } => write!(f, "^~ {path}"),
            Self::Prefix { path, no_regex: false } => f.write_str(path),
            Self::Regex(pattern) if pattern.ignores_case() => write!(f, "~* {pattern}"),
            Self::Regex(pattern) => write!(f, "~ {pattern}"),
            Self::Named(name) => f.write_str(name),
            Self::Unseen => f.write_str("?"),
        }
    }
}
