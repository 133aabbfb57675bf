//! A tree's paths by their names, for those who would otherwise go through all of it for one.

use crate::model::CommittedKind;
use crate::source::{EntryKind, Tree, by_parts, extension, file_name, sets_aside};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::HashMap;
use std::sync::OnceLock;

/// How texts for people end.
const GUIDES: [&str; 3] = ["md", "rst", "txt"];

/// More of them than these are no guide to a server.
const MOST_GUIDES: usize = 100;

/// What a tree had when it was asked.
#[derive(Debug, Default)]
pub struct Names<'a> {
    named: Paths<'a>,
    /// Files alone.
    ending: Paths<'a>,
    of_env: Vec<&'a Utf8PathBuf>,
    /// Owned, as both are few.
    exposed: OnceLock<Vec<Exposed>>,
    scripts: OnceLock<Vec<Utf8PathBuf>>,
    guides: Vec<&'a Utf8PathBuf>,
}

/// A file that git may have and should not, by its name and its size.
#[derive(Clone, Debug)]
pub struct Exposed {
    pub path: Utf8PathBuf,
    pub kind: CommittedKind,
    pub size: u64,
    /// Whether a database has accounts, once somebody has looked.
    pub accounts: OnceLock<bool>,
}

type Paths<'a> = HashMap<&'a str, Vec<&'a Utf8PathBuf>, foldhash::fast::RandomState>;

impl<'a> Names<'a> {
    pub fn of(tree: &'a Tree) -> Self {
        let (named, (ending, of_env)) = rayon::join(|| named(tree), || ending(tree));
        let guides = guides(tree, &ending);
        Self { named, ending, of_env, guides, ..Self::default() }
    }

    /// What `find` finds: every round asks for it, and the tree is the same.
    pub(super) fn exposed(&self, find: impl FnOnce() -> Vec<Exposed>) -> &[Exposed] {
        self.exposed.get_or_init(find)
    }

    /// The same of scripts that may make users.
    pub(super) fn scripts(&self, find: impl FnOnce() -> Vec<Utf8PathBuf>) -> &[Utf8PathBuf] {
        self.scripts.get_or_init(find)
    }

    /// All that has this name, by path.
    pub(super) fn named(&self, name: &str) -> &[&'a Utf8PathBuf] {
        self.named.get(name).map_or(&[], Vec::as_slice)
    }

    /// The files with an extension, by path.
    pub(super) fn ending_in(&self, ending: &str) -> &[&'a Utf8PathBuf] {
        self.ending.get(ending).map_or(&[], Vec::as_slice)
    }

    /// Texts for people, those first that tell of what is and not of what was, and that lie where people
    /// look first.
    pub fn guides(&self) -> &[&'a Utf8PathBuf] {
        &self.guides
    }

    /// As many of them as are looked through.
    pub fn first_guides(&self) -> &[&'a Utf8PathBuf] {
        &self.guides[..self.guides.len().min(MOST_GUIDES)]
    }

    /// The files and links with `.env` in their names, in whatever case, by path.
    pub(super) fn of_env(&self) -> &[&'a Utf8PathBuf] {
        &self.of_env
    }
}

fn named(tree: &Tree) -> Paths<'_> {
    let mut named = Paths::default();
    for (path, _) in tree.entries() {
        if let Some(name) = file_name(path) {
            named.entry(name).or_default().push(path);
        }
    }
    named
}

fn ending(tree: &Tree) -> (Paths<'_>, Vec<&Utf8PathBuf>) {
    let (mut ending, mut of_env) = (Paths::default(), Vec::new());
    for (path, entry) in tree.entries() {
        if let (EntryKind::File { .. }, Some(it)) = (&entry.kind, extension(path)) {
            ending.entry(it).or_default().push(path);
        }
        if entry.kind != EntryKind::Dir && file_name(path).is_some_and(has_env) {
            of_env.push(path);
        }
    }
    (ending, of_env)
}

fn guides<'a>(tree: &Tree, ending: &Paths<'a>) -> Vec<&'a Utf8PathBuf> {
    let all = GUIDES.iter().filter_map(|it| ending.get(it)).flatten().copied();
    let mut guides: Vec<_> = all.collect();
    guides.sort_by_cached_key(|path| {
        let folders = || tree.from_root(path).1.parent().into_iter().flat_map(Utf8Path::iter);
        (folders().any(sets_aside), folders().count(), by_parts(path))
    });
    guides
}

fn has_env(name: &str) -> bool {
    let mut dots = memchr::memchr_iter(b'.', name.as_bytes());
    dots.any(|at| name.get(at + 1..at + 4).is_some_and(|it| it.eq_ignore_ascii_case("env")))
}
