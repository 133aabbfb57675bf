//! Tests that look at the repository or the pipeline as a whole, and those of each layer.

mod caddy;
mod catalogue;
mod cli;
mod command;
mod declared;
mod deployments;
mod git;
mod journey;
mod nginx;
mod pages;
#[cfg(unix)]
mod places;
mod python;
mod symbol;
mod tidy;
mod tree;

use crate::source::{File, FileId, Sources};

mod compose;
mod config;
mod dockerfile;
#[cfg(target_os = "linux")]
mod doctor;
mod dotenv;
mod env;
mod fix;
mod image;
#[cfg(feature = "oracles")]
mod packages;
mod processes;
mod project;
mod report;
mod requirements;
mod secret;
mod shell;
mod stages;
mod supervisors;
mod systemd;
mod version;
mod yaml;

/// A file as found at `path`.
fn file(path: &str, bytes: impl Into<Vec<u8>>) -> File {
    File { path: path.into(), bytes: bytes.into() }
}

/// One source and its id, for tests of a parser.
fn source(path: &str, text: &str) -> (Sources, FileId) {
    let mut sources = Sources::default();
    sources.add(vec![file(path, text)]);
    let id = sources.ids()[0];
    (sources, id)
}

/// A program that one of `scripts/tools` installs, named by where it lies among the tools.
#[cfg(feature = "oracles")]
fn tool(path: &str) -> std::path::PathBuf {
    let own = concat!(env!("CARGO_MANIFEST_DIR"), "/.tools");
    let tools = std::env::var_os("KILTER_TOOLS").unwrap_or_else(|| own.into());
    let tool = std::path::Path::new(&tools).join(path);
    let script = path.split('/').next().unwrap();
    assert!(tool.exists(), "scripts/tools/{script} installs {}", tool.display());
    tool
}

#[test]
fn a_place_is_a_slice_of_its_text() {
    let (sources, id) = source("a", "abc def");
    let text = sources.get(id).text();
    let place = crate::source::Place::of(id, text, &text[4..]);
    assert_eq!((place.span.start, place.span.end), (4, 7));
}
