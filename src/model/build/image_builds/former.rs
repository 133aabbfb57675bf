//! Guides that still tell how an image was built before its files came to lie elsewhere.

use crate::model::Files;
use crate::model::build::image_builds::Recipe;
use crate::source::normalize;
use crate::syntax::Parsed;
use crate::syntax::dockerfile::{Command, Instruction};
use camino::{Utf8Path, Utf8PathBuf};

/// Whether a folder has nothing of what a Dockerfile copies by a path, and one further out has most of it.
pub(super) fn is_former(files: &Files, recipe: &Recipe) -> bool {
    let Some(read) = files.find(&recipe.dockerfile).read() else { return false };
    let Parsed::Dockerfile(tree) = read.parsed else { return false };
    let sources: Vec<Utf8PathBuf> = tree.instructions.iter().flat_map(sources).collect();
    let found = |root: &Utf8Path| {
        let there = sources.iter().map(|it| normalize(&root.join(it)));
        there.filter(|it| files.tree.is_file(it) || files.tree.is_dir(it)).count()
    };
    let mut outer = recipe.context.ancestors().skip(1);
    found(&recipe.context) == 0 && outer.any(|root| found(root) * 2 > sources.len())
}

/// What an instruction copies from the context by a path that tells where it lies.
fn sources(instruction: &Instruction) -> Vec<Utf8PathBuf> {
    let (Command::Copy(it) | Command::Add(it)) = &instruction.command else { return Vec::new() };
    if instruction.flags.iter().any(|it| it.name.value == "from") {
        return Vec::new();
    }
    let paths = it.sources.iter().map(|it| it.text.as_str().trim_start_matches("./"));
    let tells = |it: &&str| it.contains('/') && !it.contains(['*', '?', '[', '$', ':']);
    paths.filter(tells).map(|it| it.trim_start_matches('/').into()).collect()
}
