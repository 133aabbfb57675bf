//! Flat XML: the elements right below one that has a certain name, with their texts.

use crate::fact::Fact;
use crate::source::{FileId, Place};

/// An element that has no others in it.
#[derive(Clone, Debug)]
pub struct Element {
    pub name: String,
    /// Where it has no text, its name.
    pub text: Fact<String>,
}

/// What lies in elements of a name, of those that have an `id` in the one that is asked for. What is no
/// XML ends it.
pub fn below(file: FileId, text: &str, around: &str, id: Option<&str>) -> Vec<Element> {
    let mut found = Vec::new();
    let (mut at, mut is_inside) = (0, false);
    while let Some(tag) = next_tag(text, at) {
        at = tag.end;
        if tag.name == around {
            is_inside = !tag.closes && !tag.is_empty && is_asked_for(tag.attributes, id);
        } else if is_inside && !tag.closes {
            let (start, end) = match tag.is_empty {
                true => (tag.start, tag.start),
                false => (tag.end, text[tag.end..].find('<').map_or(text.len(), |it| tag.end + it)),
            };
            at = end.max(tag.end);
            let own = text[start..end].trim();
            let place = match own.is_empty() {
                true => Place::new(file, tag.start, tag.start + tag.name.len()),
                false => {
                    let from = start + text[start..end].find(own).unwrap_or_default();
                    Place::new(file, from, from + own.len())
                }
            };
            found
                .push(Element { name: tag.name.to_owned(), text: Fact::at(unescaped(own), place) });
        }
    }
    found
}

struct Tag<'t> {
    name: &'t str,
    attributes: &'t str,
    /// Where its name begins.
    start: usize,
    end: usize,
    closes: bool,
    is_empty: bool,
}

/// The next tag from a place on, past comments and declarations.
fn next_tag(text: &str, mut at: usize) -> Option<Tag<'_>> {
    loop {
        let open = at + text.get(at..)?.find('<')?;
        let rest = &text[open + 1..];
        let ending = match () {
            () if rest.starts_with("!--") => Some("-->"),
            () if rest.starts_with(['!', '?']) => Some(">"),
            () => None,
        };
        if let Some(ending) = ending {
            at = open + rest.find(ending)? + 1 + ending.len();
            continue;
        }
        let inner = &rest[..rest.find('>')?];
        let end = open + 1 + inner.len() + 1;
        let closes = inner.starts_with('/');
        let is_empty = inner.ends_with('/');
        let start = open + 1 + usize::from(closes);
        let inner = inner.trim_matches('/');
        let (name, attributes) = inner.split_once(char::is_whitespace).unwrap_or((inner, ""));
        return Some(Tag { name, attributes, start, end, closes, is_empty });
    }
}

fn is_asked_for(attributes: &str, id: Option<&str>) -> bool {
    let own = attributes.split_once("id=").map(|(_, it)| it.trim_start_matches(['"', '\'']));
    let own = own.and_then(|it| it.split(['"', '\'']).next());
    own == id
}

/// The text with the characters that XML names (its specification, "Predefined Entities").
fn unescaped(text: &str) -> String {
    let named = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")];
    named.iter().fold(text.to_owned(), |text, (name, character)| text.replace(name, character))
}
