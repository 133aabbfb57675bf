//! Operations on header fields: `header`, `request_header`, `header_up`, `header_down`.

use crate::fact::Fact;
use crate::syntax::caddy::{Directive, Token};

/// What is done to one field.
#[derive(Clone, Debug)]
pub enum HeaderOp {
    /// `+Field`: beside what is there.
    Add(Fact<String>),
    Set(Fact<String>),
    Delete,
    /// Within what is there, by a regular expression.
    Replace {
        find: Fact<String>,
        with: Fact<String>,
    },
}

#[derive(Clone, Debug)]
pub struct HeaderChange {
    /// Without its prefix. May begin or end with `*` where fields are deleted.
    pub field: Fact<String>,
    pub op: HeaderOp,
}

/// A group of changes, made in Caddy's order: added, set, deleted, replaced.
#[derive(Clone, Debug, Default)]
pub struct HeaderOps {
    pub changes: Vec<HeaderChange>,
    /// Made once the response is complete rather than before it: only then do they see what the
    /// upstream sent.
    pub is_deferred: bool,
    /// `?Field`: only if the response has none of these fields.
    pub unless_present: Vec<String>,
    /// `match` in the block: only for some responses.
    pub has_match: bool,
}

impl HeaderOps {
    fn change(&mut self, words: &[Token]) {
        let [name, rest @ ..] = words else { return };
        let empty = || name.text.map(|_| String::new());
        let value = rest.first().map_or_else(empty, |value| value.text.clone());
        let written = name.text().trim_end_matches(':');
        let prefix = written.chars().next().unwrap_or_default();
        let bare = name.text.map(|_| written.trim_start_matches(['+', '-', '?', '>']).to_owned());
        let op = match (prefix, rest.get(1)) {
            ('+', _) => HeaderOp::Add(value),
            ('-', _) => {
                self.is_deferred = true;
                HeaderOp::Delete
            }
            ('?', _) => {
                self.unless_present.push(bare.value.clone());
                HeaderOp::Set(value)
            }
            (_, Some(with)) => {
                self.is_deferred |= prefix == '>';
                HeaderOp::Replace { find: value, with: with.text.clone() }
            }
            (_, None) => {
                self.is_deferred |= prefix == '>';
                HeaderOp::Set(value)
            }
        };
        self.changes.push(HeaderChange { field: bare, op });
    }

    /// One line of words, as `request_header` and `header_up` have it.
    pub(super) fn of_line(words: &[Token]) -> Self {
        let mut ops = Self::default();
        ops.change(words);
        ops
    }

    /// `header`: a line or a block. Defaults (`?`) are a handler of their own, as in Caddy.
    pub(super) fn of_directive(arguments: &[Token], body: &[Directive]) -> Vec<Self> {
        let (mut plain, mut defaults) = (Self::default(), Self::default());
        plain.change(arguments);
        for line in body {
            match line.name().text() {
                "defer" => plain.is_deferred = true,
                "match" => plain.has_match = true,
                name if name.starts_with('?') => defaults.change(&line.words),
                _ => plain.change(&line.words),
            }
        }
        [plain, defaults].into_iter().filter(|ops| !ops.changes.is_empty()).collect()
    }

    /// In the order in which Caddy makes them, whatever order they are written in.
    pub fn in_order(&self) -> Vec<&HeaderChange> {
        let rank = |change: &&HeaderChange| match change.op {
            HeaderOp::Add(_) => 0,
            HeaderOp::Set(_) => 1,
            HeaderOp::Delete => 2,
            HeaderOp::Replace { .. } => 3,
        };
        let mut changes: Vec<_> = self.changes.iter().collect();
        changes.sort_by_key(rank);
        changes
    }
}
