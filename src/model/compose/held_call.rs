//! Calls whose first half a script holds in a variable: `COMPOSE="docker compose -f prod.yml"`, and then
//! `$COMPOSE run --rm web`.

use crate::fact::Fact;
use crate::model::compose::Invocation;
use crate::model::compose::invocation::Words;
use crate::source::{FileId, Place};

/// What a text goes on with from the first half of a call, wherever it names the variable that holds it.
pub(in crate::model) fn going_on(
    file: FileId,
    text: &str,
    first: &Fact<Invocation>,
) -> Vec<Fact<Invocation>> {
    let Some(name) = held_by(text, first) else { return Vec::new() };
    let forms = [format!("${name} "), format!("${{{name}}} "), format!("$({name}) ")];
    let each = forms.iter().flat_map(|form| {
        text.match_indices(form.as_str()).filter_map(|(at, form)| {
            let mut words = Words::of(&text[at + form.len()..]);
            let mut call = first.value.clone();
            let word = words.next()?;
            call.take_subcommand(file, text, word, words);
            Some(Fact::at(call, Place::new(file, at, at + form.trim_end().len())))
        })
    });
    let mut found: Vec<Fact<Invocation>> = each.collect();
    found.sort_by_key(|it| it.evidence().place().map(|it| it.span.start));
    found
}

/// The variable that a line gives the first half to, if no other line gives it anything.
fn held_by<'t>(text: &'t str, first: &Fact<Invocation>) -> Option<&'t str> {
    let at = first.evidence().place()?.span.start as usize;
    let before = text.get(..at)?.rsplit('\n').next()?;
    let given = before.trim_end_matches(['"', '\'']).trim_end();
    let name = given.strip_suffix([':', '?']).unwrap_or(given);
    let name = name.strip_suffix('=')?.trim_end_matches([':', '?', ' ', '\t']);
    let name = name.trim_start();
    let name = ["export ", "readonly ", "local "]
        .iter()
        .find_map(|it| name.strip_prefix(it))
        .unwrap_or(name);
    let is_name =
        !name.is_empty() && name.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_');
    let gives = |line: &str| {
        let line = line.trim_start();
        let line = line.strip_prefix("export ").unwrap_or(line);
        let behind = line.strip_prefix(name).map(|it| it.trim_start_matches([' ', ':', '?']));
        behind.is_some_and(|it| it.starts_with('='))
    };
    (is_name && text.lines().filter(|it| gives(it)).count() == 1).then_some(name)
}
