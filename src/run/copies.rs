//! Projects that were copied from one template, or from one that runs, and that nothing in view
//! runs.
//!
//! What is wrong with the template is wrong in each copy, on the same line of a file of the same
//! name: one thing to mend, however many folders hold it.

use crate::diagnostic::Diagnostic;
use crate::fact::Label;
use crate::model::Model;
use crate::source::Sources;
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
        let Some((file, text)) = line(&diagnostic, sources) else {
            kept.push(diagnostic);
            continue;
        };
        let key = (diagnostic.rule, file.to_owned(), text.to_owned());
        let original: Option<&usize> = first.get(&key);
        // A finding about files alone, in two files that are one text.
        let is_same_text = |at: usize| {
            let texts =
                [&kept[at], &diagnostic].map(|it| Some(sources.get(it.place()?.file).text()));
            let files = [&kept[at], &diagnostic].map(|it| it.place().map(|place| place.file));
            diagnostic.deployments.is_empty() && files[0] != files[1] && texts[0] == texts[1]
        };
        match original.filter(|at| weight(&kept[**at]) >= weight(&diagnostic)) {
            Some(at) if is_of_a_copy(&diagnostic) || is_same_text(*at) => {
                let at = *at;
                join(&mut kept[at], diagnostic);
            }
            _ => {
                first.entry(key).or_insert(kept.len());
                kept.push(diagnostic);
            }
        }
    }
    *found = kept;
}

/// The name of the file that a diagnostic is about, and the line.
fn line<'s>(diagnostic: &Diagnostic, sources: &'s Sources) -> Option<(&'s str, &'s str)> {
    let place = diagnostic.place()?;
    let source = sources.get(place.file);
    let (before, after) = source.text().split_at_checked(place.span.start as usize)?;
    let start = before.rfind('\n').map_or(0, |it| it + 1);
    let end = before.len() + after.find('\n').unwrap_or(after.len());
    Some((source.path().file_name()?, source.text()[start..end].trim()))
}

fn join(kept: &mut Diagnostic, copy: Diagnostic) {
    // All copies are mended together, or none: one that is left would be found the next time.
    match (&mut kept.fix, copy.fix) {
        (Some(fix), Some(other)) if fix.safety == other.safety => fix.edits.extend(other.edits),
        (fix, _) => *fix = None,
    }
    let place = copy.labels.into_iter().next();
    let text = "and the same in a copy of the project".to_owned();
    kept.labels.extend(place.map(|it| Label { text, ..it }));
    kept.deployments.extend(copy.deployments);
    kept.deployments.sort();
    kept.deployments.dedup();
}
