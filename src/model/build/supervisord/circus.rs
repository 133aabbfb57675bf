//! Watchers of Circus, in a file that is written as supervisord's is (Circus, "Configuration").

use crate::fact::{Environment, Fact, Supplied};
use crate::model::build::main_step;
use crate::model::build::supervisord::declared::Declared;
use crate::syntax::ini::Section;
use crate::syntax::shlex;
use crate::syntax::spliced::Spliced;
use camino::Utf8PathBuf;

/// What the section of a watcher is called, before its name.
const WATCHER: &str = "watcher:";

pub(super) fn is_watcher(section: &Section) -> bool {
    section.name.value.starts_with(WATCHER)
}

/// What a section `watcher:NAME` declares. `None` where Circus puts into its command what nobody sees here:
/// `--fd $(circus.sockets.web)`.
pub(super) fn watcher<'s>(
    sections: &'s [Section],
    section: &'s Section,
    base: &Environment,
) -> Option<Declared<'s>> {
    let name = section.name.value.strip_prefix(WATCHER)?;
    let value = |key: &str| section.get(key).and_then(known);
    let mut words = shlex::split(section.get("cmd")?)?;
    if let Some(arguments) = section.get("args") {
        words.extend(shlex::split(arguments)?);
    }
    let words = words.iter().map(|word| Some(main_step::argument(&known(word)?)));
    let mut environment = base.clone();
    for (name, held) in variables(sections, name) {
        let supplied = match known(held) {
            Some(value) if !value.value.contains('$') => Supplied::Value(value.value),
            _ => Supplied::Unknown("Circus fills it in".into()),
        };
        environment.set(name, Fact::at(supplied, held.place()));
    }
    Some(Declared {
        section,
        name: name.to_owned(),
        words: words.collect::<Option<_>>()?,
        directory: value("working_dir").map(|it| it.map(|path| Utf8PathBuf::from(path.as_str()))),
        environment,
        user: value("uid"),
        socket: None,
    })
}

/// What the sections `env` and `env:NAMES` set for a watcher, those of its own last.
fn variables<'s>(
    sections: &'s [Section],
    watcher: &str,
) -> impl Iterator<Item = (&'s str, &'s Spliced)> {
    let is_of_all = |it: &&Section| it.name.value == "env";
    let is_own = move |it: &&Section| {
        let names = it.name.value.strip_prefix("env:");
        let is_it = |name: &str| match name.strip_suffix('*') {
            Some(begin) => watcher.starts_with(begin),
            None => name == watcher,
        };
        names.is_some_and(|names| names.split(',').map(str::trim).any(is_it))
    };
    let all = sections.iter().filter(is_of_all);
    let own: Vec<&Section> = sections.iter().filter(is_own).collect();
    let each = all.chain(own).flat_map(|it| &it.entries);
    each.map(|it| (it.key.value.as_str(), &it.value))
}

/// A value, unless Circus or a template puts something into it.
fn known(text: &Spliced) -> Option<Fact<String>> {
    let is_plain = ["$(circus.", "((circus.", "{{"].iter().all(|it| !text.as_str().contains(it));
    is_plain.then(|| Fact::at(text.as_str().to_owned(), text.place()))
}
