//! The last line: what was found, in how much.

use crate::diagnostic::Severity;
use crate::report::Report;
use crate::report::text::printable;

/// A sentence for people, without the line's end.
pub(super) fn sentence(report: &Report<'_>) -> String {
    let read = counted(report.files, "file");
    if report.files == 0 && report.diagnostics.is_empty() {
        return "Nothing to check: no file was found that decides how a Django site runs.".into();
    }
    let deployments = counted(report.deployments.len(), "deployment");
    if report.diagnostics.is_empty() {
        let names: Vec<_> =
            report.deployments.iter().map(|it| format!("{}, {}", it.name, it.stage)).collect();
        let which = match names.as_slice() {
            [] => String::new(),
            [one] => format!(" of 1 deployment ({one})"),
            _ => format!(" of {deployments}"),
        };
        return printable(&format!("Read {read}{which}: nothing is out of kilter.")).into_owned();
    }
    let which = match report.deployments.len() {
        0 => String::new(),
        _ => format!(" ({deployments})"),
    };
    format!("Found {} in {read}{which}.", found(report))
}

/// "1 error and 2 warnings".
pub(super) fn found(report: &Report<'_>) -> String {
    let [errors, warnings] = [Severity::Error, Severity::Warning].map(|it| report.count(it));
    let advice = report.count(Severity::Advice);
    let mut parts = Vec::new();
    if errors > 0 {
        parts.push(counted(errors, "error"));
    }
    if warnings > 0 {
        parts.push(counted(warnings, "warning"));
    }
    if advice > 0 {
        // No plural: pieces of it are counted.
        parts.push(format!("{advice} advice"));
    }
    match parts.split_last() {
        None => "nothing".to_owned(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
