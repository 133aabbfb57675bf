//! One finding: what is wrong, the lines from each file side by side, and what helps.

use crate::diagnostic::Diagnostic;
use crate::fact::Label;
use crate::report::change::{self, Change};
use crate::report::excerpt::{self, Excerpt, Line};
use crate::report::html::{escaped, files};
use crate::report::text::{self, Part};
use crate::report::{Report, certainty, details, notes, severity};
use crate::source::Shown;

pub(super) fn add(out: &mut String, it: &Diagnostic, fingerprint: &str, report: &Report<'_>) {
    let (severity, rule) = (severity(it.severity()), escaped(it.rule));
    let id = format!("f-{}", fingerprint.replace(':', "-"));
    let files = files(it, report).join("\n");
    *out += &format!(
        "<article id=\"{id}\" class=\"{severity}\" data-severity=\"{severity}\" \
         data-rule=\"{rule}\" data-files=\"{}\">\n<h2><span class=\"severity\">{severity}</span> {}</h2>\n",
        attribute(&files),
        prose(&it.message)
    );
    let named = match report.rule(it.rule) {
        Some(info) => format!(
            "<a href=\"{}\" title=\"{}\">{rule}</a>",
            escaped(&info.docs),
            escaped(info.summary)
        ),
        None => rule,
    };
    *out += &format!("<p class=\"about\">{named} · {}", certainty(it.certainty()));
    if !it.deployments.is_empty() {
        *out += &format!(" · in {}", escaped(&it.deployments.join(", ")));
    }
    *out += &format!(" · <a href=\"#{id}\">link</a></p>\n<div class=\"frames\">\n");
    for excerpt in excerpt::of(it, report.shown) {
        frame(out, it, &excerpt, report);
    }
    *out += "</div>\n";
    let help = it.help.iter().map(|help| format!("help: {help}"));
    let notes = notes::of(it, report.shown).into_iter().map(|note| format!("note: {note}"));
    let derivations = derivations(it, report.shown);
    for line in derivations.into_iter().chain(help).chain(notes).chain(details::fix(it)) {
        let (kind, text) = line.split_once(": ").unwrap_or(("", &line));
        *out += &format!("<p><b>{kind}</b> {}</p>\n", prose(text));
    }
    for change in it.fix.iter().flat_map(|fix| change::of(fix, report.shown)) {
        *out += &diff(&change);
    }
    *out += "</article>\n";
}

/// Where a value went through before it came to its label, the first place first.
fn derivations(it: &Diagnostic, shown: Shown<'_>) -> Vec<String> {
    let derivation = |label: &Label| {
        let origins = label.evidence.origins().iter().rev();
        let steps: Vec<_> =
            origins.filter_map(|origin| origin.place()).map(|place| shown.address(place)).collect();
        (steps.len() > 1).then(|| format!("from: {}", steps.join(" → ")))
    };
    it.labels.iter().filter_map(derivation).collect()
}

fn diff(change: &Change<'_>) -> String {
    let lines = |tag, lines: &[String]| -> String {
        lines.iter().map(|line| format!("<{tag}>{}</{tag}>\n", escaped_line(line))).collect()
    };
    format!(
        "<figure><figcaption>{}:{}</figcaption><pre>{}{}</pre></figure>\n",
        escaped(change.path),
        change.line,
        lines("del", &change.old),
        lines("ins", &change.new)
    )
}

fn frame(out: &mut String, it: &Diagnostic, excerpt: &Excerpt<'_>, report: &Report<'_>) {
    let first = excerpt.lines.iter().flat_map(|line| &line.marks).min_by_key(|mark| mark.label);
    let address = first.map_or_else(String::new, |mark| report.shown.address(mark.place));
    *out += &format!("<figure><figcaption>{}</figcaption><pre>", escaped(&address));
    for line in &excerpt.lines {
        *out += &format!("<span class=\"line\"><i>{}</i>{}</span>\n", line.number, marked(line));
        for mark in &line.marks {
            let text = prose(&it.labels[mark.label].text);
            let kind = if mark.label == 0 { "label primary" } else { "label" };
            *out += &format!("<span class=\"{kind}\">{text}</span>\n");
        }
    }
    *out += "</pre></figure>\n";
}

/// A line with what is labelled set off. Marks may overlap; each character belongs to one
/// element at most.
fn marked(line: &Line) -> String {
    let mut spans: Vec<_> = line.marks.iter().map(|mark| mark.span.clone()).collect();
    spans.sort_by_key(|span| (span.start, span.end));
    let (mut out, mut done) = (String::new(), 0);
    for span in spans {
        let start = span.start.max(done);
        if span.end <= start {
            continue;
        }
        out += &escaped_line(&line.text[done..start]);
        out += &format!("<mark>{}</mark>", escaped_line(&line.text[start..span.end]));
        done = span.end;
    }
    out + &escaped_line(&line.text[done..])
}

/// Tabs stay in quoted lines.
fn escaped_line(text: &str) -> String {
    text.split('\t').map(escaped).collect::<Vec<_>>().join("\t")
}

/// One file a line.
fn attribute(text: &str) -> String {
    text.split('\n').map(escaped).collect::<Vec<_>>().join("&#10;")
}

/// What a rule says.
fn prose(text: &str) -> String {
    let part = |part: Part<'_>| match part {
        Part::Words(words) => escaped(words),
        Part::Code(code) => format!("<code>{}</code>", escaped(code)),
    };
    text::parts(text).map(part).collect()
}
