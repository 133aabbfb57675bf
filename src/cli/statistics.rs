//! `--statistics`: how often each rule speaks, instead of what it says.

use crate::diagnostic::Severity;
use crate::report::{self, Format};
use crate::run::Outcome;
use std::collections::BTreeMap;

/// A line each, the most frequent first; an array for programs.
pub(super) fn render(outcome: &Outcome, format: Format) -> String {
    let mut counts: BTreeMap<&str, (usize, Severity)> = BTreeMap::new();
    for it in &outcome.diagnostics {
        let (count, severity) = counts.entry(it.rule).or_insert((0, it.severity()));
        (*count, *severity) = (*count + 1, it.severity().max(*severity));
    }
    let mut rows: Vec<_> = counts.into_iter().collect();
    rows.sort_by_key(|(_, (count, _))| std::cmp::Reverse(*count));
    if format == Format::Json {
        let row = |(rule, (count, severity)): &(&str, (usize, Severity))| serde_json::json!({ "rule": rule, "severity": report::severity(*severity), "count": count });
        return format!("{:#}\n", rows.iter().map(row).collect::<serde_json::Value>());
    }
    let width = rows.first().map_or(0, |(_, (count, _))| count.to_string().len());
    let row = |(rule, (count, severity)): &(&str, (usize, Severity))| {
        format!("{count:>width$}  {:<7}  {rule}\n", report::severity(*severity))
    };
    let notes = outcome.model.reading.notes.iter().map(|note| format!("{note}\n"));
    rows.iter().map(row).chain(notes).collect()
}
