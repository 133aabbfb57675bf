//! What a compose file says by itself, before anything is known of those it is used with.

use crate::model::compose;
use crate::syntax::yaml::{File, Node, Pair};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn services(tree: &File) -> BTreeMap<String, bool> {
    let pairs = tree.documents.first().map(compose::services).unwrap_or_default();
    let service = |pair: &Pair| {
        let whole = ["image", "build", "extends"].iter().any(|key| pair.value.get(key).is_some());
        Some((pair.key.text()?.to_owned(), whole))
    };
    pairs.iter().filter_map(service).collect()
}

pub(super) fn supplies(tree: &File) -> BTreeSet<String> {
    let pairs = tree.documents.first().map(compose::services).unwrap_or_default();
    let gives =
        |it: &&Pair| ["environment", "env_file"].iter().any(|key| it.value.get(key).is_some());
    pairs.iter().filter(gives).filter_map(|it| Some(it.key.text()?.to_owned())).collect()
}

/// The contexts of its builds, as written.
pub(super) fn builds(tree: &File) -> impl Iterator<Item = &str> {
    let pairs = tree.documents.first().map(compose::services).unwrap_or_default();
    pairs.iter().filter_map(|it| {
        let build = it.value.get("build")?;
        build.text().or_else(|| build.get("context")?.text())
    })
}

pub(super) fn declared(tree: &File) -> BTreeSet<String> {
    let sections = ["services", "networks", "volumes", "secrets", "configs"];
    let root = tree.documents.first();
    let sections = sections.iter().filter_map(|section| root?.get(section));
    let names = sections.flat_map(Node::pairs).filter_map(|it| it.key.text());
    names.map(str::to_owned).collect()
}

/// The named volumes and the networks that services use and that the file does not declare.
pub(super) fn lacks(tree: &File) -> BTreeSet<String> {
    let root = tree.documents.first();
    let own = |section: &str, name: &str| {
        root.and_then(|it| it.get(section)).is_some_and(|it| it.get(name).is_some())
    };
    let mut found = BTreeSet::new();
    for service in root.map(compose::services).unwrap_or_default() {
        for mount in service.value.get("volumes").map(Node::items).unwrap_or_default() {
            let source = mount.text().and_then(|it| it.split_once(':')).map(|it| it.0);
            // A path begins otherwise (Compose Specification, "volumes", short syntax).
            let is_name = |it: &&str| it.starts_with(|first: char| first.is_ascii_alphanumeric());
            let name = source.filter(is_name).filter(|it| !own("volumes", it));
            found.extend(name.map(str::to_owned));
        }
        let networks = service.value.get("networks").map(Node::items).unwrap_or_default();
        let names = networks.iter().filter_map(Node::text);
        let names = names.filter(|it| *it != "default" && !own("networks", it));
        found.extend(names.map(str::to_owned));
    }
    found
}

pub(super) fn includes(tree: &File) -> bool {
    tree.documents.first().is_some_and(|root| root.get("include").is_some())
}

/// The services that others depend on, whether they are in the file or not.
pub(super) fn waited_for(tree: &File) -> impl Iterator<Item = &str> {
    let pairs = tree.documents.first().map(compose::services).unwrap_or_default();
    let waits = pairs.iter().filter_map(|pair| pair.value.get("depends_on"));
    waits.flat_map(|it| {
        let listed = it.items().iter().filter_map(Node::text);
        listed.chain(it.pairs().iter().filter_map(|pair| pair.key.text()))
    })
}

/// The files that services are extended from.
pub(super) fn extended(tree: &File) -> impl Iterator<Item = &str> {
    let pairs = tree.documents.first().map(compose::services).unwrap_or_default();
    pairs.iter().filter_map(|pair| pair.value.get("extends")?.get("file")?.text())
}
