//! GitHub's `primaryLocationLineHash`, by which code scanning knows an alert again.
//!
//! A rolling hash over the hundred UTF-16 units that follow a line's start, blanks left out and
//! line ends folded, as in codeql-action's `src/fingerprints.ts`. Equality is the point: the
//! action warns about an upload whose value is not the one that it computes. This module decides
//! too where there is none to tell: where those units reach into a secret.

use crate::source::Span;
use std::collections::HashMap;
use std::fmt;

/// How many units a hash looks at.
const BLOCK: usize = 100;
const BASE: u64 = 37;
const END_OF_FILE: u16 = 0xffff;

/// A line's hash, and how many lines up to this one have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LineHash {
    hash: u64,
    occurrence: usize,
}

impl fmt::Display for LineHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:x}:{}", self.hash, self.occurrence)
    }
}

/// One unit of what is hashed, and whether it stands in a secret.
#[derive(Clone, Copy, Default)]
struct Unit {
    value: u16,
    secret: bool,
}

/// One for each line as the action counts them: a lone carriage return ends one too.
pub(super) fn of_lines(bytes: &[u8], secrets: &[Span]) -> Vec<Option<LineHash>> {
    let units = units(bytes, secrets);
    let unit = |at: usize| units.get(at).copied().unwrap_or_default();
    let leaving_power = (0..BLOCK).fold(1_u64, |power, _| power.wrapping_mul(BASE));

    let mut seen = HashMap::new();
    let mut lines = Vec::new();
    let (mut hash, mut secrets) = (0_u64, 0_usize);
    for last in 0..units.len() + BLOCK - 1 {
        let entering = unit(last);
        hash = hash.wrapping_mul(BASE).wrapping_add(u64::from(entering.value));
        secrets += usize::from(entering.secret);
        let Some(start) = (last + 1).checked_sub(BLOCK) else { continue };
        if let Some(before) = start.checked_sub(1) {
            let left = unit(before);
            hash = hash.wrapping_sub(leaving_power.wrapping_mul(u64::from(left.value)));
            secrets -= usize::from(left.secret);
            if left.value != u16::from(b'\n') {
                continue;
            }
        }
        let occurrence = seen.entry(hash).and_modify(|count| *count += 1).or_insert(1);
        lines.push((secrets == 0).then_some(LineHash { hash, occurrence: *occurrence }));
    }
    lines
}

/// Bytes that are no UTF-8 are replaced as the action's runtime replaces them.
fn units(bytes: &[u8], secrets: &[Span]) -> Vec<Unit> {
    let mut secret = vec![false; bytes.len()];
    secrets.iter().for_each(|span| secret[span.range()].fill(true));

    let mut units = Vec::with_capacity(bytes.len() + 1);
    let (mut at, mut after_return) = (0, false);
    let mut push = |character: char, at: usize| {
        let folded = after_return && character == '\n';
        after_return = character == '\r';
        if folded || matches!(character, ' ' | '\t') {
            return;
        }
        let character = if character == '\r' { '\n' } else { character };
        for value in character.encode_utf16(&mut [0; 2]) {
            units.push(Unit { value: *value, secret: secret[at] });
        }
    };
    for chunk in bytes.utf8_chunks() {
        chunk.valid().char_indices().for_each(|(index, character)| push(character, at + index));
        at += chunk.valid().len();
        if !chunk.invalid().is_empty() {
            push(char::REPLACEMENT_CHARACTER, at);
            at += chunk.invalid().len();
        }
    }
    units.push(Unit { value: END_OF_FILE, secret: false });
    units
}
