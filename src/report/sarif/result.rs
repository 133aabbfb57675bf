//! A diagnostic as a `result`.

use crate::diagnostic::{Diagnostic, Fix, Subject};
use crate::fact::Label;
use crate::report::sarif::Text;
use crate::report::sarif::location::{self, Artifact, Location, Logical, Region};
use crate::report::text::printable;
use crate::report::{certainty, notes, sarif};
use crate::source::{Place, Shown};
use serde::Serialize;

/// GitHub shows that many locations of a result.
const MOST_RELATED: usize = 99;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Finding<'a> {
    rule_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    level: &'static str,
    message: Text,
    locations: [Location; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    code_flows: Vec<CodeFlow>,
    partial_fingerprints: Fingerprints,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<Change>,
    properties: Properties<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Fingerprints {
    #[serde(rename = "kilter/v1")]
    kilter: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    primary_location_line_hash: Option<String>,
}

/// How a value came to where it is wrong, the first step first.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CodeFlow {
    thread_flows: [ThreadFlow; 1],
}

#[derive(Serialize)]
struct ThreadFlow {
    locations: Vec<Step>,
}

#[derive(Serialize)]
struct Step {
    location: Location,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Change {
    description: Text,
    artifact_changes: Vec<ArtifactChange>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactChange {
    artifact_location: Artifact,
    replacements: [Replacement; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement {
    deleted_region: Region,
    inserted_content: Text,
}

#[derive(Serialize)]
struct Properties<'a> {
    certainty: &'static str,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    deployments: &'a [String],
}

/// None if no label has a place.
pub(super) fn of<'a>(
    it: &'a Diagnostic,
    fingerprint: String,
    rule_index: Option<usize>,
    shown: Shown<'_>,
) -> Option<Finding<'a>> {
    let placed = it.labels.iter().filter_map(|label| Some((label, label.evidence.place()?)));
    let mut placed = placed.collect::<Vec<_>>().into_iter();
    let (primary, place) = placed.next()?;
    let related: Vec<_> = placed.take(MOST_RELATED).enumerate().collect();
    let at = |id: usize, text: &str, place| Location {
        id: Some(id),
        message: Some(Text { text: escaped(text) }),
        ..location::of(place, shown)
    };

    Some(Finding {
        rule_id: it.rule,
        rule_index,
        level: sarif::rule::level(it.severity()),
        message: Text { text: message(it, &primary.text, &related, shown) },
        locations: [Location {
            message: Some(Text { text: escaped(&primary.text) }),
            logical_locations: logical(&it.subject).into_iter().collect(),
            ..location::quoted(place, shown)
        }],
        related_locations: related
            .iter()
            .map(|(index, (label, place))| at(index + 1, &label.text, *place))
            .collect(),
        code_flows: code_flows(it, shown),
        partial_fingerprints: Fingerprints {
            kilter: fingerprint,
            primary_location_line_hash: shown.line_hash(place),
        },
        fixes: it.fix.iter().map(|fix| change(fix, shown)).collect(),
        properties: Properties {
            certainty: certainty(it.certainty()),
            deployments: &it.deployments,
        },
    })
}

/// One paragraph. GitHub shows a related location only if the message links to it, and the
/// first sentence alone where there is little room.
fn message(
    it: &Diagnostic,
    here: &str,
    related: &[(usize, (&Label, Place))],
    shown: Shown<'_>,
) -> String {
    let mut message = format!("{}. Here: {}.", escaped(&it.message), escaped(here));
    for (index, (label, place)) in related {
        let (line, _) = shown.position(*place);
        let place = escaped(&format!("{}:{line}", shown.path(place.file)));
        message += &format!(" [{}]({}) ({place}).", escaped(&label.text), index + 1);
    }
    for note in notes::of(it, shown) {
        message += &format!(" Note: {}.", escaped(&note));
    }
    if let Some(help) = &it.help {
        message += &format!(" Help: {}.", escaped(help));
    }
    message
}

/// Brackets and backslashes would make a link of what is none (SARIF 3.11.6).
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in printable(text).chars() {
        if matches!(character, '[' | ']' | '\\') {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

fn logical(subject: &Subject) -> Option<Logical> {
    let fully_qualified_name = match subject {
        // The physical location says it.
        Subject::File(_) | Subject::Nothing => return None,
        Subject::Process(name) => format!("process:{name}"),
        Subject::Site(name) => format!("site:{name}"),
        Subject::Project(name) => format!("project:{name}"),
        Subject::Path(path) => format!("path:{path}"),
    };
    Some(Logical { fully_qualified_name })
}

/// One for each label whose value was written in more than one place.
fn code_flows(it: &Diagnostic, shown: Shown<'_>) -> Vec<CodeFlow> {
    let flow = |label: &Label| {
        let steps = label.evidence.origins().iter().filter_map(|origin| origin.place());
        let mut locations: Vec<_> = steps
            .take(MOST_RELATED)
            .map(|place| Step { location: location::of(place, shown) })
            .collect();
        locations.first_mut()?.location.message = Some(Text { text: escaped(&label.text) });
        // The deciding origin comes first in evidence, and last in a derivation.
        locations.reverse();
        (locations.len() > 1).then_some(CodeFlow { thread_flows: [ThreadFlow { locations }] })
    };
    it.labels.iter().filter_map(flow).collect()
}

fn change(fix: &Fix, shown: Shown<'_>) -> Change {
    let changes = fix.edits.iter().map(|edit| {
        let file = edit.place().file;
        let (span, text) = edit.resolve(shown.text(file));
        ArtifactChange {
            artifact_location: location::artifact(file, shown),
            replacements: [Replacement {
                deleted_region: location::region(file, span, shown),
                inserted_content: Text { text },
            }],
        }
    });
    Change { description: Text { text: escaped(&fix.title) }, artifact_changes: changes.collect() }
}
