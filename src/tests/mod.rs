//! Tests that look at the repository or the pipeline as a whole, and those of each layer.

mod caddy;
mod catalogue;
mod cli;
mod command;
mod cron;
mod declared;
mod deployments;
mod git;
mod journey;
mod kind;
mod lines;
mod made;
mod nginx;
mod nginx_proxy;
mod pages;
mod panics;
#[cfg(unix)]
mod places;
mod pm2;
mod python;
mod symbol;
mod tidy;
mod tree;

use crate::source::{File, FileId, Sources};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use tempfile::TempDir;

mod compose;
mod config;
#[cfg(feature = "oracles")]
mod docker;
mod dockerfile;
#[cfg(target_os = "linux")]
mod doctor;
mod dotenv;
mod env;
mod fix;
mod hostile;
mod image;
#[cfg(feature = "oracles")]
mod packages;
mod postgres;
mod processes;
mod project;
mod report;
mod requirements;
mod secret;
mod shell;
mod stages;
mod supervisors;
mod systemd;
mod traefik;
mod version;
mod yaml;

/// The folder of whole deployments as they are found on a disk.
static FIXTURES: LazyLock<PathBuf> =
    LazyLock::new(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/deployments"));

/// Copies what a folder holds.
fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let (path, to) = (entry.as_ref().unwrap().path(), to.join(entry.unwrap().file_name()));
        if path.is_dir() { copy_folder(&path, &to) } else { _ = fs::copy(&path, &to).unwrap() }
    }
}

/// A folder on the disk with these files in it.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

/// Has git do something there.
fn git_in(folder: &TempDir, arguments: &[&str]) {
    let name = ["-c", "user.name=a", "-c", "user.email=a@a.example", "-c", "commit.gpgsign=false"];
    let mut git = Command::new("git");
    let done = git.arg("-C").arg(folder.path()).args(name).args(arguments).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

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

/// Where `scripts/tools` installs programs.
#[cfg(feature = "oracles")]
fn tools() -> PathBuf {
    let own = concat!(env!("CARGO_MANIFEST_DIR"), "/.tools");
    std::env::var_os("KILTER_TOOLS").unwrap_or_else(|| own.into()).into()
}

/// A program that one of `scripts/tools` installs, named by where it lies among the tools.
#[cfg(feature = "oracles")]
fn tool(path: &str) -> PathBuf {
    let tool = tools().join(path);
    let script = path.split('/').next().unwrap();
    assert!(tool.exists(), "scripts/tools/{script} installs {}", tool.display());
    tool
}

/// The program itself, built if it is not.
#[cfg(feature = "oracles")]
fn program() -> PathBuf {
    static BUILT: std::sync::Once = std::sync::Once::new();
    BUILT.call_once(|| {
        let status = std::process::Command::new(env!("CARGO"))
            .args(["build", "--quiet", "--manifest-path"])
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"))
            .status();
        assert!(status.is_ok_and(|it| it.success()), "kilter could not be built");
    });
    let tests = std::env::current_exe().unwrap();
    tests.ancestors().nth(2).unwrap().join("kilter")
}

#[test]
fn a_place_is_a_slice_of_its_text() {
    let (sources, id) = source("a", "abc def");
    let text = sources.get(id).text();
    let place = crate::source::Place::of(id, text, &text[4..]);
    assert_eq!((place.span.start, place.span.end), (4, 7));
}
