//! Arguments in JSON: the exec form, and lists with blanks in their words.

use crate::syntax::spliced::Spliced;

pub(super) enum Json {
    Strings(Vec<Spliced>),
    /// JSON, but not of strings alone, which BuildKit refuses.
    Others,
    No,
}

pub(super) fn json(line: &Spliced) -> Json {
    if !line.as_str().starts_with('[') {
        return Json::No;
    }
    let Ok(values) = serde_json::from_str::<Vec<serde_json::Value>>(line.as_str()) else {
        return Json::No;
    };
    let mut strings = Vec::new();
    let mut rest = 0;
    for value in values {
        let serde_json::Value::String(text) = value else { return Json::Others };
        // What precedes the quote in a list of strings is a bracket, a comma or blanks.
        let Some(open) = line.as_str()[rest..].find('"').map(|at| rest + at) else {
            return Json::No;
        };
        let Some(length) = closing(&line.as_str()[open + 1..]) else { return Json::No };
        let inner = line.slice(open + 1..open + 1 + length);
        rest = open + 1 + length + 1;
        let same = inner.as_str() == text;
        strings.push(if same { inner } else { Spliced::new(&text, inner.place()) });
    }
    Json::Strings(strings)
}

/// How long a JSON string is, from behind its opening quote.
fn closing(text: &str) -> Option<usize> {
    let mut bytes = text.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'"' => return Some(at),
            b'\\' => {
                bytes.next();
            }
            _ => {}
        }
    }
    None
}
