//! poetry.lock, uv.lock, pdm.lock and pylock.toml: what a resolver chose, and for whom.

use super::Format;
use super::Group;
use super::Package;
use super::Reading;
use super::Requirement;
use super::Wanted;
use super::normalise;
use super::requirement;
use super::toml::Toml;
use crate::fact::version::{Range, Version, poetry};
use crate::source::Spanned;
use toml_edit::{Item, Table, TableLike};

pub(super) fn read(reading: &mut Reading, toml: Toml<'_>) {
    python(reading, toml);
    let list = if reading.manifest.format == Format::Pylock { "packages" } else { "package" };
    let packages = toml.root.get(list).and_then(Item::as_array_of_tables);
    for table in packages.into_iter().flat_map(|it| it.iter()) {
        if reading.manifest.format == Format::UvLock && is_the_project(table) {
            roots(reading, toml, table);
        } else {
            package(reading, toml, table);
        }
    }
}

fn python(reading: &mut Reading, toml: Toml<'_>) {
    let metadata = toml.table("metadata");
    let poetrys = metadata.and_then(|it| it.get("python-versions")).and_then(|it| toml.string(it));
    if let Some(written) = poetrys {
        let place = written.place();
        reading.manifest.python = poetry(written.as_str()).ok().map(|it| Spanned::new(it, place));
        return;
    }
    let key = |key| toml.root.get(key).and_then(|it| toml.string(it));
    let requires = key("requires-python").or_else(|| {
        metadata.and_then(|it| it.get("requires_python")).and_then(|it| toml.string(it))
    });
    if let Some(written) = requires {
        reading.manifest.python = requirement::range(reading, &written);
    }
}

/// uv locks the project and the other members of its workspace beside what they depend on.
fn is_the_project(table: &Table) -> bool {
    let source = table.get("source").and_then(Item::as_table_like);
    source.is_some_and(|it| it.contains_key("virtual") || it.contains_key("editable"))
}

/// What the project itself asks for, by group.
fn roots(reading: &mut Reading, toml: Toml<'_>, project: &Table) {
    roots_of(reading, toml, project.get("dependencies"), &Group::Main);
    let mut grouped = |key: &str, group: fn(String) -> Group| {
        let table = project.get(key).and_then(Item::as_table_like);
        for (name, list) in table.into_iter().flat_map(TableLike::iter) {
            roots_of(reading, toml, Some(list), &group(normalise(name)));
        }
    };
    grouped("optional-dependencies", Group::Extra);
    grouped("dev-dependencies", Group::Named);
}

fn roots_of(reading: &mut Reading, toml: Toml<'_>, list: Option<&Item>, group: &Group) {
    for entry in list.and_then(Item::as_array).into_iter().flat_map(|it| it.iter()) {
        let Some(table) = entry.as_inline_table() else { continue };
        let Some(name) = table.get("name").and_then(|it| toml.value(it)) else { continue };
        let extra = table.get("extra").and_then(|it| it.as_array()).into_iter();
        let extras = extra.flat_map(|it| it.iter()).filter_map(|it| Some(it.as_str()?.to_owned()));
        let marker = table.get("marker").and_then(|it| toml.value(it));
        let marker = marker.and_then(|it| requirement::marker(reading, &it, it.as_str()));
        let place = name.place();
        reading.manifest.requirements.push(Requirement {
            name: Spanned::new(name.as_str().to_owned(), place),
            extras: extras.collect(),
            wanted: Wanted::Versions(Range::any()),
            marker,
            group: group.clone(),
            hashed: false,
        });
    }
}

fn package(reading: &mut Reading, toml: Toml<'_>, table: &Table) {
    let Some(name) = table.get("name").and_then(|it| toml.string(it)) else { return };
    let version = table.get("version").and_then(|it| toml.string(it)).and_then(|written| {
        let version: Version = written.as_str().parse().ok()?;
        let place = written.place();
        Some(Spanned::new(Range::exactly(&version), place))
    });
    let marker = table.get("marker").or_else(|| table.get("markers"));
    let marker = marker.and_then(|it| toml.string(it));
    let marker = marker.and_then(|it| requirement::marker(reading, &it, it.as_str()));
    let place = name.place();
    reading.manifest.packages.push(Package {
        name: Spanned::new(name.as_str().to_owned(), place),
        version,
        groups: groups(toml, table),
        needs: all_needs(table),
        marker,
    });
}

/// Poetry has said `category` until 1.4 and `groups` since 2.0; PDM says `groups`, too.
fn groups(toml: Toml<'_>, table: &Table) -> Vec<Group> {
    let group = |name: &str| match name {
        "main" | "default" => Group::Main,
        name => Group::Named(normalise(name)),
    };
    let category = table.get("category").and_then(Item::as_str);
    let groups = table.get("groups").map(|it| toml.strings(it)).unwrap_or_default();
    let named = category.into_iter().chain(groups.iter().map(|it| it.as_str()));
    let optional = table.get("optional").and_then(Item::as_bool) == Some(true);
    // For an extra of the project, which Poetry does not name here.
    let named = named.map(group);
    named
        .map(|it| if optional && it == Group::Main { Group::Extra(String::new()) } else { it })
        .collect()
}

/// uv lists under an extra what it needs only if something asks for that extra.
fn all_needs(table: &Table) -> Vec<String> {
    let extras = table.get("optional-dependencies").and_then(Item::as_table_like);
    let extras = extras.into_iter().flat_map(TableLike::iter).map(|(_, list)| list);
    table.get("dependencies").into_iter().chain(extras).flat_map(needs).collect()
}

/// Names of dependencies: a table's keys (Poetry), `{name = …}` (uv, pylock), requirements (PDM).
fn needs(dependencies: &Item) -> Vec<String> {
    if let Some(table) = dependencies.as_table_like() {
        return table.iter().map(|(name, _)| normalise(name)).collect();
    }
    let entries = dependencies.as_array().into_iter().flat_map(|it| it.iter());
    let named = entries.filter_map(|entry| match entry.as_inline_table() {
        Some(table) => table.get("name")?.as_str().map(normalise),
        None => requirement::name(entry.as_str()?).map(normalise),
    });
    named.collect()
}
