//! A rule as a `reportingDescriptor`.

use crate::diagnostic::Severity;
use crate::report::RuleInfo;
use serde::Serialize;

/// GitHub's limit for a description, in characters.
const LONGEST_DESCRIPTION: usize = 1024;
/// How many tags GitHub shows.
const MOST_TAGS: usize = 10;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Descriptor<'a> {
    id: &'a str,
    name: String,
    short_description: Text<'a>,
    full_description: Text<'a>,
    default_configuration: Configuration,
    help_uri: &'a str,
    help: Help<'a>,
    properties: Properties<'a>,
}

#[derive(Serialize)]
struct Text<'a> {
    text: &'a str,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct Help<'a> {
    text: String,
    markdown: &'a str,
}

#[derive(Serialize)]
struct Properties<'a> {
    tags: Vec<&'a str>,
    precision: &'static str,
    #[serde(rename = "problem.severity")]
    problem_severity: &'static str,
    #[serde(rename = "security-severity", skip_serializing_if = "Option::is_none")]
    security_severity: Option<&'a str>,
    since: &'a str,
}

pub(super) fn describe<'a>(rule: &'a RuleInfo<'a>) -> Descriptor<'a> {
    let prose = prose(rule.page);
    let description = if prose.is_empty() { rule.summary } else { prose };
    Descriptor {
        id: rule.id,
        name: name(rule.id),
        short_description: Text { text: clipped(rule.summary) },
        full_description: Text { text: clipped(description) },
        default_configuration: Configuration { level: level(rule.severity) },
        help_uri: &rule.docs,
        help: Help {
            text: [rule.summary, prose, &rule.docs]
                .into_iter()
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join("\n\n"),
            markdown: rule.page,
        },
        properties: Properties {
            tags: tags(rule),
            precision: "high",
            problem_severity: match rule.severity {
                Severity::Advice => "recommendation",
                Severity::Warning => "warning",
                Severity::Error => "error",
            },
            security_severity: rule.security_severity,
            since: rule.since,
        },
    }
}

pub(super) fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Advice => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}

/// The group, so that alerts can be filtered by it, then the rule's own; GitHub takes an alert
/// for one about security by a tag as well as by the number.
fn tags<'a>(rule: &RuleInfo<'a>) -> Vec<&'a str> {
    let group = rule.id.split('/').next();
    let security = rule.security_severity.map(|_| "security");
    let mut tags = Vec::new();
    for tag in group.into_iter().chain(security).chain(rule.tags.iter().copied()) {
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    tags.truncate(MOST_TAGS);
    tags
}

/// `assets/root-not-served` → `AssetsRootNotServed`: a name is an identifier (SARIF 3.49.7).
fn name(id: &str) -> String {
    let words = id.split(['/', '-']).map(|word| {
        let (first, rest) = word.split_at(word.len().min(1));
        first.to_ascii_uppercase() + rest
    });
    words.collect()
}

/// What a page says before its first heading below the title: why the fault matters. The
/// summary is not repeated, and the examples are left to those who read Markdown.
fn prose(page: &str) -> &str {
    let body = page.find("\n\n").map_or("", |title| page[title..].trim_start());
    let body = body.find("\n\n").map_or("", |summary| body[summary..].trim_start());
    let end = if body.starts_with("## ") { 0 } else { body.find("\n## ").unwrap_or(body.len()) };
    body[..end].trim_end()
}

fn clipped(text: &str) -> &str {
    text.char_indices().nth(LONGEST_DESCRIPTION).map_or(text, |(end, _)| &text[..end])
}
