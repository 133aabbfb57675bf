//! pyproject.toml: PEP 621's `[project]`, PEP 735's groups, and what Poetry, uv, PDM and
//! setuptools add to them.

use super::Group;
use super::Include;
use super::Included;
use super::Marker;
use super::Reading;
use super::Requirement;
use super::Wanted;
use super::normalise;
use super::requirement;
use super::toml::Toml;
use crate::fact::version::{NotAVersion, Range, poetry};
use crate::source::Spanned;
use crate::syntax::spliced::Spliced;
use toml_edit::{Item, TableLike};

pub(super) fn read(reading: &mut Reading, toml: Toml<'_>) {
    project(reading, toml);
    dependency_groups(reading, toml);
    poetry_tables(reading, toml);
    if let Some(dev) = toml.table("tool.uv").and_then(|it| it.get("dev-dependencies")) {
        array(reading, toml, dev, &Group::Named("dev".to_owned()));
    }
    arrays(reading, toml, "tool.pdm.dev-dependencies", Group::Named);
    uv_sources(reading, toml);
}

fn project(reading: &mut Reading, toml: Toml<'_>) {
    let Some(project) = toml.table("project") else { return };
    if let Some(dependencies) = project.get("dependencies") {
        reading.manifest.declares = true;
        array(reading, toml, dependencies, &Group::Main);
    }
    let text = |key| Some(toml.string(project.get(key)?)?.as_str().to_owned());
    if let (Some(name), Some(version)) = (text("name"), text("version")) {
        reading.manifest.makes = Some((normalise(&name), version));
    }
    arrays(reading, toml, "project.optional-dependencies", Group::Extra);
    if let Some(python) = project.get("requires-python").and_then(|it| toml.string(it)) {
        reading.manifest.python = requirement::range(reading, &python);
    }
    let dynamic = project.get("dynamic").map(|it| toml.strings(it)).unwrap_or_default();
    if let Some(dependencies) = dynamic.iter().find(|it| it.as_str() == "dependencies") {
        reading.manifest.declares = true;
        setuptools_dynamic(reading, toml, dependencies);
    }
}

/// `[tool.setuptools.dynamic] dependencies = {file = ["requirements.txt"]}`; other build backends
/// compute them.
fn setuptools_dynamic(reading: &mut Reading, toml: Toml<'_>, dynamic: &Spliced) {
    let table = toml.table("tool.setuptools.dynamic.dependencies");
    let files = table.and_then(|it| it.get("file")).map(|it| match toml.string(it) {
        Some(one) => vec![one],
        None => toml.strings(it),
    });
    let Some(files) = files else {
        let place = dynamic.place();
        reading.opaque("its dependencies are computed when it is built", place);
        return;
    };
    for file in files {
        let place = file.place();
        let what = Included::Requirements(file.as_str().to_owned());
        reading.manifest.includes.push(Include { what, group: Group::Main, place });
    }
}

/// Arrays of requirements under names.
fn arrays(reading: &mut Reading, toml: Toml<'_>, path: &str, group: fn(String) -> Group) {
    let Some(table) = toml.table(path) else { return };
    for (name, dependencies) in table.iter() {
        array(reading, toml, dependencies, &group(normalise(name)));
    }
}

fn array(reading: &mut Reading, toml: Toml<'_>, dependencies: &Item, group: &Group) {
    for written in toml.strings(dependencies) {
        requirement::read(reading, &written, written.as_str(), group);
    }
}

fn dependency_groups(reading: &mut Reading, toml: Toml<'_>) {
    let Some(groups) = toml.table("dependency-groups") else { return };
    for (name, entries) in groups.iter() {
        let group = Group::Named(normalise(name));
        array(reading, toml, entries, &group);
        for entry in entries.as_array().into_iter().flat_map(|it| it.iter()) {
            let include = entry.as_inline_table().and_then(|it| it.get("include-group"));
            let Some(written) = include.and_then(|it| toml.value(it)) else { continue };
            let place = written.place();
            let what = Included::Group(Group::Named(normalise(written.as_str())));
            reading.manifest.includes.push(Include { what, group: group.clone(), place });
        }
    }
}

fn poetry_tables(reading: &mut Reading, toml: Toml<'_>) {
    if let Some(table) = toml.table("tool.poetry.dependencies") {
        // Beside PEP 621's list, it only says where those come from.
        let enriches = toml.table("project").is_some_and(|it| it.contains_key("dependencies"));
        reading.manifest.declares = true;
        if !enriches {
            poetry_table(reading, toml, table, &Group::Main);
        }
    }
    if let Some(table) = toml.table("tool.poetry.dev-dependencies") {
        poetry_table(reading, toml, table, &Group::Named("dev".to_owned()));
    }
    let groups = toml.table("tool.poetry.group");
    for (name, group) in groups.into_iter().flat_map(TableLike::iter) {
        let table = group.as_table_like().and_then(|it| it.get("dependencies")?.as_table_like());
        if let Some(table) = table {
            poetry_table(reading, toml, table, &Group::Named(normalise(name)));
        }
    }
}

fn poetry_table(reading: &mut Reading, toml: Toml<'_>, table: &dyn TableLike, group: &Group) {
    for (name, item) in table.iter() {
        if name == "python" {
            reading.manifest.python = toml.string(item).and_then(|it| poetry_range(reading, &it));
            continue;
        }
        // Several constraints, each for some interpreters.
        let alternatives =
            item.as_array().map(|array| array.iter().map(|it| Item::Value(it.clone())));
        match alternatives {
            Some(alternatives) => {
                for alternative in alternatives {
                    named(reading, toml, toml.key(table, name), &alternative, group, poetry);
                }
            }
            None => named(reading, toml, toml.key(table, name), item, group, poetry),
        }
    }
}

fn poetry_range(reading: &mut Reading, written: &Spliced) -> Option<Spanned<Range>> {
    let place = written.place();
    let range = poetry(written.as_str()).ok();
    if range.is_none() {
        reading.refuse(place, format!("`{}` is no constraint on versions", written.as_str()));
    }
    range.map(|range| Spanned::new(range, place))
}

/// `name = "constraint"` or `name = {version = "constraint", extras = […], …}`, as Poetry and
/// Pipenv write them.
pub(super) fn named(
    reading: &mut Reading,
    toml: Toml<'_>,
    name: Spanned<String>,
    item: &Item,
    group: &Group,
    dialect: fn(&str) -> Result<Range, NotAVersion>,
) {
    let table = item.as_table_like();
    let get = |key: &str| table.and_then(|it| it.get(key)).and_then(|it| toml.string(it));
    let version = toml.string(item).or_else(|| get("version"));
    let wanted = match version {
        Some(written) => match dialect(written.as_str()) {
            Ok(range) => Wanted::Versions(range),
            Err(_) => {
                let message = format!("`{}` is no constraint on versions", written.as_str());
                reading.refuse(written.place(), message);
                Wanted::Refused
            }
        },
        None => Wanted::Elsewhere,
    };
    let extras = table.and_then(|it| it.get("extras")).map(|it| toml.strings(it));
    let optional = table.and_then(|it| it.get("optional")?.as_bool()) == Some(true);
    let python = get("python").and_then(|it| poetry_range(reading, &it));
    let python = python.map(|it| Marker::Python(it.value));
    let marker = get("markers").and_then(|it| requirement::marker(reading, &it, it.as_str()));
    let marker = match (python, marker) {
        (Some(one), Some(other)) => Some(Marker::All(vec![one, other])),
        (one, other) => one.or(other),
    };
    reading.manifest.requirements.push(Requirement {
        group: if optional { Group::Extra(normalise(&name.value)) } else { group.clone() },
        name,
        extras: extras.unwrap_or_default().into_iter().map(|it| it.as_str().to_owned()).collect(),
        wanted,
        marker,
        hashed: false,
    });
}

/// What uv takes from a repository, folder or URL instead of an index; `workspace` is one too.
fn uv_sources(reading: &mut Reading, toml: Toml<'_>) {
    let Some(sources) = toml.table("tool.uv.sources") else { return };
    for (name, source) in sources.iter() {
        let Some(source) = source.as_table_like() else { continue };
        let from_index = source.contains_key("index");
        let name = normalise(name);
        let same = |it: &&mut Requirement| normalise(&it.name.value) == name;
        for requirement in reading.manifest.requirements.iter_mut().filter(same) {
            if !from_index {
                requirement.wanted = Wanted::Elsewhere;
            }
        }
    }
}
