//! Configurations that are for the nginx of a distribution's packages, and which releases have an old
//! one.

use crate::model::image::Reference;
use crate::model::{Files, Kind};
use crate::source::FileId;
use camino::Utf8Path;
use std::collections::BTreeSet;

/// Releases whose packages are older than nginx 1.25.1 (packages.debian.org, packages.ubuntu.com).
const DEBIANS: [&str; 7] =
    ["wheezy", "jessie", "stretch", "buster", "bullseye", "bookworm", "oldoldstable"];
const UBUNTUS: [&str; 7] = ["trusty", "xenial", "bionic", "focal", "jammy", "noble", "precise"];

/// The configurations that an nginx before 1.25.1 reads: those that a Dockerfile copies into an image
/// which has such a one of its packages, and all where the tree tells of CentOS, the newest of which
/// has 1.20 by EPEL and 1.24 by itself.
pub(super) fn read_by_old(files: &Files) -> BTreeSet<FileId> {
    // Only a switch of TLS is judged by it, and few have one: all texts of a tree are many.
    let configs: Vec<_> =
        files.of(Kind::Nginx).into_iter().filter(|it| it.text.contains("ssl")).collect();
    if configs.is_empty() {
        return BTreeSet::new();
    }
    let newest = ["nginx.org/packages", "nginx.org/keys"];
    let told = || files.sources.ids().into_iter().map(|id| files.read(id).text);
    let has_own = told().any(|text| newest.iter().any(|it| text.contains(it)));
    if has_own {
        return BTreeSet::new();
    }
    if told().any(|text| text.contains("epel-release") || bases(text).any(is_centos)) {
        return configs.iter().map(|it| it.id).collect();
    }
    let mut found = BTreeSet::new();
    for dockerfile in files.of(Kind::Dockerfile) {
        let text = dockerfile.text.replace("\\\n", " ");
        if bases(&text).last().is_some_and(is_old) && text.lines().any(installs) {
            let copied: Vec<String> = text.lines().flat_map(sources).collect();
            let is_copied = |path: &Utf8Path| {
                copied.iter().any(|it| {
                    path.ends_with(it) || path.parent().is_some_and(|of| of.ends_with(it))
                })
            };
            found.extend(configs.iter().filter(|it| is_copied(it.path)).map(|it| it.id));
        }
    }
    found
}

/// The images that a Dockerfile's stages begin with.
fn bases(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| line.strip_prefix("FROM ")?.split_whitespace().next())
}

fn installs(line: &str) -> bool {
    line.contains("install") && line.split_whitespace().any(|it| it.starts_with("nginx"))
}

/// What a line of a Dockerfile copies from the tree.
fn sources(line: &str) -> Vec<String> {
    let mut words = line.split_whitespace();
    let copies = matches!(words.next(), Some("COPY" | "ADD"));
    let words: Vec<&str> = words.filter(|it| copies && !it.starts_with("--")).collect();
    let sources = words.len().saturating_sub(1);
    let bare = |it: &str| it.trim_start_matches("./").trim_end_matches('/').to_owned();
    words.into_iter().take(sources).map(bare).filter(|it| !it.is_empty() && it != ".").collect()
}

fn is_centos(image: &str) -> bool {
    Reference::parse(image).is_some_and(|it| it.repository == "library/centos")
}

/// Whether an image is of a release that has an old nginx.
fn is_old(image: &str) -> bool {
    let Some(reference) = Reference::parse(image) else { return false };
    let tag = reference.tag.as_deref().unwrap_or_default();
    let named = |releases: &[&str]| tag.split(['-', '.']).any(|it| releases.contains(&it));
    let number = reference.version().unwrap_or_default();
    let is_before = |most: &[u32]| !number.is_empty() && number.as_slice() < most;
    match reference.repository.as_str() {
        "library/debian" => named(&DEBIANS) || is_before(&[13]),
        "library/ubuntu" => named(&UBUNTUS) || is_before(&[25]),
        // No image of these is of a later Debian than 12 or Alpine than 3.18.
        "library/python" => named(&DEBIANS) || number.len() > 1 && is_before(&[3, 8]),
        _ => false,
    }
}
