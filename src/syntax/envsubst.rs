//! Variables as `envsubst` finds them: `$NAME` and `${NAME}`, and nothing that a shell knows besides (GNU
//! gettext's manual, "envsubst Invocation").

use std::ops::Range;

/// The variables in a text, each with all that stands for it.
pub fn variables(text: &str) -> impl Iterator<Item = (Range<usize>, &str)> {
    let is_part = |it: char| it.is_ascii_alphanumeric() || it == '_';
    text.match_indices('$').filter_map(move |(at, _)| {
        let rest = &text[at + 1..];
        let braced = rest.strip_prefix('{');
        let name = braced.unwrap_or(rest);
        let name = &name[..name.find(|it| !is_part(it)).unwrap_or(name.len())];
        let begins = name.starts_with(|it: char| it.is_ascii_alphabetic() || it == '_');
        let closes = braced.is_none_or(|it| it[name.len()..].starts_with('}'));
        let end = at + 1 + name.len() + 2 * usize::from(braced.is_some());
        (begins && closes).then_some((at..end, name))
    })
}
