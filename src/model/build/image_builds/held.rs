//! What the variables of a script hold, as far as it says so itself.

use crate::model::build::image_builds::name::{assigned, filled_in, variable, with_values};
use crate::source::alike;
use std::borrow::Cow;

/// Variables made of variables.
const DEEPEST: usize = 3;

/// A line with the variables to which its script gives one value, and always that.
pub(super) fn with_variables(line: String, script: &str) -> String {
    substituted(line, script, 0)
}

fn substituted(line: String, script: &str, depth: usize) -> String {
    let value_of = |name: &str| {
        let values = assigned(script, name).into_iter();
        let values = values.filter(|it| !is_itself_in_small_letters(it, name));
        let whole = |it: &str| {
            let it = with_defaults(in_small_letters(it).unwrap_or(it), script);
            substituted(filled_in(&it, &|_| None), script, depth + 1)
        };
        let itself = [format!("${name}"), format!("${{{name}")];
        let is_known = |it: &String| {
            !it.contains("$(") && !it.contains('`') && !itself.iter().any(|own| it.contains(own))
        };
        let mut values = values.map(whole).peekable();
        values.peek().filter(|it| is_known(it))?;
        alike(values)
    };
    if depth > DEEPEST {
        return line;
    }
    with_values(&line, &value_of)
}

/// `IMAGE_ID=$(echo $IMAGE_ID | tr '[A-Z]' '[a-z]')`, as GitHub's own workflow for images has it: names
/// of images have no large letters.
fn is_itself_in_small_letters(value: &str, name: &str) -> bool {
    let held = in_small_letters(value).and_then(variable);
    held.is_some_and(|(it, behind)| it == name && behind.is_empty())
}

/// What is written in small letters for the name of an image: `$(echo "$OWNER" | tr '[:upper:]' '[:lower:]')`,
/// which also stands in the place of another variable.
fn in_small_letters(value: &str) -> Option<&str> {
    let inner = value.strip_prefix("$(")?.strip_suffix(')')?.trim();
    let (said, lowered) = inner.strip_prefix("echo ")?.split_once('|')?;
    let lowered = lowered.replace(['"', '\''], "");
    let words: Vec<&str> = lowered.split_whitespace().collect();
    let lowers = matches!(
        words.as_slice(),
        ["tr", "[:upper:]", "[:lower:]"] | ["tr", "[A-Z]", "[a-z]"] | ["tr", "A-Z", "a-z"]
    );
    let said = said.trim();
    let said = said.strip_prefix("-n ").unwrap_or(said).trim_start();
    lowers.then(|| said.trim_matches(['"', '\'']))
}

/// `${REGISTRY:-ghcr.io}` of a name that the script leaves to whoever calls it is what it falls back on.
fn with_defaults<'v>(value: &'v str, script: &str) -> Cow<'v, str> {
    let Some((before, behind)) = value.split_once("${") else { return value.into() };
    let Some((inner, after)) = behind.split_once('}') else { return value.into() };
    let Some((name, default)) = inner.split_once(":-").or_else(|| inner.split_once('-')) else {
        return value.into();
    };
    // `TAG=${TAG:-latest}` says no more than that.
    let is_left = assigned(script, name).iter().all(|it| *it == value);
    let is_plain = !default.contains(['$', '`', '{']) && is_left;
    if !is_plain || name.contains(|it: char| !it.is_ascii_alphanumeric() && it != '_') {
        return value.into();
    }
    format!("{before}{default}{}", with_defaults(after, script)).into()
}
