//! What a compose file says by itself, before anything is known of those it is used with.

use crate::model::compose::{self, Declaration};
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

/// Whether all that it says of each service is what to build and how to call that: such a file is for
/// `build` and `push`, and runs nothing that anybody could use.
pub(super) fn only_builds(tree: &File) -> bool {
    let pairs = tree.documents.first().map(compose::services).unwrap_or_default();
    let says = |pair: &Pair, key: &str| pair.value.get(key).is_some();
    let only = |pair: &Pair| {
        let mut keys = pair.value.pairs().iter().map(|it| it.key.text());
        keys.all(|it| matches!(it, Some("build" | "image" | "platform")))
    };
    !pairs.is_empty() && pairs.iter().all(|it| says(it, "build") && says(it, "image") && only(it))
}

/// The contexts of its builds, as written.
pub(super) fn builds(tree: &File) -> impl Iterator<Item = &str> {
    let pairs = tree.documents.first().map(compose::services).unwrap_or_default();
    pairs.iter().filter_map(|it| {
        let build = it.value.get("build")?;
        build.text().or_else(|| build.get("context")?.text())
    })
}

/// The sections in which a file declares something by name.
const SECTIONS: [&str; 5] = ["services", "networks", "volumes", "secrets", "configs"];

pub(super) fn declared(tree: &File) -> BTreeSet<Declaration> {
    let root = tree.documents.first();
    let names = SECTIONS.into_iter().flat_map(|section| {
        let pairs = root.and_then(|it| it.get(section)).map(Node::pairs).unwrap_or_default();
        pairs.iter().filter_map(move |it| Some((section, it.key.text()?.to_owned())))
    });
    names.collect()
}

/// The named volumes and the networks that services use and that the file does not declare.
pub(super) fn lacks(tree: &File) -> BTreeSet<Declaration> {
    let declared = declared(tree);
    let mut found = BTreeSet::new();
    for service in tree.documents.first().map(compose::services).unwrap_or_default() {
        for mount in service.value.get("volumes").map(Node::items).unwrap_or_default() {
            let source = mount.text().and_then(|it| it.split_once(':')).map(|it| it.0);
            // A path begins otherwise (Compose Specification, "volumes", short syntax).
            let is_name = |it: &&str| it.starts_with(|first: char| first.is_ascii_alphanumeric());
            found.extend(source.filter(is_name).map(|it| ("volumes", it.to_owned())));
        }
        let networks = service.value.get("networks").map(Node::items).unwrap_or_default();
        let names = networks.iter().filter_map(Node::text).filter(|it| *it != "default");
        found.extend(names.map(|it| ("networks", it.to_owned())));
    }
    found.retain(|it| !declared.contains(it));
    found
}

/// What a file includes, each with the files that are laid over each other and the folder that paths in
/// them are relative to; without that it is the folder of the first (Compose Specification, "include").
pub(super) struct Include<'a> {
    pub(super) files: Vec<&'a str>,
    pub(super) folder: Option<&'a str>,
}

pub(super) fn included(tree: &File) -> impl Iterator<Item = Include<'_>> {
    let items = tree.documents.first().and_then(|root| root.get("include")).map(Node::items);
    items.unwrap_or_default().iter().filter_map(|item| {
        let named = item.text().map(|_| item).or_else(|| item.get("path"))?;
        let files = named.text().into_iter().chain(named.items().iter().filter_map(Node::text));
        let folder = item.get("project_directory").and_then(Node::text);
        Some(Include { files: files.collect(), folder })
    })
}

/// The services that others depend on or link to, whether they are in the file or not: compose refuses a
/// file without either.
pub(super) fn waited_for(tree: &File) -> impl Iterator<Item = &str> {
    let pairs = tree.documents.first().map(compose::services).unwrap_or_default();
    let waits = pairs.iter().filter_map(|pair| pair.value.get("depends_on"));
    let waits = waits.flat_map(|it| {
        let listed = it.items().iter().filter_map(Node::text);
        listed.chain(it.pairs().iter().filter_map(|pair| pair.key.text()))
    });
    let links = pairs.iter().filter_map(|pair| pair.value.get("links"));
    let links = links.flat_map(Node::items).filter_map(Node::text);
    waits.chain(links.map(|link| link.split(':').next().unwrap_or(link)))
}

/// The services of other files that its own are extended from, each with the file.
pub(super) fn extended(tree: &File) -> impl Iterator<Item = (&str, &str)> {
    let pairs = tree.documents.first().map(compose::services).unwrap_or_default();
    pairs.iter().filter_map(|pair| {
        let extends = pair.value.get("extends")?;
        Some((extends.get("file")?.text()?, extends.get("service")?.text()?))
    })
}
