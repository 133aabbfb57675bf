//! The order in which Caddy applies the directives of a block (`sortRoutes` in
//! `caddyconfig/httpcaddyfile/directives.go`).

use crate::model::caddy::MatcherSet;
use crate::model::caddy::release::Release;
use crate::syntax::caddy::{Directive, ORDER};
use std::cmp::Ordering;

/// What decides the rank of a directive: its name, then its matcher.
pub(super) struct Rank<'a> {
    pub name: &'a str,
    pub matcher: Option<&'a MatcherSet>,
}

/// The names of all directives that have a rank, with the `order` options applied.
pub(super) fn names(options: &[&Directive]) -> Vec<String> {
    let mut names: Vec<String> = ORDER.iter().map(|name| (*name).to_owned()).collect();
    for option in options {
        let words: Vec<_> = option.arguments().iter().map(|word| word.text()).collect();
        let [name, position, other @ ..] = words.as_slice() else { continue };
        names.retain(|known| known != name);
        let beside = |names: &[String]| {
            other.first().and_then(|other| names.iter().position(|known| known == other))
        };
        let at = match *position {
            "first" => Some(0),
            "last" => Some(names.len()),
            "before" => beside(&names),
            "after" => beside(&names).map(|at| at + 1),
            _ => None,
        };
        if let Some(at) = at {
            names.insert(at, (*name).to_owned());
        }
    }
    names
}

/// Whether the first is applied before the second, their names being of equal rank.
pub(super) fn is_before(a: &Rank<'_>, b: &Rank<'_>, release: Release) -> bool {
    let paths = (path(a), path(b));
    let first = match paths {
        (Some(a), Some(b)) if release.orders_equal_paths() => by_path(a, b) == Ordering::Less,
        (Some(a), Some(b)) => a.len() > b.len(),
        (Some(_), None) | (None, Some(_)) | (None, None) => {
            a.matcher.is_some() && b.matcher.is_none()
        }
    };
    // Variables are set from the least specific matcher to the most, so that the last one wins.
    if a.name == "vars" { !first } else { first }
}

fn path<'a>(rank: &Rank<'a>) -> Option<&'a str> {
    rank.matcher.and_then(MatcherSet::only_path).filter(|path| !path.is_empty())
}

/// Longest first, not counting a `*` at the end; of two that differ in nothing else, the one
/// without it.
fn by_path(a: &str, b: &str) -> Ordering {
    let (bare_a, bare_b) = (a.strip_suffix('*').unwrap_or(a), b.strip_suffix('*').unwrap_or(b));
    if bare_a == bare_b {
        return a.len().cmp(&b.len());
    }
    bare_b.len().cmp(&bare_a.len()).then_with(|| bare_a.cmp(bare_b))
}

/// Go's stable sort by a relation that need not be an order: what compares as unordered stays
/// as it was, and how far that reaches is decided by blocks of twenty.
pub(super) fn sort<T>(items: Vec<T>, is_before: impl Fn(&T, &T) -> bool) -> Vec<T> {
    let mut blocks: Vec<Vec<T>> = Vec::new();
    for item in items {
        match blocks.last_mut() {
            Some(block) if block.len() < 20 => {
                let at = block.iter().rposition(|known| !is_before(&item, known));
                block.insert(at.map_or(0, |at| at + 1), item);
            }
            Some(_) | None => blocks.push(vec![item]),
        }
    }
    while blocks.len() > 1 {
        let mut merged = Vec::with_capacity(blocks.len().div_ceil(2));
        let mut pairs = blocks.into_iter();
        while let Some(first) = pairs.next() {
            merged.push(match pairs.next() {
                Some(second) => merge(first, second, &is_before),
                None => first,
            });
        }
        blocks = merged;
    }
    blocks.pop().unwrap_or_default()
}

fn merge<T>(first: Vec<T>, second: Vec<T>, is_before: impl Fn(&T, &T) -> bool) -> Vec<T> {
    let mut merged = Vec::with_capacity(first.len() + second.len());
    let (mut first, mut second) = (first.into_iter().peekable(), second.into_iter().peekable());
    loop {
        let next = match (first.peek(), second.peek()) {
            (Some(a), Some(b)) if is_before(b, a) => second.next(),
            (Some(_), _) => first.next(),
            (None, Some(_)) => second.next(),
            (None, None) => return merged,
        };
        merged.extend(next);
    }
}
