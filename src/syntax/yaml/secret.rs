//! Which bytes of a YAML file no report may show.
//!
//! Names decide, wherever they stand: a compose file keeps its variables under `environment`,
//! under `x-…` and in anchors, a workflow under `env`. Too much is masked rather than too little.

use crate::fact::secret::{is_secret_name, url_credentials};
use crate::source::Place;
use crate::syntax::secret::{assigned as within, written};
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
                parts.extend(written(value, 0));
            } else {
                parts.extend(assigned(value));
            }
            parts.extend(url_credentials(value));
            found.extend(parts.into_iter().map(|part| scalar.part(node.place, text, part)));
        }
    }
}

/// The value of `NAME=value`, as lists of variables and arguments have it: all of the rest, or what a
/// command within the text is given.
fn assigned(text: &str) -> Vec<Range<usize>> {
    let whole = text.split_once('=').filter(|(name, _)| {
        let name = name.trim_start_matches('-');
        is_secret_name(name) && !name.contains(char::is_whitespace)
    });
    match whole {
        Some((_, value)) => written(value, text.len() - value.len()).into_iter().collect(),
        None => within(text).collect(),
    }
}
