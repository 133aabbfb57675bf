//! The options in a file of uWSGI's, in whichever of its formats (uWSGI, "Configuring uWSGI").

use crate::fact::Fact;
use crate::model::Read;
use crate::source::FileId;
use crate::syntax::ini::{self, Reader};
use crate::syntax::xml;
use crate::syntax::yaml::{self, Kind, Node};
use camino::Utf8Path;

/// The section that uWSGI reads where nobody names one.
pub(super) const UWSGI: &str = "uwsgi";

/// The name and the text of each option, at what says it.
pub(super) fn lines(read: Read<'_>, section: &str) -> Vec<(String, Fact<String>)> {
    match read.path.extension() {
        Some("xml") => of_xml(read.id, read.text, section),
        Some("yml" | "yaml" | "json") => of_yaml(read.id, read.text, section),
        _ => of_ini(read.id, read.text, section),
    }
}

/// Whether uWSGI reads it as one of these.
pub(super) fn is_readable(path: &Utf8Path) -> bool {
    path.extension() != Some("lua")
}

fn of_ini(file: FileId, text: &str, section: &str) -> Vec<(String, Fact<String>)> {
    let (sections, _) = ini::parse(file, text, Reader::Uwsgi);
    let entries = section_entries(&sections, section, &mut Vec::new());
    let each = entries.into_iter().map(|entry| {
        let place = if entry.value.is_empty() { entry.key.place } else { entry.value.place() };
        (entry.key.value.clone(), Fact::at(entry.value.as_str().to_owned(), place))
    });
    each.collect()
}

/// The entries of a section, with those of another one of the file where `ini = :NAME` asks for it.
fn section_entries<'s>(
    sections: &'s [ini::Section],
    name: &'s str,
    above: &mut Vec<&'s str>,
) -> Vec<&'s ini::Entry> {
    if above.contains(&name) {
        return Vec::new();
    }
    above.push(name);
    let own = sections.iter().filter(|it| it.name.value == name).flat_map(|it| &it.entries);
    let mut entries = Vec::new();
    for entry in own {
        match entry.value.as_str().strip_prefix(':').filter(|_| entry.key.value == "ini") {
            Some(other) => entries.extend(section_entries(sections, other.trim(), above)),
            None => entries.push(entry),
        }
    }
    above.pop();
    entries
}

/// The members of the mapping that is called as the section; of one that is a list, each. What JSON says is
/// YAML as well.
fn of_yaml(file: FileId, text: &str, section: &str) -> Vec<(String, Fact<String>)> {
    let file = yaml::parse(file, text);
    let mut options = Vec::new();
    for (key, node) in file.documents.iter().flat_map(members) {
        if key.text() != Some(section) {
            continue;
        }
        for (key, value) in members(node) {
            let values: &[Node] = match &value.kind {
                Kind::Sequence(items) => items,
                Kind::Scalar(_) | Kind::Mapping(_) => std::slice::from_ref(value),
            };
            let named = key.text().into_iter();
            options.extend(
                named.flat_map(|name| values.iter().filter_map(|it| option(name, key, it))),
            );
        }
    }
    options
}

fn members(node: &Node) -> impl Iterator<Item = (&Node, &Node)> {
    let pairs = match &node.kind {
        Kind::Mapping(mapping) => mapping.pairs.as_slice(),
        Kind::Scalar(_) | Kind::Sequence(_) => &[],
    };
    pairs.iter().map(|it| (&it.key, &it.value))
}

fn option(name: &str, key: &Node, value: &Node) -> Option<(String, Fact<String>)> {
    let (text, place) = match value.is_null() {
        true => ("", key.place),
        false => (value.text()?, value.place),
    };
    Some((name.to_owned(), Fact::at(text.to_owned(), place)))
}

/// The elements of `<uwsgi>`, which another one of its name is told apart from by its `id`.
fn of_xml(file: FileId, text: &str, section: &str) -> Vec<(String, Fact<String>)> {
    let id = (section != UWSGI).then_some(section);
    let elements = xml::below(file, text, UWSGI, id);
    elements.into_iter().map(|it| (it.name, it.text)).collect()
}
