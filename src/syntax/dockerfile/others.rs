//! Files of a Dockerfile's name that BuildKit's own frontend never reads as they stand: they are written for
//! another one, or something else makes a Dockerfile of them.

use crate::source::Place;

/// The names of the frontend that this is the syntax of (docker/dockerfile on Docker Hub, "Custom Dockerfile
/// syntax"), wherever it is pulled from.
const OWN: [&str; 2] = ["dockerfile", "dockerfile-upstream"];

/// Whether a `# syntax=` names a frontend with a language of its own.
pub(super) fn is_foreign(frontend: &str) -> bool {
    let name = frontend.split(['@', ' ']).next().unwrap_or_default();
    let name = name.rsplit('/').next().unwrap_or_default();
    let name = name.split(':').next().unwrap_or_default();
    // A variable or a template may name any.
    !OWN.contains(&name)
}

/// What begins a line that a template has in place of an instruction: Mustache's and ERB's tags, and the marks
/// that `sed` and `envsubst` fill in. Jinja's `{% if … %}` only chooses among lines that stand there.
const MARKS: [&str; 7] = ["{{", "<%", "<<", "@", "%%", "${", "$("];

/// Instructions of languages that are made of Dockerfiles: Earthly's `VERSION`, the `INCLUDE` of several
/// preprocessors.
const INSTRUCTIONS: [&str; 4] = ["VERSION", "INCLUDE", "INCLUDE+", "%INCLUDE"];

/// Whether the line of a place has a mark that is filled in before a builder reads it: `FROM {{ base }}`.
pub(super) fn is_filled_in(text: &str, place: Place) -> bool {
    let start = text[..place.span.range().start].rfind('\n').map_or(0, |at| at + 1);
    let line = text[start..].lines().next().unwrap_or_default();
    ["{{", "@@", "<%"].iter().any(|it| line.contains(it))
}

/// Whether an unknown instruction shows that something else reads the file first.
pub(super) fn is_made_up(keyword: &str) -> bool {
    MARKS.iter().any(|it| keyword.starts_with(it))
        || INSTRUCTIONS.contains(&keyword)
        || keyword.starts_with("INCLUDE(")
}
