//! Texts that hold something nobody has filled in yet: `__SITE__`, `%%SITE%%`, `{{ site }}`, `<%= site %>`,
//! `${DOMAIN}`, `{SITE}`.
//!
//! A symbol stands for one value, and for the same one in every file; so two texts that are
//! written alike are equal, and of two that differ in a symbol nobody can tell.

use std::ops::Range;

/// Whether a text has a placeholder in it.
pub fn is_symbolic(text: &str) -> bool {
    find(text).is_some()
}

/// Whether all of a text is in capitals, as somebody writes it for others to replace: `DOMAIN`,
/// `CHANGE_THIS_PASSWORD`, in whatever language.
pub fn is_shouted(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|it| it.is_ascii_uppercase() || it == b'_')
}

/// The end of a field of Python's `str.format` that starts here: `{PROJECT_PATH}`. In small letters
/// it may be what a path of a web server or an address has in braces.
pub fn end_of_field(text: &str, at: usize) -> Option<usize> {
    let name = text[at..]
        .strip_prefix('{')
        .filter(|it| it.starts_with(|c: char| c.is_ascii_uppercase()))?;
    let in_name = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    let length = name.find(|c| !in_name(c))?;
    (length > 1 && name[length..].starts_with('}')).then_some(at + length + 2)
}

/// Whether a URL says which server it leads to, whatever its symbols stand for: a user, a password, or the name
/// of a database. With Redis that is a number, which a symbol is not.
pub fn names_server(url: &str) -> bool {
    let Some((scheme, rest)) = url.split_once("://") else { return false };
    let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let (_, address) = authority.rsplit_once('@').unwrap_or(("", authority));
    let is_numbered = scheme.starts_with("redis") || scheme.starts_with("valkey");
    let is_open = |text: &str| text.contains('$');
    let decides = is_open(scheme) || is_open(address) || is_numbered && is_open(path);
    !(address.is_empty() || decides)
}

/// Nobody writes a longer placeholder, and a hostile text is not searched for its end from each
/// of a million openings.
const LONGEST: usize = 512;

/// The first placeholder as written.
pub fn find(text: &str) -> Option<&str> {
    let opening = |at: usize| -> Option<&str> {
        let rest = &text[at..text.floor_char_boundary(at + LONGEST)];
        let closed = |close: &str, from: usize| {
            let end = rest.get(from..)?.find(close)?;
            Some(&rest[..from + end + close.len()])
        };
        if rest.starts_with("{{") {
            return closed("}}", 2);
        }
        if rest.starts_with("{%") {
            return closed("%}", 2);
        }
        if rest.starts_with("<%") {
            return closed("%>", 2);
        }
        if rest.starts_with("${") {
            return closed("}", 2);
        }
        if rest.starts_with(CHECKOUT) {
            return Some(&rest[..CHECKOUT.len()]);
        }
        if let Some(end) = end_of_field(text, at) {
            return Some(&text[at..end]);
        }
        if rest.starts_with('<') {
            let inner = closed(">", 1)?;
            return is_words(&inner[1..inner.len() - 1]).then_some(inner);
        }
        if let Some(mark) = ["__", "%%"].into_iter().find(|it| rest.starts_with(it)) {
            let inner = closed(mark, 2)?;
            let name = &inner[2..inner.len() - 2];
            let upper = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
            return (!name.is_empty() && name.chars().all(upper)).then_some(inner);
        }
        None
    };
    text.char_indices().filter(|(_, c)| "{$<_%".contains(*c)).find_map(|(at, _)| opening(at))
}

/// Where the repository lies, if no file says.
pub const CHECKOUT: &str = crate::source::CHECKOUT;

fn is_words(text: &str) -> bool {
    let word = |c: char| c.is_alphanumeric() || "_- ./".contains(c);
    text.starts_with(char::is_alphabetic) && text.chars().all(word)
}

/// Whether two texts are the same once filled in; `None` where that depends on what goes in.
pub fn same(a: &str, b: &str) -> Option<bool> {
    if a == b {
        return Some(true);
    }
    // What both begin and end with says nothing; symbols in what is left decide.
    let start = common(a.chars().zip(b.chars()), char::len_utf8);
    let (a, b) = (&a[boundary(a, start)..], &b[boundary(b, start)..]);
    let end = common(a.chars().rev().zip(b.chars().rev()), char::len_utf8);
    let cut = |text: &str| {
        let cut = text.len() - end;
        is_symbolic(&text[..cut]) || is_symbolic(text) && is_symbolic_across(text, cut)
    };
    (!cut(a) && !cut(b)).then_some(false)
}

/// Whether a text without symbols has all that a template writes out, in its order: then something
/// may be put into the template that makes it this text.
pub fn may_become(template: &str, text: &str) -> bool {
    let (mut rest, mut left) = (template, text);
    let mut is_first = true;
    while let Some(symbol) = find(rest) {
        let start = symbol.as_ptr() as usize - rest.as_ptr() as usize;
        let written = &rest[..start];
        let found =
            if is_first { left.starts_with(written).then_some(0) } else { left.find(written) };
        let Some(at) = found else { return false };
        left = &left[at + written.len()..];
        rest = &rest[start + symbol.len()..];
        is_first = false;
    }
    if is_first { left == rest } else { left.ends_with(rest) }
}

/// How many bytes the pairs have in common.
fn common(pairs: impl Iterator<Item = (char, char)>, length: fn(char) -> usize) -> usize {
    pairs.take_while(|(a, b)| a == b).map(|(a, _)| length(a)).sum()
}

/// The last place up to `at` that cuts no symbol in two.
fn boundary(text: &str, at: usize) -> usize {
    let mut from = 0;
    while let Some(symbol) = find(&text[from..]) {
        let start = symbol.as_ptr() as usize - text.as_ptr() as usize;
        let end = start + symbol.len();
        if start < at && at < end {
            return start;
        }
        if start >= at {
            break;
        }
        from = end;
    }
    at
}

/// Whether a symbol begins before `cut` and ends behind it.
fn is_symbolic_across(text: &str, cut: usize) -> bool {
    boundary(text, cut) != cut
}

/// What placeholders stand for in one deployment, as its operator says.
#[derive(Clone, Debug, Default)]
pub struct Bindings(Vec<(String, String)>);

impl Bindings {
    /// Of two values for one placeholder none holds: the same file cannot say both.
    pub fn agreed<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut bound: Vec<(String, Option<String>)> = Vec::new();
        for (symbol, value) in pairs {
            match bound.iter_mut().find(|(known, _)| known == symbol) {
                Some((_, known)) if known.as_deref() == Some(value) => {}
                Some((_, known)) => *known = None,
                None => bound.push((symbol.to_owned(), Some(value.to_owned()))),
            }
        }
        Self(bound.into_iter().filter_map(|(symbol, value)| Some((symbol, value?))).collect())
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The placeholders of a text that are bound, in order, each with what it stands for.
    pub fn found(&self, text: &str) -> Vec<(Range<usize>, &str)> {
        let mut found = Vec::new();
        let mut from = 0;
        while let Some(symbol) = find(&text[from..]) {
            let start = symbol.as_ptr() as usize - text.as_ptr() as usize;
            from = start + symbol.len();
            if let Some((_, value)) = self.0.iter().find(|(known, _)| known == symbol) {
                found.push((start..from, value.as_str()));
            }
        }
        found
    }

    /// The text with these filled in; `None` if none is bound.
    pub fn fill_in(&self, text: &str) -> Option<String> {
        let found = self.found(text);
        if found.is_empty() {
            return None;
        }
        let (mut filled, mut done) = (String::new(), 0);
        for (range, value) in found {
            filled.push_str(&text[done..range.start]);
            filled.push_str(value);
            done = range.end;
        }
        filled.push_str(&text[done..]);
        Some(filled)
    }
}
