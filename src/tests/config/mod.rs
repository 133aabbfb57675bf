//! Configuration: where it is found, what it may say, and what comes of it.

mod command;
mod contract;
mod generated;
mod globs;
mod init;
mod known;
mod load;
#[cfg(all(feature = "oracles", target_os = "linux"))]
mod refused;

mod schema;
mod suppression;

use crate::config::{self, Config, ConfigError, Request, Table};
use crate::tests::folder;
use std::path::Path;
use tempfile::TempDir;

/// The configuration of a path in a folder.
fn load(folder: &TempDir, path: &str) -> Result<Config, ConfigError> {
    load_from(folder.path(), &[path])
}

fn load_from(folder: &Path, paths: &[&str]) -> Result<Config, ConfigError> {
    let roots: Vec<_> = paths.iter().map(|path| folder.join(path)).collect();
    config::load(Request {
        roots: &roots,
        here: folder,
        file: None,
        variables: Table::default(),
        options: Table::default(),
    })
}

/// The configuration that a kilter.toml says.
fn configured(text: &str) -> Config {
    load(&folder(&[("kilter.toml", text)]), ".").unwrap_or_else(|error| panic!("{error}"))
}

/// What is said of a kilter.toml that is wrong, from where the folder begins.
fn refused(text: &str) -> String {
    let folder = folder(&[("kilter.toml", text)]);
    let error = load(&folder, ".").err().expect("it was taken").to_string();
    error.replace(&format!("{}/", folder.path().display()), "")
}
