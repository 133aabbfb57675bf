//! `--since REV`: what was out of kilter already at a revision.
//!
//! Only git is asked, and only for commits and files: no hook, filter or file system monitor of
//! the repository runs. What git ignores is in no revision, so it is taken as it is now.

use crate::cli::Failure;
use crate::config::Config;
use crate::report::baseline::Baseline;
use crate::run;
use crate::source::{LARGEST, Past, PastKind, Tree};
use camino::Utf8PathBuf;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The findings at a revision, to be told from new ones as by a baseline.
pub(super) fn known(
    revision: &str,
    tree: &Tree,
    roots: &[PathBuf],
    config: &Config,
    search: Option<String>,
) -> Result<Baseline, Failure> {
    let mut files = Vec::new();
    for root in roots {
        files.extend(Repository { root, search: search.as_deref() }.files(revision)?);
    }
    let then = tree.at(files);
    let outcome = run::run(&then, config);
    Ok(Baseline::of(&outcome.diagnostics, outcome.sources.shown()))
}

struct Repository<'a> {
    root: &'a Path,
    /// `PATH`, in which git is looked for.
    search: Option<&'a str>,
}

/// A file of a revision, by the name of what it holds.
struct Blob {
    path: Utf8PathBuf,
    mode: String,
    object: String,
    size: u64,
}

impl Repository<'_> {
    /// Where git is asked: below the repository's top, paths are relative to it.
    fn folder(&self) -> &Path {
        let folder = if self.root.is_dir() { Some(self.root) } else { self.root.parent() };
        folder.filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."))
    }

    fn git(&self, arguments: &[&str]) -> Command {
        let mut git = Command::new("git");
        git.arg("-C").arg(self.folder()).args(arguments);
        git.env("GIT_OPTIONAL_LOCKS", "0").env("GIT_NO_LAZY_FETCH", "1");
        if let Some(search) = self.search {
            git.env("PATH", search);
        }
        // A hook's own, for the top of the repository.
        for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"] {
            git.env_remove(name);
        }
        git.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        git
    }

    fn ask(&self, arguments: &[&str]) -> Result<Vec<u8>, String> {
        let output = self.git(arguments).output().map_err(|error| said(&error))?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        let line = error.lines().next().unwrap_or_default().trim_start_matches("fatal: ");
        Err(if line.is_empty() { "it is no commit".to_owned() } else { line.to_owned() })
    }

    fn files(&self, revision: &str) -> Result<Vec<Past>, Failure> {
        let failed = |why| Failure::Since { revision: revision.to_owned(), why };
        let commit = format!("{revision}^{{commit}}");
        let verify = ["rev-parse", "--verify", "--quiet", "--end-of-options", &commit];
        let commit = self.ask(&verify).map_err(failed)?;
        let commit = String::from_utf8_lossy(&commit).trim().to_owned();
        let listing = self.ask(&["ls-tree", "-r", "-z", "-l", &commit]).map_err(failed)?;
        let blobs = listing.split(|byte| *byte == 0).filter_map(|entry| self.blob(entry));
        self.read(blobs.collect()).map_err(|error| failed(said(&error)))
    }

    /// `MODE TYPE OBJECT SIZE<tab>PATH` (git-ls-tree(1)).
    fn blob(&self, entry: &[u8]) -> Option<Blob> {
        // A name that is no UTF-8 is shown escaped, and never looked for.
        let (head, path) = std::str::from_utf8(entry).ok()?.split_once('\t')?;
        let mut words = head.split_whitespace();
        let (mode, kind) = (words.next()?.to_owned(), words.next()?);
        let (object, size) = (words.next()?.to_owned(), words.next()?.parse().ok()?);
        let folder = self.folder().strip_prefix(".").unwrap_or(self.folder());
        let path = Utf8PathBuf::from_path_buf(folder.join(path)).ok()?;
        (kind == "blob").then_some(Blob { path, mode, object, size })
    }

    fn read(&self, blobs: Vec<Blob>) -> io::Result<Vec<Past>> {
        let mut git = self.git(&["cat-file", "--batch"]).stdin(Stdio::piped()).spawn()?;
        let (Some(mut asks), Some(answers)) = (git.stdin.take(), git.stdout.take()) else {
            return Err(io::Error::other("git has no streams"));
        };
        let is_read = |blob: &&Blob| blob.size <= LARGEST;
        let objects: Vec<String> =
            blobs.iter().filter(is_read).map(|blob| format!("{}\n", blob.object)).collect();
        // Both ways at once: git answers while it is still asked, and a full pipe would stop it.
        let asking = std::thread::spawn(move || asks.write_all(objects.concat().as_bytes()));
        let mut answers = BufReader::new(answers);
        let read = blobs.into_iter().map(|blob| {
            let bytes = if is_read(&&blob) { answer(&mut answers)? } else { Vec::new() };
            Ok(past(blob, bytes))
        });
        let read = read.collect::<io::Result<Vec<Past>>>();
        if read.is_err() {
            _ = git.kill();
        }
        _ = asking.join();
        git.wait()?;
        read
    }
}

/// `OBJECT TYPE SIZE`, a line's end, and the bytes with another (git-cat-file(1)).
fn answer(answers: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut head = String::new();
    answers.read_line(&mut head)?;
    let size = head.split_whitespace().nth(2).and_then(|size| size.parse::<u64>().ok());
    let size = size.ok_or_else(|| io::Error::other("an object is missing"))?;
    let mut bytes = Vec::new();
    answers.take(size + 1).read_to_end(&mut bytes)?;
    bytes.pop();
    Ok(bytes)
}

fn past(blob: Blob, bytes: Vec<u8>) -> Past {
    let kind = match blob.mode.as_str() {
        "120000" => PastKind::Link(String::from_utf8_lossy(&bytes).into_owned().into()),
        mode => PastKind::File { size: blob.size, executable: mode == "100755", bytes },
    };
    Past { path: blob.path, kind }
}

fn said(error: &io::Error) -> String {
    if error.kind() == io::ErrorKind::NotFound {
        return "git is not installed".to_owned();
    }
    error.to_string()
}
