//! The env files of the tree, and what each is there for.

use crate::fact::Fact;
use crate::model::build::committed;
use crate::model::build::compose_files::stage_of;
use crate::model::{EnvFile, Files, Kind, Read};
use crate::source::Place;
use crate::syntax::Parsed;
use crate::syntax::kind;

pub(super) fn env_files(files: &Files) -> Vec<EnvFile> {
    files.of(Kind::Dotenv).into_iter().filter_map(|read| env_file(files, read)).collect()
}

fn env_file(files: &Files, read: Read<'_>) -> Option<EnvFile> {
    let Parsed::Dotenv(tree) = read.parsed else { return None };
    let start = Place::new(read.id, 0, 0);
    let below = files.from_root(read.path).1;
    let mut names = below.components().rev().map(|part| part.as_str());
    // What is rendered says nothing before it is.
    let rendered = read.text.contains("{{") || read.text.contains("{%");
    if rendered {
        return None;
    }
    Some(EnvFile {
        path: read.path.to_owned(),
        start: Fact::at((), start),
        stage: names.find_map(stage_of),
        documents: kind::is_template(read.path) || below.ancestors().any(kind::is_example),
        ignored: files.tree.get(read.path).is_some_and(|entry| entry.ignored),
        committed: committed::tracked(files, read.path).map(|it| it.at(start)),
        tree: tree.clone(),
    })
}
