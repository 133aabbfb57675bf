//! A template's `{{ … }}`, which is one thing for whoever cuts words: by the time those are read,
//! something else stands there.

/// The length of the braces that a text starts with, whatever blanks and quotes are in them.
pub(crate) fn at(text: &str) -> Option<usize> {
    let inner = text.strip_prefix("{{")?;
    // Expressions are short; a bound keeps a line of braces from being searched once per brace.
    let end =
        inner.bytes().take(256).zip(inner.bytes().skip(1)).position(|it| it == (b'}', b'}'))?;
    Some(end + "{{}}".len())
}
