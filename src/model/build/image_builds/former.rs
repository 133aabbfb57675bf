//! Guides that still tell how an image was built before its files came to lie elsewhere.

use crate::model::Files;
use crate::model::build::image_builds::Recipe;
use crate::source::normalize;
use camino::{Utf8Path, Utf8PathBuf};

/// Whether a folder has nothing of what a Dockerfile copies by a path, and one further out has most of it.
pub(super) fn is_former(files: &Files, recipe: &Recipe) -> bool {
    let Some(read) = files.find(&recipe.dockerfile).read() else { return false };
    let sources: Vec<Utf8PathBuf> = read.text.lines().flat_map(sources).collect();
    let found = |root: &Utf8Path| {
        let there = sources.iter().map(|it| normalize(&root.join(it)));
        there.filter(|it| files.tree.is_file(it) || files.tree.is_dir(it)).count()
    };
    let mut outer = recipe.context.ancestors().skip(1);
    found(&recipe.context) == 0 && outer.any(|root| found(root) * 2 > sources.len())
}

/// What a line copies from the context by a path that tells where it lies.
fn sources(line: &str) -> Vec<Utf8PathBuf> {
    let mut words = line.split_whitespace();
    let copies = words
        .next()
        .is_some_and(|it| it.eq_ignore_ascii_case("COPY") || it.eq_ignore_ascii_case("ADD"));
    let words: Vec<&str> = words.collect();
    if !copies || words.iter().any(|it| it.starts_with("--from") || it.starts_with("<<")) {
        return Vec::new();
    }
    let paths = words.iter().filter(|it| !it.starts_with("--"));
    let paths: Vec<&str> = paths.map(|it| it.trim_start_matches("./")).collect();
    let Some((_, from)) = paths.split_last() else { return Vec::new() };
    let tells = |it: &&&str| it.contains('/') && !it.contains(['*', '?', '[', '$', ':']);
    from.iter().filter(tells).map(|it| it.trim_start_matches('/').into()).collect()
}
