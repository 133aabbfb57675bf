//! Words as Python's `shlex.split` cuts them: quotes and backslashes of a shell, and nothing else
//! of it. supervisord and gunicorn's `GUNICORN_CMD_ARGS` are read so. A template's `{{ … }}` is part
//! of its word: by the time Python reads it, something else stands there.

use crate::syntax::braces;
use crate::syntax::spliced::Spliced;

/// The words; `None` if a quote is not closed or nothing follows a backslash, which Python
/// refuses.
pub fn split(text: &Spliced) -> Option<Vec<Spliced>> {
    let raw = text.as_str();
    let mut words = Vec::new();
    let mut word: Option<Spliced> = None;
    let mut quote = None;
    let mut chars = raw.char_indices().peekable();
    while let Some((at, char)) = chars.next() {
        let here = at..at + char.len_utf8();
        if quote.is_none() && matches!(char, ' ' | '\t' | '\r' | '\n') {
            words.extend(word.take());
            continue;
        }
        let word = word.get_or_insert_with(|| Spliced::empty(text.place_of(at..at)));
        // What a template puts there is one text, whatever blanks are in the braces.
        if let Some(length) = braces::at(&raw[at..]) {
            let end = at + length;
            word.push_part(text, at..end);
            while chars.peek().is_some_and(|(next, _)| *next < end) {
                chars.next();
            }
            continue;
        }
        match (quote, char) {
            (None, '\'' | '"') => quote = Some(char),
            (Some(open), close) if open == close => quote = None,
            (None | Some('"'), '\\') => {
                let (next, escaped) = chars.next()?;
                // In double quotes it escapes only the quote and itself.
                if quote.is_some() && !matches!(escaped, '"' | '\\') {
                    word.push_part(text, here);
                }
                word.push_part(text, next..next + escaped.len_utf8());
            }
            (_, _) => word.push_part(text, here),
        }
    }
    words.extend(word);
    quote.is_none().then_some(words)
}
