//! What no report may show of a unit.

use super::UnitFile;
use super::words::{self, Escapes};
use crate::fact::secret;
use crate::source::Place;

/// Values under secret names in `Environment=` and on command lines, and passwords in URLs.
pub fn secrets(unit: &UnitFile) -> Vec<Place> {
    let sections = unit.sections.iter().flat_map(|section| &section.assignments);
    let mut places = Vec::new();
    for assignment in sections.chain(&unit.outside) {
        let value = &assignment.value;
        let found = secret::url_credentials(value.as_str()).into_iter();
        places.extend(found.map(|range| value.place_of(range)));
        let (words, _) = words::split(value, Escapes::Kept);
        for word in words {
            // `NAME=value` and `--name=value`.
            let Some((name, held)) = word.as_str().split_once('=') else { continue };
            if secret::is_secret_name(name) && !held.is_empty() && !secret::is_reference(held) {
                let text = word.as_str();
                places.push(word.text.place_of(name.len() + 1..text.len()));
            }
        }
    }
    places
}
