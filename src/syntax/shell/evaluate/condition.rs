//! What decides which branch a script takes, as far as literals and known variables say.

use crate::fact::Supplied;
use crate::syntax::shell::Word;
use crate::syntax::shell::evaluate::{State, Status};

impl State<'_> {
    /// Which alternative of a `case` is taken, if that can be told; the inner `None` is none.
    pub(super) fn chosen(
        &mut self,
        subject: &Word,
        patterns: &[Vec<Word>],
    ) -> Option<Option<usize>> {
        let value = self.cook(subject, subject.place(), None);
        let Supplied::Value(value) = value.value else { return None };
        for (index, alternatives) in patterns.iter().enumerate() {
            for pattern in alternatives {
                let pattern = pattern.literal()?;
                if pattern.as_str().contains(['[', '?']) {
                    return None;
                }
                if matches(&value, pattern.as_str()) {
                    return Some(Some(index));
                }
            }
        }
        Some(None)
    }

    /// Whether `[ … ]` holds, where only literals and known variables are compared.
    pub(super) fn test(&mut self, words: &[Word]) -> Status {
        let mut values = Vec::new();
        for word in words {
            if word.parts.is_empty() && !word.raw.is_empty() {
                // An operator of `[[`, which may mean anything.
                return None;
            }
            let cooked = self.cook(word, word.place(), None);
            let Supplied::Value(value) = cooked.value else { return None };
            values.push(value);
        }
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        match values.as_slice() {
            ["-n", value] => Some(!value.is_empty()),
            ["-z", value] => Some(value.is_empty()),
            [left, "=" | "==", right] => Some(left == right),
            [left, "!=", right] => Some(left != right),
            ["!", rest @ ..] if rest.len() > 1 => match rest {
                ["-n", value] => Some(value.is_empty()),
                ["-z", value] => Some(!value.is_empty()),
                [left, "=" | "==", right] => Some(left != right),
                _ => None,
            },
            [left, operator, right] => compared(left.parse().ok()?, operator, right.parse().ok()?),
            _ => None,
        }
    }
}

/// What `[` makes of two numbers (POSIX, "test").
fn compared(left: i64, operator: &str, right: i64) -> Status {
    match operator {
        "-eq" => Some(left == right),
        "-ne" => Some(left != right),
        "-gt" => Some(left > right),
        "-ge" => Some(left >= right),
        "-lt" => Some(left < right),
        "-le" => Some(left <= right),
        _ => None,
    }
}

/// A pattern of a `case` whose only wildcard is `*`.
fn matches(text: &str, pattern: &str) -> bool {
    let mut pieces = pattern.split('*');
    let Some(mut rest) = text.strip_prefix(pieces.next().unwrap_or_default()) else { return false };
    let mut pieces: Vec<&str> = pieces.collect();
    let Some(last) = pieces.pop() else { return rest.is_empty() };
    for piece in pieces {
        let Some(at) = rest.find(piece) else { return false };
        rest = &rest[at + piece.len()..];
    }
    rest.ends_with(last)
}
