//! One HTML file that needs nothing else: opened from a CI's artifacts, on any machine, it asks
//! no server for anything. Its policy allows the one style and the one script it carries, by
//! their hashes, so nothing that a scanned file brought along could run even if it got through.

use crate::diagnostic::Diagnostic;
use crate::report::text::markup;
use crate::report::{Report, fingerprint, severity, summary};
use data_encoding::BASE64;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

mod finding;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

pub(super) fn report(report: &Report<'_>) -> String {
    let sentence = escaped(&summary::sentence(report));
    let policy = format!(
        "default-src 'none'; style-src '{}'; script-src '{}'; base-uri 'none'; form-action 'none'",
        hash(STYLE),
        hash(SCRIPT)
    );
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>kilter: {}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n\
         <header>\n<h1>kilter</h1>\n<p>{sentence}</p>\n",
        escaped(&summary::found(report)),
    );
    out += &deployments(report);
    for note in report.notes {
        out += &format!("<p>{}</p>\n", escaped(note));
    }
    out += &filters(report);
    out += "</header>\n<main>\n";
    let fingerprints = fingerprint::all(report.diagnostics, report.shown);
    for (diagnostic, fingerprint) in report.diagnostics.iter().zip(&fingerprints) {
        finding::add(&mut out, diagnostic, fingerprint, report);
    }
    out + &format!("</main>\n<script>{SCRIPT}</script>\n</body>\n</html>\n")
}

fn deployments(report: &Report<'_>) -> String {
    if report.deployments.is_empty() {
        return String::new();
    }
    let each = report.deployments.iter();
    let items: String = each
        .map(|it| format!("<li>{} <small>{}</small></li>", escaped(it.name), escaped(it.stage)))
        .collect();
    format!("<ul class=\"deployments\" aria-label=\"Deployments\">{items}</ul>\n")
}

/// Shown by the script: without it every finding is there, and nothing to press in vain.
fn filters(report: &Report<'_>) -> String {
    let rules: BTreeSet<_> = report.diagnostics.iter().map(|it| it.rule).collect();
    let files: BTreeSet<_> = report.diagnostics.iter().flat_map(|it| files(it, report)).collect();
    let severities: BTreeSet<_> = report.diagnostics.iter().map(Diagnostic::severity).collect();

    let mut out = "<form id=\"filters\" hidden>\n<fieldset><legend>Severity</legend>".to_owned();
    for it in severities.into_iter().rev() {
        let (name, count) = (severity(it), report.count(it));
        out += &format!(
            "<label><input type=\"checkbox\" name=\"severity\" value=\"{name}\" checked> {name} \
             <small>{count}</small></label>"
        );
    }
    out += "</fieldset>\n";
    out += &choice("rule", "Rule", &rules);
    out += &choice("file", "File", &files);
    out + "<label>Text <input type=\"search\" name=\"text\"></label>\n\
           <output id=\"count\" aria-live=\"polite\"></output>\n</form>\n"
}

fn choice(name: &str, title: &str, values: &BTreeSet<&str>) -> String {
    let options: String = values
        .iter()
        .map(|value| format!("<option value=\"{0}\">{0}</option>", escaped(value)))
        .collect();
    format!(
        "<label>{title} <select name=\"{name}\"><option value=\"\">all</option>{options}</select>\
         </label>\n"
    )
}

/// The files that a finding points into, each once.
fn files<'a>(it: &Diagnostic, report: &Report<'a>) -> Vec<&'a str> {
    let places = it.labels.iter().filter_map(|label| label.evidence.place());
    let mut files: Vec<_> = places.map(|place| report.shown.path(place.file)).collect();
    let mut seen = BTreeSet::new();
    files.retain(|file| seen.insert(*file));
    files
}

/// Text and attribute values alike.
fn escaped(text: &str) -> String {
    markup(text).replace('\'', "&#39;")
}

/// A source expression of the Content Security Policy.
fn hash(content: &str) -> String {
    format!("sha256-{}", BASE64.encode(&Sha256::digest(content)))
}
