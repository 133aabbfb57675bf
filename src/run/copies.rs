//! Projects that were copied from one template, or from one that runs, and that nothing in view
//! runs.
//!
//! What is wrong with the template is wrong in each copy, on the same line of a file of the same
//! name: one thing to mend, however many folders hold it.

use crate::diagnostic::Diagnostic;
use crate::fact::Label;
use crate::model::Model;
use crate::source::{Place, Sources};
use std::collections::{BTreeMap, BTreeSet};

/// Says once what is found in several copies, at the first of them, and points at the others.
pub(super) fn merge(found: &mut Vec<Diagnostic>, model: &Model, sources: &Sources) {
    let idle = model.deployments.iter().filter(|it| it.is_assumed());
    let idle: BTreeSet<&str> = idle.map(|it| it.name.as_str()).collect();
    let is_of_a_copy = |it: &Diagnostic| {
        !it.deployments.is_empty() && it.deployments.iter().all(|name| idle.contains(name.as_str()))
    };
    let mut first = BTreeMap::new();
    let mut kept: Vec<Diagnostic> = Vec::new();
    let weight = |it: &Diagnostic| (it.severity(), it.certainty());
    for diagnostic in found.drain(..) {
        let Some((file, text, column)) = line(&diagnostic, sources) else {
            kept.push(diagnostic);
            continue;
        };
        let key = (diagnostic.rule, file.to_owned(), text.to_owned(), column);
        let original: Option<&usize> = first.get(&key);
        match original.filter(|at| weight(&kept[**at]) >= weight(&diagnostic)) {
            Some(at) if is_in_same_text(&kept[*at], &diagnostic, sources) => {
                let at = *at;
                join(&mut kept[at], diagnostic, "and the same in a copy of the file");
            }
            Some(at) if is_of_a_copy(&diagnostic) => {
                let at = *at;
                join(&mut kept[at], diagnostic, "and the same in a copy of the project");
            }
            _ => {
                first.entry(key).or_insert(kept.len());
                kept.push(diagnostic);
            }
        }
    }
    *found = kept;
}

/// Whether two findings are of two files that are one text, and lean on nothing else that differs.
fn is_in_same_text(one: &Diagnostic, other: &Diagnostic, sources: &Sources) -> bool {
    let (Some(a), Some(b)) = (one.place(), other.place()) else { return false };
    let places = |it: &Diagnostic| it.labels.iter().map(|it| it.evidence.place()).collect();
    let (ones, others): (Vec<_>, Vec<_>) = (places(one), places(other));
    let is_twin = |(of_one, of_other): (&Option<Place>, &Option<Place>)| match (of_one, of_other) {
        (Some(x), Some(y)) if x.file == a.file && y.file == b.file => x.span == y.span,
        (x, y) => x == y,
    };
    a.file != b.file
        && sources.get(a.file).text() == sources.get(b.file).text()
        && ones.len() == others.len()
        && ones.iter().zip(&others).all(is_twin)
}

/// The name of the file that a diagnostic is about, the line, and where in it.
fn line<'s>(diagnostic: &Diagnostic, sources: &'s Sources) -> Option<(&'s str, &'s str, usize)> {
    let place = diagnostic.place()?;
    let source = sources.get(place.file);
    let (before, after) = source.text().split_at_checked(place.span.start as usize)?;
    let start = before.rfind('\n').map_or(0, |it| it + 1);
    let end = before.len() + after.find('\n').unwrap_or(after.len());
    Some((source.path().file_name()?, source.text()[start..end].trim(), before.len() - start))
}

fn join(kept: &mut Diagnostic, copy: Diagnostic, what: &str) {
    // All copies are mended together, or none: one that is left would be found the next time.
    match (&mut kept.fix, copy.fix) {
        (Some(fix), Some(other)) if fix.safety == other.safety => fix.edits.extend(other.edits),
        (fix, _) => *fix = None,
    }
    let place = copy.labels.into_iter().next();
    let text = what.to_owned();
    kept.labels.extend(place.map(|it| Label { text, ..it }));
    kept.deployments.extend(copy.deployments);
    kept.deployments.sort();
    kept.deployments.dedup();
}
