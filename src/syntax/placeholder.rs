//! What stands in a template where the deployed file will have a value.
//!
//! A placeholder is ordinary text to every parser. It matters in two ways: `{{ x }}` is one thing
//! though it holds blanks and quotes, and a value with a placeholder in it is not the final one.

use std::ops::Range;

/// The length of the `{{ … }}` that the text starts with, if it does and ends on the same line.
pub fn braces_at(text: &str) -> Option<usize> {
    let inner = text.strip_prefix("{{")?;
    let end = inner.find("}}")?;
    (!inner[..end].contains('\n')).then_some(end + "{{}}".len())
}

/// The first placeholder of a text: `{{ x }}`, `{% … %}`, `<x>`, `__X__`, `%(x)s`.
pub fn find(text: &str) -> Option<Range<usize>> {
    text.char_indices().find_map(|(start, char)| {
        let rest = &text[start..];
        let length = match char {
            '{' => braces_at(rest).or_else(|| closed(rest, "{%", "%}", |_| true)),
            '<' => closed(rest, "<", ">", is_label),
            '_' if !text[..start].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_') => {
                underscored(rest)
            }
            '%' => closed(rest, "%(", ")s", is_label),
            _ => None,
        }?;
        Some(start..start + length)
    })
}

fn closed(text: &str, open: &str, close: &str, holds: impl Fn(&str) -> bool) -> Option<usize> {
    let inner = text.strip_prefix(open)?;
    let end = inner.find(close)?;
    holds(&inner[..end]).then_some(open.len() + end + close.len())
}

/// `<your-domain>` and `<PROJECT_ROOT>`; neither `<` of a comparison nor `<no@reply.example>`.
fn is_label(inner: &str) -> bool {
    inner.starts_with(|c: char| c.is_ascii_alphabetic())
        && inner.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | ' ' | '.'))
}

/// `__SITE_SLUG__`: capitals, so that Python's `__init__` is none.
fn underscored(text: &str) -> Option<usize> {
    let inner = text.strip_prefix("__")?;
    let end = inner.find("__")?;
    let is_capital = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_';
    let name = &inner[..end];
    (!name.is_empty() && name.bytes().all(is_capital)).then_some(end + "____".len())
}
