//! Which bytes of a YAML file no report may show.
//!
//! Names decide, wherever they stand: a compose file keeps its variables under `environment`,
//! under `x-…` and in anchors, a workflow under `env`. Too much is masked rather than too little.

use crate::fact::secret::{is_reference, is_secret_name, url_credentials};
use crate::source::Place;
use crate::syntax::yaml::{Kind, Node};
use std::ops::Range;

/// `text` is what these documents were read from.
pub(super) fn secrets(documents: &[Node], text: &str) -> Vec<Place> {
    let mut found = Vec::new();
    for document in documents {
        walk(document, text, false, &mut found);
    }
    found
}

fn walk(node: &Node, text: &str, named: bool, found: &mut Vec<Place>) {
    if node.alias.is_some() {
        return;
    }
    match &node.kind {
        Kind::Sequence(items) => items.iter().for_each(|item| walk(item, text, false, found)),
        Kind::Mapping(mapping) => {
            let own = mapping.pairs.iter().filter(|pair| pair.merged.is_none());
            for pair in own {
                let named = pair.key.text().is_some_and(is_secret_name);
                walk(&pair.value, text, named, found);
            }
        }
        Kind::Scalar(scalar) => {
            let value = &*scalar.text;
            let mut parts = Vec::new();
            if named {
                parts.extend(literal(value, 0));
            } else {
                parts.extend(assigned(value));
            }
            parts.extend(url_credentials(value));
            found.extend(parts.into_iter().map(|part| scalar.part(node.place, text, part)));
        }
    }
}

/// The value of `NAME=value`, as lists of variables and arguments have it.
fn assigned(text: &str) -> Option<Range<usize>> {
    let (name, value) = text.split_once('=')?;
    let name = name.trim_start_matches('-');
    (is_secret_name(name) && !name.contains(char::is_whitespace))
        .then(|| literal(value, text.len() - value.len()))?
}

/// What is written out of a value: all of it, or only the default of `${NAME:-default}`.
fn literal(value: &str, at: usize) -> Option<Range<usize>> {
    if value.is_empty() || is_reference(value) {
        return None;
    }
    let whole = at..at + value.len();
    let Some(inner) = value.strip_prefix("${").and_then(|it| it.strip_suffix('}')) else {
        return Some(whole);
    };
    let name = inner.bytes().take_while(|it| it.is_ascii_alphanumeric() || *it == b'_').count();
    let operator = inner[name..].bytes().take_while(|it| b":-+".contains(it)).count();
    let default = &inner[name + operator..];
    if operator == 0 {
        return Some(whole);
    }
    let start = at + "${".len() + name + operator;
    (!default.is_empty()).then_some(start..start + default.len())
}
