//! Variables that a README or another guide lists for whoever sets a site up: as items, as a table, or as
//! the lines of an env file that it shows.

use crate::fact::Fact;
use crate::model::build::named_stage::is_for_few;
use crate::model::surroundings::GuideList;
use crate::model::{Files, Kind, Read};
use crate::source::Place;

/// One name is no list.
const FEWEST: usize = 3;

/// Nobody reads a longer one, and a hostile text is not compared line by line with all of itself.
const MOST: usize = 300;

/// Whether guides are of use: services of compose have only what they are given.
fn are_of_use(files: &Files) -> bool {
    !files.of(Kind::Compose).is_empty()
}

pub(super) fn guide_lists(files: &Files) -> Vec<GuideList> {
    if !are_of_use(files) {
        return Vec::new();
    }
    let guides = files.documents().into_iter().filter(|read| {
        let name = read.path.file_name().unwrap_or_default().to_ascii_lowercase();
        matches!(read.path.extension(), Some("md" | "rst"))
            && !name.starts_with("change")
            && !is_for_few(files.from_root(read.path).1)
    });
    guides.flat_map(lists).collect()
}

/// The lists of one guide. A heading, and a block of code, begin another.
fn lists(read: Read<'_>) -> Vec<GuideList> {
    let mut lists: Vec<Vec<Fact<String>>> = vec![Vec::new()];
    let mut is_code = false;
    for line in read.text.lines() {
        let text = line.trim_start();
        if text.starts_with("```") || text.starts_with("~~~") {
            is_code = !is_code;
            lists.push(Vec::new());
        } else if !is_code && text.starts_with('#') {
            lists.push(Vec::new());
        }
        let name = if is_code { assigned(text) } else { item(text) };
        if let (Some(name), Some(list)) = (name, lists.last_mut())
            && list.len() < MOST
            && list.iter().all(|it| it.value != name)
        {
            list.push(Fact::at(name.to_owned(), Place::of(read.id, read.text, name)));
        }
    }
    let lists = lists.into_iter().filter(|names| names.len() >= FEWEST);
    lists.map(|names| GuideList { file: read.path.to_owned(), names }).collect()
}

/// What an item or a row of a table begins with: `` - **`NAME`**: ``, `` | `NAME` | ``.
fn item(line: &str) -> Option<&str> {
    let marked = line.strip_prefix(['-', '*', '+', '|'])?;
    let quoted = marked.trim_start_matches(['-', '*', '|', ' ']).strip_prefix('`')?;
    let (name, rest) = variable(quoted.trim_start_matches('`'))?;
    rest.starts_with(['`', '=']).then_some(name)
}

/// What a line of an env file or of a shell sets: `NAME=value`, `export NAME=value`.
fn assigned(line: &str) -> Option<&str> {
    let (name, rest) = variable(line.strip_prefix("export ").unwrap_or(line))?;
    rest.starts_with('=').then_some(name)
}

/// A variable's name at the beginning of a text, and what is behind it.
fn variable(text: &str) -> Option<(&str, &str)> {
    let is_part = |it: char| it.is_ascii_uppercase() || it.is_ascii_digit() || it == '_';
    let end = text.find(|it| !is_part(it)).unwrap_or(text.len());
    let is_one = end > 2 && text.starts_with(|it: char| it.is_ascii_uppercase());
    is_one.then(|| text.split_at(end))
}
