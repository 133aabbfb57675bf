//! Secrets in a line of words: `NAME=value` under a secret name, and passwords in URLs.

use crate::fact::secret;
use crate::source::Place;
use crate::syntax::spliced::Spliced;

/// What no report may show of a text that holds settings or a command.
pub(super) fn in_text(text: &Spliced) -> Vec<Place> {
    let raw = text.as_str();
    let urls = secret::url_credentials(raw).into_iter().map(|range| text.place_of(range));
    let mut places: Vec<Place> = urls.collect();
    for (at, _) in raw.match_indices('=') {
        let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
        let name = raw[..at].rsplit(|c| !is_name(c)).next().unwrap_or_default();
        if !secret::is_secret_name(name) {
            continue;
        }
        let value = value(&raw[at + 1..]);
        let bare = value.trim_matches(['"', '\'']);
        if !bare.is_empty() && !secret::is_reference(bare) {
            places.push(text.place_of(at + 1..at + 1 + value.len()));
        }
    }
    places
}

/// A value under a secret name, whole.
pub(super) fn under(name: &str, value: &Spliced) -> Vec<Place> {
    let is_secret =
        secret::is_secret_name(name) && !value.is_empty() && !secret::is_reference(value.as_str());
    if is_secret { vec![value.place()] } else { in_text(value) }
}

/// Up to where a word ends: at the quote that it opens with, or at a blank or comma.
fn value(text: &str) -> &str {
    let Some(quote) = text.chars().next().filter(|it| matches!(it, '"' | '\'')) else {
        let end = text.find(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '&' | '|'));
        return &text[..end.unwrap_or(text.len())];
    };
    let end = text[1..].find(quote).map_or(text.len(), |at| at + 2);
    &text[..end]
}
