//! Pipfile and Pipfile.lock, as Pipenv reads them.

use super::Group;
use super::Package;
use super::Reading;
use super::decoded::decode;
use super::json::{Json, Node};
use super::pyproject;
use super::requirement;
use super::toml::Toml;
use crate::fact::version::{NotAVersion, Range, Version, pep440};
use crate::source::Spanned;
use crate::syntax::spliced::Spliced;

pub(super) fn read(reading: &mut Reading, toml: Toml<'_>) {
    // Any other table is a group of that name (Pipenv, "Specifying package categories").
    for (table, _) in toml.root.iter() {
        let group = match table {
            "packages" => Group::Main,
            "dev-packages" => Group::Named("dev".to_owned()),
            "source" | "requires" | "scripts" | "pipenv" | "build-system" => continue,
            category => Group::Named(category.to_owned()),
        };
        let Some(packages) = toml.table(table) else { continue };
        for (name, item) in packages.iter() {
            named(reading, toml, toml.key(packages, name), item, &group);
        }
    }
    let requires = toml.table("requires");
    let version =
        requires.and_then(|it| it.get("python_full_version").or_else(|| it.get("python_version")));
    let Some(version) = version.and_then(|it| toml.string(it)) else { return };
    let place = version.place();
    match version.as_str().parse::<Version>() {
        Ok(version) => {
            reading.manifest.python = Some(Spanned::new(Range::series(version), place));
        }
        Err(refused) => reading.refuse(place, refused.to_string()),
    }
}

fn named(
    reading: &mut Reading,
    toml: Toml<'_>,
    name: Spanned<String>,
    item: &toml_edit::Item,
    group: &Group,
) {
    pyproject::named(reading, toml, name, item, group, constraint);
}

/// PEP 440, `*`, and a bare version for a pin.
fn constraint(text: &str) -> Result<Range, NotAVersion> {
    match text.trim() {
        "*" => Ok(Range::any()),
        text if text.starts_with(|c: char| c.is_ascii_digit()) => pep440(&format!("=={text}")),
        text => pep440(text),
    }
}

pub(super) fn read_lock(reading: &mut Reading, text: &str) {
    let decoded = decode(reading.file, text);
    let json = Json::parse(&decoded.text);
    let root = match json {
        Ok(root) => root,
        Err(at) => {
            let place = decoded.place(at, at);
            reading.refuse(place, "this is no JSON");
            reading.opaque("it is no JSON", place);
            return;
        }
    };
    let version = root.get("_meta").and_then(|it| it.get("requires")?.get("python_version"));
    if let Some(Node { json: Json::String(version), start, end }) = version {
        let series = version.parse::<Version>().ok().map(Range::series);
        reading.manifest.python = series.map(|it| Spanned::new(it, decoded.place(*start, *end)));
    }
    let mut packages = Vec::new();
    for (table, node) in root.members() {
        let group = match table.text.as_str() {
            "_meta" => continue,
            "default" => Group::Main,
            "develop" => Group::Named("dev".to_owned()),
            category => Group::Named(category.to_owned()),
        };
        for (name, node) in node.members() {
            let name = Spanned::new(name.text.clone(), decoded.place(name.start, name.end));
            packages.push((name, node, group.clone()));
        }
    }
    for (name, node, group) in packages {
        let version = node.get("version").and_then(Node::string);
        let version = version.and_then(|(text, start, end)| {
            Some(Spanned::new(pep440(text).ok()?, decoded.place(start, end)))
        });
        let marker = node.get("markers").and_then(Node::string);
        let marker = marker.and_then(|(text, start, end)| {
            let written = Spliced::new(text, decoded.place(start, end));
            requirement::marker(reading, &written, text)
        });
        let groups = vec![group];
        reading.manifest.packages.push(Package {
            name,
            version,
            groups,
            needs: Vec::new(),
            marker,
        });
    }
}
