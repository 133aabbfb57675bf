//! SARIF 2.1.0, as GitHub's code scanning and other viewers read it.
//!
//! Every rule is described whether it found something or not, so an alert can be looked up in
//! any upload. No path of the machine and no time appears: the same tree yields the same bytes.

use crate::diagnostic::Diagnostic;
use crate::report::{Report, VERSION, fingerprint};
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::HashMap;

mod location;
mod result;
mod rule;

/// GitHub refuses a file with more ("SARIF results file limits"), and shows 5,000 of them.
const MOST_RESULTS: usize = 25_000;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Tool<'a>,
    invocations: [Invocation<'a>; 1],
    column_kind: &'static str,
    results: Vec<result::Finding<'a>>,
}

#[derive(Serialize)]
struct Tool<'a> {
    driver: Driver<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver<'a> {
    name: &'static str,
    semantic_version: &'static str,
    information_uri: &'a str,
    rules: Vec<rule::Descriptor<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation<'a> {
    execution_successful: bool,
    tool_execution_notifications: Vec<Notification<'a>>,
}

/// What is said about the run, and findings that no file can be blamed for: GitHub refuses a
/// result without a location.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Notification<'a> {
    message: Text,
    level: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    associated_rule: Option<RuleReference<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RuleReference<'a> {
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    index: Option<usize>,
}

#[derive(Serialize)]
struct Text {
    text: String,
}

pub(super) fn report(report: &Report<'_>) -> String {
    let fingerprints = fingerprint::all(report.diagnostics, report.shown);
    let indices: HashMap<_, _> =
        report.rules.iter().enumerate().map(|(index, rule)| (rule.id, index)).collect();

    let mut found: Vec<_> = report.diagnostics.iter().zip(fingerprints).collect();
    // Who shows but the first thousands shall show the worst; among equals the order stays.
    found.sort_by_key(|(diagnostic, _)| Reverse(diagnostic.severity()));
    let (placed, unplaced): (Vec<_>, Vec<_>) =
        found.into_iter().partition(|(diagnostic, _)| diagnostic.place().is_some());
    let left_out = placed.len().saturating_sub(MOST_RESULTS);

    let mut notifications: Vec<_> = report.notes.iter().map(|note| notice(note)).collect();
    notifications.extend(unplaced.iter().map(|(it, _)| blameless(it, &indices)));
    if left_out > 0 {
        let what = "more findings, the least severe, are left out: code scanning takes";
        notifications.push(notice(&format!("{left_out} {what} {MOST_RESULTS}.")));
    }

    let results = placed.into_iter().take(MOST_RESULTS).filter_map(|(it, fingerprint)| {
        result::of(it, fingerprint, indices.get(it.rule).copied(), report.shown)
    });
    let log = Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: "kilter",
                    semantic_version: VERSION,
                    information_uri: report.homepage,
                    rules: report.rules.iter().map(rule::describe).collect(),
                },
            },
            invocations: [Invocation {
                execution_successful: true,
                tool_execution_notifications: notifications,
            }],
            column_kind: "unicodeCodePoints",
            results: results.collect(),
        }],
    };
    serde_json::to_string(&log).expect("strings and numbers only") + "\n"
}

fn notice<'a>(note: &str) -> Notification<'a> {
    let message = Text { text: result::escaped(note) };
    Notification { message, level: "note", associated_rule: None }
}

fn blameless<'a>(it: &'a Diagnostic, indices: &HashMap<&str, usize>) -> Notification<'a> {
    Notification {
        message: Text { text: result::escaped(&it.message) },
        level: rule::level(it.severity()),
        associated_rule: Some(RuleReference { id: it.rule, index: indices.get(it.rule).copied() }),
    }
}
