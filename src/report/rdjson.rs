//! Reviewdog's diagnostic format, `rdjson`.
//!
//! Its columns count bytes of UTF-8 from 1 (reviewdog, `proto/rdf/reviewdog.proto`), where
//! everything else counts characters.

use crate::diagnostic::{Diagnostic, Severity};
use crate::report::{Report, details};
use crate::source::{FileId, Place, Shown, Span};
use serde::Serialize;

#[derive(Serialize)]
struct Document<'a> {
    source: Source<'a>,
    diagnostics: Vec<Finding<'a>>,
}

#[derive(Serialize)]
struct Source<'a> {
    name: &'static str,
    url: &'a str,
}

#[derive(Serialize)]
struct Finding<'a> {
    message: String,
    location: Location<'a>,
    severity: &'static str,
    code: Code<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suggestions: Vec<Suggestion>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Related<'a>>,
}

#[derive(Serialize)]
struct Location<'a> {
    path: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    range: Option<Range>,
}

#[derive(Serialize)]
struct Range {
    start: Position,
    end: Position,
}

#[derive(Serialize)]
struct Position {
    line: usize,
    column: u32,
}

#[derive(Serialize)]
struct Code<'a> {
    value: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
}

#[derive(Serialize)]
struct Suggestion {
    range: Range,
    text: String,
}

#[derive(Serialize)]
struct Related<'a> {
    message: &'a str,
    location: Location<'a>,
}

pub(super) fn report(report: &Report<'_>) -> String {
    let document = Document {
        source: Source { name: "kilter", url: report.homepage },
        diagnostics: report.diagnostics.iter().map(|it| finding(it, report)).collect(),
    };
    serde_json::to_string_pretty(&document).expect("strings and numbers only") + "\n"
}

fn finding<'a>(it: &'a Diagnostic, report: &Report<'a>) -> Finding<'a> {
    let shown = report.shown;
    let mut placed = it
        .labels
        .iter()
        .filter_map(|label| Some((label, label.evidence.place()?)))
        .collect::<Vec<_>>()
        .into_iter();
    let primary = placed.next();
    // A comment on a pull request shows the message alone.
    let mut said = vec![it.message.clone()];
    said.extend(details::lines(it, shown));
    Finding {
        message: said.join("\n"),
        location: primary
            .map_or(Location { path: "", range: None }, |(_, place)| location(place, shown)),
        severity: match it.severity() {
            Severity::Advice => "INFO",
            Severity::Warning => "WARNING",
            Severity::Error => "ERROR",
        },
        code: Code { value: it.rule, url: report.rule(it.rule).map(|rule| rule.docs.as_str()) },
        suggestions: primary.map_or_else(Vec::new, |(_, place)| suggestions(it, place.file, shown)),
        related_locations: placed
            .map(|(label, place)| Related {
                message: &label.text,
                location: location(place, shown),
            })
            .collect(),
    }
}

/// A suggestion replaces text of the file that the finding is in. A fix that edits another file
/// too would be broken by taking half of it.
fn suggestions(it: &Diagnostic, file: FileId, shown: Shown<'_>) -> Vec<Suggestion> {
    let edits = it.fix.iter().flat_map(|fix| &fix.edits);
    if edits.clone().any(|edit| edit.place().file != file) {
        return Vec::new();
    }
    edits
        .map(|edit| edit.resolve(shown.text(file)))
        .map(|(span, text)| Suggestion { range: range(file, span, shown), text })
        .collect()
}

fn location(place: Place, shown: Shown<'_>) -> Location<'_> {
    let range = range(place.file, shown.first_line(place), shown);
    Location { path: shown.path(place.file), range: Some(range) }
}

fn range(file: FileId, span: Span, shown: Shown<'_>) -> Range {
    let position = |offset| {
        let (line, _) = shown.locate(file, offset);
        let start = shown.line(file, line).map_or(0, |(start, _)| start);
        Position { line, column: offset - start + 1 }
    };
    Range { start: position(span.start), end: position(span.end) }
}
