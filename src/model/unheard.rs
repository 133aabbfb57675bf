//! Commands that a service is run with by itself, and that its entrypoint never looks at.
//!
//! `docker compose run` puts the words behind the entrypoint, as `command` does: a shell that has its text
//! takes them for `$0`, `$1` and so on, and one without takes the first for the name of a script (sh(1p),
//! OPERANDS).

use crate::fact::Fact;
use crate::model::compose::{Command, Ran, Service};
use crate::model::container::{Container, Deaf};
use crate::model::image::Role;
use crate::model::{Deployment, Process};

/// A service that is run in vain.
pub struct Unheard<'a> {
    pub process: &'a Process,
    /// The calls.
    pub calls: Vec<&'a Fact<Ran>>,
    pub why: Deafness<'a>,
    /// The program that was meant, if somebody can tell.
    pub program: Option<String>,
}

/// What becomes of the command.
pub enum Deafness<'a> {
    /// A shell is given a text of its own in front of it.
    Text(Fact<()>),
    /// A shell looks for a script of this name.
    Name(Fact<()>, &'a str),
    /// It is handed to a script that does something else.
    Script(&'a Deaf),
}

impl Deployment {
    /// The services that something in view runs with a command which has no effect, each once.
    pub fn unheard(&self) -> Vec<Unheard<'_>> {
        let Some(project) = &self.compose else { return Vec::new() };
        let each = self.services().into_iter().filter_map(|(service, process, container)| {
            let runs = project.usage.runs.iter();
            let mut runs = runs
                .filter(|it| it.value.service == service.name.value)
                .filter_map(|it| Some((it, deafness(service, container, &it.value.words)?)));
            let (first, why) = runs.next()?;
            let calls = [first].into_iter().chain(runs.map(|(it, _)| it)).collect();
            let flavour = container.flavour.as_ref();
            let of_certificates =
                flavour.is_some_and(|it| it.value.stock.role == Role::Certificates);
            let word = first.value.words.first().filter(|it| it.chars().all(char::is_alphanumeric));
            let program = match of_certificates {
                true => Some("certbot".to_owned()),
                false => word.filter(|_| container.image.is_some()).cloned(),
            };
            Some(Unheard { process, calls, why, program })
        });
        each.collect()
    }
}

fn deafness<'a>(
    service: &Service,
    container: &'a Container,
    words: &'a [String],
) -> Option<Deafness<'a>> {
    let Some(entrypoint) = &service.entrypoint else {
        return script(container, words);
    };
    let first = entrypoint.words.first()?.to_string();
    let name = first.rsplit('/').next().unwrap_or_default();
    if !["sh", "bash", "dash", "ash"].contains(&name) {
        return script(container, words);
    }
    let whole = Fact::at((), entrypoint.place);
    match &entrypoint.words[1..] {
        [] => by_name(container, words).map(|it| Deafness::Name(whole, it)),
        [option, text, ..] if is_for_text(&option.to_string()) => {
            let is_deaf = !mentions_arguments(&text.searchable()) && !is_cut(entrypoint);
            is_deaf.then_some(Deafness::Text(whole))
        }
        _ => script(container, words),
    }
}

/// The script of the entrypoint, unless the command is that script.
fn script<'a>(container: &'a Container, words: &[String]) -> Option<Deafness<'a>> {
    let deaf = container.deaf.as_ref()?;
    (words.first() != Some(&deaf.entrypoint.value)).then_some(Deafness::Script(deaf))
}

/// `-c`, `-ec`.
fn is_for_text(option: &str) -> bool {
    option.strip_prefix('-').is_some_and(|it| !it.starts_with('-') && it.contains('c'))
}

/// The word that a shell takes for a script, if that is no path and no file of the project's: the images
/// of others have none of such names where their shell looks.
fn by_name<'a>(container: &Container, words: &'a [String]) -> Option<&'a str> {
    let word = words.first()?;
    let is_word = word.chars().all(|it| it.is_ascii_alphanumeric() || "-_".contains(it));
    (container.image.is_none() && is_word && !word.starts_with('-')).then_some(word.as_str())
}

fn mentions_arguments(text: &str) -> bool {
    let marked = ["$@", "$*", "$#", "${@", "${*", "${#", "shift", "getopts"];
    let numbered = |(at, _): (usize, &str)| {
        let behind = text[at + 1..].trim_start_matches('{');
        behind.starts_with(|it: char| it.is_ascii_digit())
    };
    marked.iter().any(|it| text.contains(it)) || text.match_indices('$').any(numbered)
}

/// Whether compose drops the end of the line: what is left is another fault.
fn is_cut(entrypoint: &Command) -> bool {
    entrypoint.dropped.is_some() || entrypoint.malformed
}
