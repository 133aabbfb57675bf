//! Which bytes of a YAML file no report may show.
//!
//! Names decide, wherever they stand: a compose file keeps its variables under `environment`,
//! under `x-…` and in anchors, a workflow under `env`. Too much is masked rather than too little.

use crate::fact::secret::{is_secret_name, url_credentials};
use crate::source::Place;
use crate::syntax::secret::{assigned as within, written};
use crate::syntax::yaml::{Kind, Node, Pair};
use std::ops::Range;

/// `text` is what these documents were read from.
pub(super) fn secrets(documents: &[Node], text: &str) -> Vec<Place> {
    let mut found = Vec::new();
    for document in documents {
        walk(document, text, false, &mut found);
    }
    found
}

/// Keys beside a `value` which say what it is the value of: Elastic Beanstalk's, Kubernetes' and ECS's.
const NAMES: [&str; 3] = ["option_name", "name", "key"];

fn is_called(name: &str, pair: &Pair) -> bool {
    pair.key.text() == Some(name)
}

fn walk(node: &Node, text: &str, named: bool, found: &mut Vec<Place>) {
    if node.alias.is_some() {
        return;
    }
    match &node.kind {
        Kind::Sequence(items) => items.iter().for_each(|item| walk(item, text, false, found)),
        Kind::Mapping(mapping) => {
            let own = mapping.pairs.iter().filter(|pair| pair.merged.is_none());
            // Lists of variables have each as a mapping of its own: `name: SECRET_KEY`, `value: x`.
            let name = mapping.pairs.iter().find(|it| NAMES.iter().any(|name| is_called(name, it)));
            let listed = name.and_then(|it| it.value.text());
            for pair in own {
                let name = if is_called("value", pair) { listed } else { pair.key.text() };
                let named = name.is_some_and(is_secret_name);
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
