//! GitLab's Code Quality report: an array in the manner of Code Climate.
//!
//! The merge request's widget shows the description alone, so that names the rule, and it merges
//! what has one fingerprint.

use crate::diagnostic::{Diagnostic, Severity};
use crate::report::{Report, fingerprint, qualifier};
use serde::Serialize;

#[derive(Serialize)]
struct Issue<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: String,
    severity: &'static str,
    location: Location<'a>,
}

#[derive(Serialize)]
struct Location<'a> {
    path: &'a str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
}

pub(super) fn report(report: &Report<'_>) -> String {
    let fingerprints = fingerprint::all(report.diagnostics, report.shown);
    let issues: Vec<_> = report
        .diagnostics
        .iter()
        .zip(fingerprints)
        .map(|(it, fingerprint)| issue(it, fingerprint, report))
        .collect();
    serde_json::to_string_pretty(&issues).expect("strings and numbers only") + "\n"
}

fn issue<'a>(it: &'a Diagnostic, fingerprint: String, report: &Report<'a>) -> Issue<'a> {
    // The format has no finding without a file; what none is to blame for is the project's.
    let location = it.place().map_or(Location { path: ".", lines: Lines { begin: 1 } }, |place| {
        let (begin, _) = report.shown.position(place);
        Location { path: report.shown.path(place.file), lines: Lines { begin } }
    });
    let exploitable = report.rule(it.rule).is_some_and(|rule| rule.security_severity.is_some());
    Issue {
        description: format!("{}{}: {}", it.rule, qualifier(it.certainty()), it.message),
        check_name: it.rule,
        fingerprint,
        severity: match it.severity() {
            Severity::Advice => "info",
            Severity::Warning => "minor",
            Severity::Error if exploitable => "critical",
            Severity::Error => "major",
        },
        location,
    }
}
