//! kilter's own JSON: the whole report, for programs. Its shape is documented and stable.
//!
//! Lines and columns count from 1, columns in Unicode scalar values; offsets are bytes from 0,
//! and an end is the first position that no longer belongs.

use crate::diagnostic::{Checked, Diagnostic, Fix, Outcome, Safety, Severity};
use crate::report::{Report, VERSION, certainty, checkup, fingerprint, notes, severity};
use crate::source::{FileId, Shown, Span};
use serde::Serialize;
use std::borrow::Cow;

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    tool: String,
    deployments: Vec<Deployment<'a>>,
    diagnostics: Vec<Finding<'a>>,
    /// What was looked at on a running machine and is no finding.
    #[serde(skip_serializing_if = "Option::is_none")]
    checks: Option<Vec<Check<'a>>>,
    summary: Summary,
}

#[derive(Serialize)]
struct Check<'a> {
    rule: &'a str,
    area: &'static str,
    what: &'a str,
    outcome: &'static str,
    why: Option<&'a str>,
    remedy: Option<&'a str>,
}

#[derive(Serialize)]
struct Deployment<'a> {
    name: &'a str,
    stage: &'a str,
}

#[derive(Serialize)]
struct Finding<'a> {
    rule: &'a str,
    severity: &'static str,
    certainty: &'static str,
    message: &'a str,
    help: Option<&'a str>,
    deployments: &'a [String],
    labels: Vec<Text<'a>>,
    notes: Vec<String>,
    fix: Option<Change<'a>>,
    fingerprint: String,
    docs: Option<&'a str>,
}

#[derive(Serialize)]
struct Change<'a> {
    safety: &'static str,
    title: &'a str,
    edits: Vec<Text<'a>>,
}

/// What a label says of a range, or an edit puts in its place.
#[derive(Serialize)]
pub(super) struct Text<'a> {
    path: &'a str,
    text: Cow<'a, str>,
    start: Position,
    end: Position,
}

#[derive(Serialize)]
struct Position {
    line: usize,
    column: usize,
    offset: u32,
}

#[derive(Serialize)]
struct Summary {
    files: usize,
    error: usize,
    warning: usize,
    advice: usize,
}

pub(super) fn report(report: &Report<'_>) -> String {
    let fingerprints = fingerprint::all(report.diagnostics, report.shown);
    let deployments = report.deployments.iter();
    let document = Document {
        version: 1,
        tool: format!("kilter {VERSION}"),
        deployments: deployments.map(|it| Deployment { name: it.name, stage: it.stage }).collect(),
        diagnostics: (report.diagnostics.iter().zip(fingerprints))
            .map(|(diagnostic, fingerprint)| finding(diagnostic, fingerprint, report))
            .collect(),
        checks: report.checked.map(|all| all.iter().filter_map(|it| check(it, report)).collect()),
        summary: Summary {
            files: report.files,
            error: report.count(Severity::Error),
            warning: report.count(Severity::Warning),
            advice: report.count(Severity::Advice),
        },
    };
    serde_json::to_string_pretty(&document).expect("strings and numbers only") + "\n"
}

fn check<'a>(it: &'a Checked, report: &Report<'a>) -> Option<Check<'a>> {
    let (outcome, why, remedy) = match &it.outcome {
        Outcome::Passed => ("pass", None, None),
        Outcome::Unknown { why, remedy } => ("unknown", Some(why.as_str()), *remedy),
    };
    let area = checkup::name(report.rule(it.rule)?.area?);
    Some(Check { rule: it.rule, area, what: &it.what, outcome, why, remedy })
}

fn finding<'a>(it: &'a Diagnostic, fingerprint: String, report: &Report<'a>) -> Finding<'a> {
    let labels = it.labels.iter().filter_map(|label| {
        let place = label.evidence.place()?;
        Some(text(place.file, place.span, label.text.as_str(), report.shown))
    });
    Finding {
        rule: it.rule,
        severity: severity(it.severity()),
        certainty: certainty(it.certainty()),
        message: &it.message,
        help: it.help.as_deref(),
        deployments: &it.deployments,
        labels: labels.collect(),
        notes: notes::of(it, report.shown),
        fix: it.fix.as_ref().map(|fix| change(fix, report.shown)),
        fingerprint,
        docs: report.rule(it.rule).map(|rule| rule.docs.as_str()),
    }
}

fn change<'a>(fix: &'a Fix, shown: Shown<'a>) -> Change<'a> {
    let edits = fix.edits.iter().map(|edit| {
        let file = edit.place().file;
        let (span, replacement) = edit.resolve(shown.text(file));
        text(file, span, replacement, shown)
    });
    let safety = match fix.safety {
        Safety::Safe => "safe",
        Safety::Unsafe => "unsafe",
    };
    Change { safety, title: &fix.title, edits: edits.collect() }
}

pub(super) fn text<'a>(
    file: FileId,
    span: Span,
    text: impl Into<Cow<'a, str>>,
    shown: Shown<'a>,
) -> Text<'a> {
    let position = |offset| {
        let (line, column) = shown.locate(file, offset);
        Position { line, column, offset }
    };
    Text {
        path: shown.path(file),
        text: text.into(),
        start: position(span.start),
        end: position(span.end),
    }
}
