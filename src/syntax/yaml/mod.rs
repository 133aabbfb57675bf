//! YAML with a place for every node, as compose and other readers of `go.yaml.in/yaml` take it.
//!
//! Anchors are followed and `<<` is merged here, so whoever reads the tree sees what the consumer
//! sees, at the place where it was written. What keys mean, and tags such as `!reset`, are left
//! to the reader.

use crate::source::{FileId, Place};
use crate::syntax::Problem;
use std::sync::Arc;

mod composer;
mod scalar;
mod secret;

pub use composer::parse;
pub use scalar::{Scalar, Style, Typed};

/// What one file holds.
#[derive(Clone, Debug)]
pub struct File {
    pub id: FileId,
    pub documents: Vec<Node>,
    /// With their `#`.
    pub comments: Vec<Place>,
    pub problems: Vec<Problem>,
    /// What no report may show.
    pub secrets: Vec<Place>,
    /// Whether the text was read to its end. If not, `documents` holds what stood before the
    /// fault, and nothing can be said to be absent.
    pub complete: bool,
}

#[derive(Clone, Debug)]
pub struct Node {
    /// Where it is written: for an alias, where the anchor stands.
    pub place: Place,
    /// The `*name` through which it was reached.
    pub alias: Option<Place>,
    pub anchor: Option<Name>,
    pub tag: Option<Name>,
    pub kind: Kind,
    size: Size,
}

/// An anchor's name without `&`, or a tag with its `!`.
#[derive(Clone, Debug)]
pub struct Name {
    pub text: Arc<str>,
    pub place: Place,
}

/// Up to which size a mapping takes in what a second one of its key has.
const MOST_PAIRS: usize = 256;

/// Collections are shared, so that an alias costs nothing.
#[derive(Clone, Debug)]
pub enum Kind {
    Scalar(Scalar),
    Sequence(Arc<[Node]>),
    Mapping(Arc<Mapping>),
}

#[derive(Clone, Debug)]
pub struct Mapping {
    /// What counts: the mapping's own pairs, then those that `<<` brought in.
    pub pairs: Vec<Pair>,
    /// Pairs that `<<` would have brought, had their keys not been there already.
    pub shadowed: Vec<Pair>,
}

#[derive(Clone, Debug)]
pub struct Pair {
    pub key: Node,
    pub value: Node,
    /// The `<<` that brought it.
    pub merged: Option<Place>,
}

/// How much work a node is to those who walk it, aliases followed.
#[derive(Clone, Copy, Debug)]
struct Size {
    height: usize,
    weight: usize,
}

impl Pair {
    /// Takes what the same key has further down, which is refused. Readers that do not refuse it keep the
    /// last of the two (PyYAML, and so the first Compose), and never see the other.
    fn repeated(&mut self, again: Self) {
        match (&self.value.kind, &again.value.kind) {
            (Kind::Mapping(_), Kind::Mapping(_)) => self.value.take_in(&again.value),
            _ => *self = again,
        }
    }
}

impl Node {
    /// Adds what a second mapping under the same key has, which is refused: whoever looks for
    /// something there was told of the key, and need not be told that it is missing as well.
    fn take_in(&mut self, second: &Self) {
        let (Kind::Mapping(own), Kind::Mapping(more)) = (&mut self.kind, &second.kind) else {
            return;
        };
        // A bound keeps a key that is there a thousand times from being looked through as often.
        if own.pairs.len() > MOST_PAIRS || more.pairs.len() > MOST_PAIRS {
            return;
        }
        let is_new = |pair: &&Pair| own.pairs.iter().all(|it| it.key.text() != pair.key.text());
        let new: Vec<Pair> = more.pairs.iter().filter(is_new).cloned().collect();
        let union = Arc::make_mut(own);
        union.pairs.extend(new);
        self.size = Size::of(union.pairs.iter().flat_map(|it| [&it.key, &it.value]));
    }

    /// Where this occurrence stands: the alias if it is one.
    pub fn occurrence(&self) -> Place {
        self.alias.unwrap_or(self.place)
    }

    pub fn scalar(&self) -> Option<&Scalar> {
        match &self.kind {
            Kind::Scalar(scalar) => Some(scalar),
            Kind::Sequence(_) | Kind::Mapping(_) => None,
        }
    }

    /// The scalar's text, whatever its type.
    pub fn text(&self) -> Option<&str> {
        self.scalar().map(|scalar| &*scalar.text)
    }

    /// The scalar as the consumer types it; `None` for a collection.
    pub fn typed(&self) -> Option<Typed<'_>> {
        Some(self.scalar()?.typed(self.tag.as_ref().map(|tag| &*tag.text)))
    }

    pub fn is_null(&self) -> bool {
        matches!(self.typed(), Some(Typed::Null))
    }

    /// The items of a sequence; none if it is something else.
    pub fn items(&self) -> &[Self] {
        match &self.kind {
            Kind::Sequence(items) => items,
            Kind::Scalar(_) | Kind::Mapping(_) => &[],
        }
    }

    /// The pairs of a mapping; none if it is something else.
    pub fn pairs(&self) -> &[Pair] {
        match &self.kind {
            Kind::Mapping(mapping) => &mapping.pairs,
            Kind::Scalar(_) | Kind::Sequence(_) => &[],
        }
    }

    pub fn pair(&self, key: &str) -> Option<&Pair> {
        self.pairs().iter().find(|pair| pair.key.text() == Some(key))
    }

    pub fn get(&self, key: &str) -> Option<&Self> {
        self.pair(key).map(|pair| &pair.value)
    }
}
