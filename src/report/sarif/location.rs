//! Places as SARIF writes them: relative URIs and one-line regions.

use crate::report::sarif::Text;
use crate::source::{FileId, Place, Shown, Span};
use serde::Serialize;

/// In bytes.
const LONGEST_QUOTE: usize = 2000;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<usize>,
    pub physical_location: Physical,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<Text>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub logical_locations: Vec<Logical>,
}

/// What the finding is about, for viewers that group by it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Logical {
    pub fully_qualified_name: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Physical {
    artifact_location: Artifact,
    region: Region,
    #[serde(skip_serializing_if = "Option::is_none")]
    context_region: Option<Lines>,
}

/// Whole lines.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Lines {
    start_line: usize,
    end_line: usize,
    snippet: Text,
}

#[derive(Serialize)]
pub(super) struct Artifact {
    uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Region {
    start_line: usize,
    start_column: usize,
    end_line: usize,
    end_column: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    snippet: Option<Text>,
}

/// The first line of a place: GitHub annotates a pull request only if the whole region lies in
/// the lines that it changes.
pub(super) fn of(place: Place, shown: Shown<'_>) -> Location {
    let physical_location = Physical {
        artifact_location: artifact(place.file, shown),
        region: region(place.file, shown.first_line(place), shown),
        context_region: None,
    };
    Location { id: None, physical_location, message: None, logical_locations: Vec::new() }
}

/// The same with what stands there, masked as everywhere, for those who have no copy of the
/// file. Minified lines are not quoted.
pub(super) fn quoted(place: Place, shown: Shown<'_>) -> Location {
    let mut location = of(place, shown);
    let (line, _) = shown.position(place);
    let lines = line.saturating_sub(1).max(1)..=line + 1;
    let texts: Vec<_> = lines.clone().map_while(|number| shown.line(place.file, number)).collect();
    if texts.iter().map(|(_, text)| text.len()).sum::<usize>() > LONGEST_QUOTE {
        return location;
    }
    let span = shown.first_line(place);
    let text = &shown.text(place.file)[span.range()];
    let physical = &mut location.physical_location;
    physical.region.snippet = Some(Text { text: text.to_owned() });
    physical.context_region = Some(Lines {
        start_line: *lines.start(),
        end_line: lines.start() + texts.len() - 1,
        snippet: Text { text: texts.iter().map(|(_, text)| format!("{text}\n")).collect() },
    });
    location
}

pub(super) fn artifact(file: FileId, shown: Shown<'_>) -> Artifact {
    Artifact { uri: uri(shown.path(file)) }
}

pub(super) fn region(file: FileId, span: Span, shown: Shown<'_>) -> Region {
    let (start_line, start_column) = shown.locate(file, span.start);
    let (end_line, end_column) = shown.locate(file, span.end);
    Region { start_line, start_column, end_line, end_column, snippet: None }
}

/// A relative reference, or a `file:` URI for what lies outside the tree. A colon is escaped, or
/// a path's first segment could pass for a scheme (RFC 3986, 4.2).
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    if path.starts_with('/') {
        uri += "file://";
    }
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            _ => uri += &format!("%{byte:02X}"),
        }
    }
    uri
}
