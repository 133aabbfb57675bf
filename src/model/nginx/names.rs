//! Server names, and which of them a host is.

use crate::fact::secret::is_placeholder;
use crate::fact::symbol;
use crate::model::nginx::pattern::{Pattern, Patterns};
use crate::model::nginx::text::Unknown;
use std::fmt;

#[derive(Clone, Debug)]
pub enum Name {
    /// `example.com`; also `_`, which no host is, and the empty name of requests without one.
    Exact(String),
    /// `*.example.com`, kept with its dot; `.example.com` is the bare domain as well.
    Below {
        suffix: String,
        or_itself: bool,
    },
    /// `www.example.*`, kept with its dot.
    Under(String),
    Regex(Pattern),
    /// `$hostname`, or a placeholder.
    Unknown(String),
}

/// How well a name fits: nginx prefers the greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    Under(usize),
    Below(usize),
    Exact,
}

impl Name {
    pub(super) fn parse(text: &str, patterns: &Patterns) -> Self {
        if let Some(pattern) = text.strip_prefix('~') {
            // Hosts are compared in lower case, so capitals in an expression would never match:
            // nginx then ignores case (`ngx_http_core_server_name`).
            return Self::Regex(patterns.get(pattern, true));
        }
        let is_shouted = text.len() > 3 && symbol::is_shouted(text);
        if text.starts_with('$') || symbol::is_symbolic(text) || is_placeholder(text) || is_shouted
        {
            return Self::Unknown(text.to_owned());
        }
        let text = text.to_ascii_lowercase();
        if let Some(suffix) = text.strip_prefix('*').filter(|suffix| suffix.starts_with('.')) {
            return Self::Below { suffix: suffix.to_owned(), or_itself: false };
        }
        if text.starts_with('.') && text.len() > 1 {
            return Self::Below { suffix: text, or_itself: true };
        }
        match text.strip_suffix('*').filter(|prefix| prefix.ends_with('.')) {
            Some(prefix) => Self::Under(prefix.to_owned()),
            None => Self::Exact(text),
        }
    }

    /// Whether clients can ask for it: not `_` and its like, nor what is still to be filled in.
    pub fn is_of_a_host(&self) -> bool {
        match self {
            Self::Exact(name) => name.contains('.'),
            Self::Below { .. } | Self::Under(_) => true,
            Self::Regex(_) | Self::Unknown(_) => false,
        }
    }

    /// How this name fits a host in lower case, other than by an expression.
    pub(super) fn fit(&self, host: &str) -> Option<Fit> {
        match self {
            Self::Exact(name) => (name == host).then_some(Fit::Exact),
            Self::Below { suffix, or_itself } => {
                if *or_itself && suffix[1..] == *host {
                    return Some(Fit::Exact);
                }
                let below = host.strip_suffix(suffix.as_str())?;
                (!below.is_empty()).then_some(Fit::Below(suffix.len()))
            }
            Self::Under(prefix) => {
                let under = host.strip_prefix(prefix.as_str())?;
                (!under.is_empty()).then_some(Fit::Under(prefix.len()))
            }
            Self::Regex(_) => None,
            // The same placeholder stands for the same host.
            Self::Unknown(text) => (text == host).then_some(Fit::Exact),
        }
    }

    /// Whether a host in lower case has this name.
    pub fn matches(&self, host: &str) -> Result<bool, Unknown> {
        match self {
            Self::Regex(pattern) => Ok(pattern.groups(host)?.is_some()),
            Self::Unknown(text) if text != host => {
                Err(Unknown::new("a server name is a placeholder"))
            }
            Self::Exact(_) | Self::Below { .. } | Self::Under(_) | Self::Unknown(_) => {
                Ok(self.fit(host).is_some())
            }
        }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact(name) | Self::Unknown(name) => f.write_str(name),
            Self::Below { suffix, or_itself: true } => f.write_str(suffix),
            Self::Below { suffix, or_itself: false } => write!(f, "*{suffix}"),
            Self::Under(prefix) => write!(f, "{prefix}*"),
            Self::Regex(pattern) => write!(f, "~{pattern}"),
        }
    }
}

/// A Host header as nginx takes it: in lower case, without port and final dot
/// (`ngx_http_validate_host`). `None` is nginx's "400 Bad Request".
pub(super) fn host(header: &str) -> Option<String> {
    let literal = header.starts_with('[');
    let end = if literal { header.find(']').map(|at| at + 1) } else { header.find(':') };
    let host = &header[..end.unwrap_or(header.len())];
    let bad = |c: char| c == '/' || c <= ' ' || c == '\u{7f}';
    if header.contains("..") || header.contains(bad) {
        return None;
    }
    let host = host.strip_suffix('.').unwrap_or(host);
    (!host.is_empty()).then(|| host.to_ascii_lowercase())
}
