//! Where settings collect static files to that no process in view loads.

use crate::model::Files;
use camino::Utf8PathBuf;
use std::collections::BTreeSet;

/// The absolute folders that files called after settings have in `STATIC_ROOT`: what lies in a folder such as
/// `conf/production` is put in the place of the module that the project has.
pub(super) fn written(files: &Files) -> BTreeSet<Utf8PathBuf> {
    let read: Vec<_> = files.files_named("settings.py").map(|path| files.skim(path)).collect();
    let texts = read.into_iter().filter_map(|it| Some(it.read()?.text));
    texts.flat_map(str::lines).filter_map(root).collect()
}

/// `STATIC_ROOT = "/srv/app/static"`
fn root(line: &str) -> Option<Utf8PathBuf> {
    let value = line.strip_prefix("STATIC_ROOT")?.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|it| matches!(it, '"' | '\''))?;
    let path = value[1..].split(quote).next()?;
    path.starts_with('/').then(|| path.trim_end_matches('/').into())
}
