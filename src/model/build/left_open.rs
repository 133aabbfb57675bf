//! Placeholders of a unit's template that the script leaves which fills in the others:
//! `sed -e "s|{USER}|$USER|" -e "s|{PORT}|$PORT|" app.service.template > app.service`.

use crate::fact::{Certainty, Fact};
use crate::model::build::image_builds::assigned;
use crate::model::units::{LeftOpen, Unit};
use crate::model::{Files, Kind, Read};
use crate::source::{Place, command_at};

/// With fewer it may be about something else.
const FEWEST_FILLED_IN: usize = 2;

pub(super) fn mark(files: &Files, units: &mut [Unit]) {
    for unit in units.iter_mut().filter(|it| it.is_rendered) {
        let placeholders = unit.placeholders();
        if placeholders.len() <= FEWEST_FILLED_IN {
            continue;
        }
        let name = unit.path.file_name().unwrap_or_default();
        let scripts = files.of(Kind::Shell);
        let mut fill = scripts.iter().filter(|it| it.has("sed ") && it.has(name));
        let Some((read, mut left)) =
            fill.find_map(|it| Some((it, left(*it, name, &placeholders)?)))
        else {
            continue;
        };
        let speaks =
            |it: &Read<'_>| left.placeholders.iter().any(|symbol| names(it.text, &symbol.value));
        if scripts.iter().any(|it| it.id != read.id && speaks(it)) {
            let why = "another script has something for it";
            left.by = left.by.doubt(Certainty::Likely, why);
        }
        unit.left_open = Some(left);
    }
}

/// What the first command of a script leaves that fills in a template. What any other line of the script
/// speaks of may be filled in by that.
fn left(read: Read<'_>, template: &str, placeholders: &[Fact<String>]) -> Option<LeftOpen> {
    let text = read.text;
    text.match_indices("sed ").find_map(|(at, _)| {
        let command = command(read, at)?;
        let is_meant = command.contains(template) || has_in_variable(text, at, command, template);
        if !is_meant || command.contains(" -i") {
            return None;
        }
        let (filled, left): (Vec<_>, Vec<_>) =
            placeholders.iter().partition(|it| names(command, &it.value));
        let form = opening(&filled.first()?.value);
        let (before, behind) = (&text[..at], &text[at + command.len()..]);
        let is_open = |it: &Fact<String>| !names(before, &it.value) && !names(behind, &it.value);
        let of_it = left.iter().all(|it| opening(&it.value) == form && is_open(it));
        let is_one = filled.len() >= FEWEST_FILLED_IN && !left.is_empty() && of_it;
        is_one.then(|| LeftOpen {
            placeholders: left.into_iter().cloned().collect(),
            by: Fact::at((), Place::of(read.id, text, &text[at..at + "sed".len()])),
        })
    })
}

/// Whether a text has a placeholder. `${NAME}` is the shell's own.
fn names(text: &str, placeholder: &str) -> bool {
    text.match_indices(placeholder).any(|(at, _)| !text[..at].ends_with('$'))
}

/// A command with the lines that it goes on in, if one begins here.
fn command<'t>(read: Read<'t>, at: usize) -> Option<&'t str> {
    let text = read.text;
    let before = text[..at].rsplit('\n').next().unwrap_or_default().trim();
    let whole = Place::of(read.id, text, command_at(text, at));
    matches!(before, "" | "sudo").then(|| &text[at..whole.span.end as usize])
}

/// Whether a command has a variable that was last given this file: `template="$HERE/app.service.template"`.
fn has_in_variable(text: &str, at: usize, command: &str, file: &str) -> bool {
    let mut names = command.split('$').skip(1).map(|behind| {
        let behind = behind.trim_start_matches('{');
        let end = behind.find(|it: char| !(it.is_ascii_alphanumeric() || it == '_'));
        &behind[..end.unwrap_or(behind.len())]
    });
    let given = |name: &str| assigned(&text[..at], name).last().is_some_and(|it| it.contains(file));
    names.any(|name| !name.is_empty() && given(name))
}

/// How a placeholder begins, by which those of one template are alike.
fn opening(placeholder: &str) -> &str {
    let end = placeholder.find(|it: char| it.is_alphanumeric()).unwrap_or(placeholder.len());
    placeholder[..end].trim_end()
}
