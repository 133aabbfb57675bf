//! Names that the modules of the settings have, and which they have more than once.

use crate::model::Files;
use crate::python::Evaluation;
use std::collections::{BTreeMap, BTreeSet};

/// Whether a name is one that Django takes from the module of the settings: in capitals.
pub(in crate::model::build) fn is_in_capitals(name: &str) -> bool {
    let is_part = |it: u8| it.is_ascii_uppercase() || it.is_ascii_digit() || it == b'_';
    !name.is_empty() && name.bytes().all(is_part)
}

/// The names in capitals that stand in the code of these modules again where they are assigned once:
/// whoever takes the assignment away has to see what reads it. A comment reads nothing.
pub(super) fn again(files: &Files, evaluation: &Evaluation) -> BTreeSet<String> {
    let mut counted: BTreeMap<&str, usize> = BTreeMap::new();
    for file in &evaluation.modules {
        let lines = files.read(*file).text.lines();
        let code = lines.map(|line| line.split_once('#').map_or(line, |(code, _)| code));
        let is_part = |it: char| it.is_ascii_alphanumeric() || it == '_';
        let words = code.flat_map(|line| line.split(move |it| !is_part(it)));
        for word in words.filter(|it| it.starts_with(|first: char| first.is_ascii_uppercase())) {
            *counted.entry(word).or_default() += 1;
        }
    }
    let more = counted.into_iter().filter(|(_, count)| *count > 1);
    more.map(|(word, _)| word.to_owned()).collect()
}
