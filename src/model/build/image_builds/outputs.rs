//! What the steps of a workflow write for those behind them: outputs, and variables of the environment
//! (GitHub's documentation, "Workflow commands": "Setting an output parameter", "Setting an environment
//! variable", "Multiline strings").

use crate::model::build::image_builds::held::with_variables;
use crate::model::build::image_builds::name::{assigned, variable};

/// Where a step writes its outputs.
const OUTPUTS: &str = "GITHUB_OUTPUT";
/// Where a step writes what all behind it have in their environment.
const ENVIRONMENT: &str = "GITHUB_ENV";

/// What a step's script writes as one of its outputs, each line by itself. Which way it took is not asked:
/// the ways differ in tags.
pub(super) fn of_step(script: &str, output: &str) -> Vec<String> {
    let mut values = written(script, output, OUTPUTS);
    // As it was written before there was a file for it.
    let command = format!("::set-output name={output}::");
    let told = script.lines().filter_map(|line| line.split_once(&command));
    values.extend(told.map(|(_, value)| up_to_its_end(value).to_owned()));
    values.iter().flat_map(|value| held(script, value)).collect()
}

/// The same of a variable that it sets for the steps behind.
pub(super) fn to_environment(script: &str, name: &str) -> Vec<String> {
    let values = written(script, name, ENVIRONMENT);
    values.iter().flat_map(|value| held(script, value)).collect()
}

/// What is written for a name: `echo "tags=$TAGS" >> "$GITHUB_OUTPUT"`, the same in a group whose end goes
/// to the file, or lines between two of a delimiter.
fn written(script: &str, name: &str, to: &str) -> Vec<String> {
    let is_of_group = |line: &str| line.trim_start().starts_with('}') && line.contains(to);
    let is_grouped = script.lines().any(is_of_group);
    let is_said =
        |line: &str| line.contains(to) || is_grouped && line.trim_start().starts_with("echo ");
    let mut values = Vec::new();
    let mut lines = script.lines().filter(|line| is_said(line));
    while let Some(line) = lines.next() {
        if let Some(delimiter) = behind_name(line, &format!("{name}<<")) {
            let between = lines.by_ref().map_while(|line| said(line).filter(|it| *it != delimiter));
            values.extend(between.map(str::to_owned));
        } else if let Some(value) = behind_name(line, &format!("{name}=")) {
            values.push(value.to_owned());
        }
    }
    values
}

/// The value that a line writes behind a name.
fn behind_name<'l>(line: &'l str, name: &str) -> Option<&'l str> {
    let (before, value) = line.split_once(name)?;
    before.ends_with(['"', '\'', ' ']).then(|| up_to_its_end(value))
}

fn up_to_its_end(value: &str) -> &str {
    value.split(['"', '\'', '>']).next().unwrap_or(value).trim()
}

/// What `echo` says.
fn said(line: &str) -> Option<&str> {
    let words = line.trim_start().strip_prefix("echo ")?.trim_start();
    let words = words.strip_prefix("-e ").unwrap_or(words).trim_start();
    Some(up_to_its_end(words.trim_start_matches(['"', '\''])))
}

/// A value with what the script's variables hold, where `echo -e` makes several lines of it.
fn held(script: &str, value: &str) -> Vec<String> {
    let values = match variable(value) {
        Some((name, "")) => assigned(script, name),
        Some(_) | None => vec![value],
    };
    let lines = values.into_iter().flat_map(|it| it.split("\\n"));
    // Names of images have no large letters, so that `${OWNER,,}` says what `${OWNER}` does.
    lines.map(|it| with_variables(it.replace(",,}", "}"), script)).collect()
}
