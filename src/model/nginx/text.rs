//! Texts with variables, as most of nginx's arguments are (`ngx_http_compile_complex_value`).

use std::fmt;
use std::sync::Arc;

/// Why something is not known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unknown(Arc<str>);

impl Unknown {
    pub fn new(why: &str) -> Self {
        Self(why.into())
    }

    pub(super) fn variable(name: &str) -> Self {
        Self(format!("the value of ${name} is not known").into())
    }

    pub fn why(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A piece of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part<'a> {
    Literal(&'a str),
    /// `$name`, `${name}` or `$1`, without the dollar and braces.
    Variable(&'a str),
}

/// Cuts a text at its variables. A dollar without a name stays as it is.
pub fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let (mut literal, mut at) = (0, 0);
    while let Some(dollar) = text[at..].find('$').map(|length| at + length) {
        let after = &text[dollar + 1..];
        let (skip, name) = match after.strip_prefix('{') {
            Some(inner) => (2, inner.find('}').map(|end| &inner[..end])),
            None => (0, Some(name_at(after))),
        };
        let Some(name) = name.filter(|name| !name.is_empty() && name_at(name) == *name) else {
            at = dollar + 1;
            continue;
        };
        if literal < dollar {
            parts.push(Part::Literal(&text[literal..dollar]));
        }
        parts.push(Part::Variable(name));
        at = dollar + 1 + skip + name.len();
        literal = at;
    }
    if literal < text.len() {
        parts.push(Part::Literal(&text[literal..]));
    }
    parts
}

/// The name that a text starts with: one digit, or letters, digits and underscores.
fn name_at(text: &str) -> &str {
    if text.starts_with(|c: char| ('1'..='9').contains(&c)) {
        return &text[..1];
    }
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    &text[..end.unwrap_or(text.len())]
}

pub(super) fn has_variable(text: &str) -> bool {
    parts(text).iter().any(|part| matches!(part, Part::Variable(_)))
}

/// The text with every variable replaced.
pub(super) fn filled(
    text: &str,
    mut value: impl FnMut(&str) -> Result<String, Unknown>,
) -> Result<String, Unknown> {
    let mut out = String::with_capacity(text.len());
    for part in parts(text) {
        match part {
            Part::Literal(literal) => out.push_str(literal),
            Part::Variable(name) => out.push_str(&value(name)?),
        }
    }
    Ok(out)
}

/// A word as it can be written, in quotes where it would not be one without (`ngx_conf_read_token`).
pub fn quoted(word: &str) -> String {
    let ends = |c: char| c.is_whitespace() || matches!(c, ';' | '{' | '}' | '"' | '\'' | '\\');
    // `${name}` is one word without quotes as well.
    let bare = word.replace("${", "$");
    let closed = bare.len() < word.len() && !bare.contains('{');
    let plain = if closed { bare.replace('}', "") } else { bare };
    match plain.is_empty() || plain.starts_with('#') || plain.contains(ends) {
        true => format!("\"{}\"", word.replace('\\', "\\\\").replace('"', "\\\"")),
        false => word.to_owned(),
    }
}
