//! What was read, as the model asks for it.
//!
//! The model never reads. A file that exists and was not read is wanted: the run reads it and
//! builds again, so that includes, imports and env files come in rounds.

use crate::model::compose::Service;
use crate::model::contract::Contract;
use crate::model::memo::Memo;
use crate::model::names::Names;
use crate::model::scripted::Scripted;
use crate::model::surroundings::Cluster;
use crate::source::{EntryKind, FileId, Sources, Tree, by_parts};
use crate::syntax::Parsed;
use crate::syntax::kind::{self, Kind};
use crate::syntax::python::ast::Module;
use crate::syntax::spliced::Spliced;
use camino::{Utf8Path, Utf8PathBuf};
use memchr::memmem;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

pub struct Files<'a> {
    pub tree: &'a Tree,
    pub sources: &'a Sources,
    /// By the order of ids.
    parsed: &'a [Parsed],
    /// The sources of each format, by path.
    of_kind: HashMap<Kind, Vec<FileId>>,
    /// Sources without text, because nobody may read the file.
    unread: BTreeSet<FileId>,
    /// Whether views are looked at, which only journeys ask about.
    pub follows_views: bool,
    /// What the operator declares.
    pub contracts: &'a [Contract],
    wants: Mutex<Wanted>,
    /// What this build found, and earlier ones.
    pub memo: Arc<Memo>,
    /// Which every process asks for, and one look finds.
    scripted: OnceLock<Scripted>,
    written_env: OnceLock<Option<(Utf8PathBuf, Spliced)>>,
    /// Those of every compose file by itself.
    services: OnceLock<Vec<Service>>,
    cluster: OnceLock<Cluster>,
    /// Roots of the tree that are packages themselves, and what each is called.
    root_packages: OnceLock<BTreeMap<Utf8PathBuf, String>>,
    /// Texts for people that were read.
    documents: OnceLock<Vec<FileId>>,
    pub names: Arc<Names<'a>>,
    /// By the order of ids, what somebody asked for.
    in_small_letters: Vec<OnceLock<String>>,
}

/// A file that was read.
#[derive(Clone, Copy, Debug)]
pub struct Read<'a> {
    pub id: FileId,
    pub path: &'a Utf8Path,
    pub text: &'a str,
    pub parsed: &'a Parsed,
}

impl Read<'_> {
    /// Whether a word is anywhere in the text. Many ask this of every file, and most have it nowhere:
    /// `memmem` says so in a tenth of the time that `str::contains` takes.
    pub fn has(&self, word: &str) -> bool {
        memmem::find(self.text.as_bytes(), word.as_bytes()).is_some()
    }
}

/// Paths in no order: to keep one among long paths that begin alike takes ten times as long, and every
/// build asks for the same ones.
pub type Paths = HashSet<Utf8PathBuf, foldhash::fast::RandomState>;

/// Files that turned out to matter, and were not read yet.
#[derive(Debug, Default)]
pub struct Wanted {
    pub paths: Paths,
    /// Those of them that somebody asked for to have them parsed.
    pub parsed: Paths,
    /// Files that are in no tree, and that what was read makes where it is put to use.
    pub made: BTreeMap<Utf8PathBuf, Spliced>,
}

impl Wanted {
    pub fn is_empty(&self) -> bool {
        self.paths.is_empty() && self.made.is_empty()
    }

    /// These as well, to be parsed.
    pub fn extend(&mut self, paths: impl IntoIterator<Item = Utf8PathBuf>) {
        for path in paths {
            self.parsed.insert(path.clone());
            self.paths.insert(path);
        }
    }
}

/// The answer to "what is at this path?".
#[derive(Clone, Copy, Debug)]
pub enum Found<'a> {
    Read(Read<'a>),
    /// It is there, and will have been read the next time.
    Wanted,
    Folder,
    Absent,
}

impl<'a> Found<'a> {
    /// The file, where it was read already.
    pub fn read(self) -> Option<Read<'a>> {
        match self {
            Self::Read(read) => Some(read),
            Self::Wanted | Self::Folder | Self::Absent => None,
        }
    }
}

impl<'a> Files<'a> {
    pub fn new(tree: &'a Tree, sources: &'a Sources, parsed: &'a [Parsed]) -> Self {
        Self::among(Arc::new(Names::of(tree)), tree, sources, parsed)
    }

    /// The same, with what an earlier build found out of the tree's names.
    pub fn among(
        names: Arc<Names<'a>>,
        tree: &'a Tree,
        sources: &'a Sources,
        parsed: &'a [Parsed],
    ) -> Self {
        let mut ids = sources.ids();
        ids.sort_by_cached_key(|id| by_parts(sources.get(*id).path()));
        let mut of_kind: HashMap<Kind, Vec<FileId>> = HashMap::new();
        // An env file that a script writes is on its server, and those that ask for it know.
        let is_written =
            |id: &FileId| sources.is_made(*id) && parsed[id.index()].kind() == Kind::Dotenv;
        for id in ids.into_iter().filter(|id| !is_written(id)) {
            of_kind.entry(parsed[id.index()].kind()).or_default().push(id);
        }
        Self {
            tree,
            sources,
            parsed,
            of_kind,
            unread: BTreeSet::new(),
            follows_views: false,
            contracts: &[],
            wants: Mutex::default(),
            memo: Arc::default(),
            scripted: OnceLock::new(),
            written_env: OnceLock::new(),
            services: OnceLock::new(),
            cluster: OnceLock::new(),
            root_packages: OnceLock::new(),
            documents: OnceLock::new(),
            names,
            in_small_letters: parsed.iter().map(|_| OnceLock::new()).collect(),
        }
    }

    /// Says which of the sources are there and could not be read.
    pub fn without(self, unread: BTreeSet<FileId>) -> Self {
        Self { unread, ..self }
    }

    /// Whether nobody knows what a file holds.
    pub fn is_unread(&self, file: FileId) -> bool {
        self.unread.contains(&file)
    }

    /// The root that a path was walked from, and the path from there: the same wherever kilter was
    /// started.
    pub fn from_root<'p>(&self, path: &'p Utf8Path) -> (&'p Utf8Path, &'p Utf8Path) {
        self.tree.from_root(path)
    }

    /// Whether a file is one to be filled in before it is used: its name says so, or a script of
    /// the tree edits it, or a copy of it under another name.
    pub fn is_to_be_filled_in(&self, path: &Utf8Path) -> bool {
        let name = path.file_name().unwrap_or_default();
        let text = self.sources.find(path).map(|id| self.read(id).text).unwrap_or_default();
        kind::is_template(path)
            || kind::is_example(path)
            || self.is_of_yunohost(path)
            || self.scripted().edits(name, text)
    }

    /// Whether a package of YunoHost brings a file, which it fills in where it installs (its
    /// documentation, "Packaging: configurations": `__APP__` in `conf/`).
    fn is_of_yunohost(&self, path: &Utf8Path) -> bool {
        let folder = path.parent().filter(|it| it.file_name() == Some("conf"));
        folder.and_then(Utf8Path::parent).is_some_and(|package| {
            let has = |name: &str| self.tree.is_file(&package.join(name));
            has("scripts/install") && (has("manifest.toml") || has("manifest.json"))
        })
    }

    /// What is at a path of the tree, links followed.
    pub fn find(&self, path: &Utf8Path) -> Found<'a> {
        self.look(path, |wants, path| wants.extend([path]))
    }

    /// A file that others of the tree make where they are put to use, which has this text; it is parsed
    /// the next time.
    pub fn made(&self, path: Utf8PathBuf, text: impl FnOnce() -> Spliced) -> Option<Read<'a>> {
        if let Some(id) = self.sources.find(&path) {
            return Some(self.read(id));
        }
        self.wants().made.insert(path, text());
        None
    }

    /// The module that a file of Python is, where it was read and could be parsed.
    pub fn python(&self, path: &Utf8Path) -> Option<&'a Module> {
        match self.find(path).read()?.parsed {
            Parsed::Python(module) if module.broken.is_none() => Some(module),
            _ => None,
        }
    }

    /// The same as [`find`](Self::find) for those who look for words in its text first: it is parsed
    /// once they ask for it.
    pub fn skim(&self, path: &Utf8Path) -> Found<'a> {
        self.look(path, |wants, path| _ = wants.paths.insert(path))
    }

    fn look(&self, path: &Utf8Path, want: impl FnOnce(&mut Wanted, Utf8PathBuf)) -> Found<'a> {
        let Some((path, entry)) = self.tree.follow(path) else { return Found::Absent };
        if let Some(id) = self.sources.find(&path) {
            return Found::Read(self.read(id));
        }
        match entry.kind {
            EntryKind::File { .. } => {
                want(&mut self.wants(), path.into_owned());
                Found::Wanted
            }
            EntryKind::Dir => Found::Folder,
            EntryKind::Link(_) | EntryKind::Other => Found::Absent,
        }
    }

    /// All in the tree that has this name, by path.
    pub fn named(&self, name: &str) -> &[&'a Utf8PathBuf] {
        self.names.named(name)
    }

    /// The files among these, links left out.
    pub fn files_named(&self, name: &str) -> impl Iterator<Item = &'a Utf8PathBuf> {
        let is_file = |path: &&Utf8PathBuf| {
            let entry = self.tree.get(path);
            entry.is_some_and(|it| matches!(it.kind, EntryKind::File { .. }))
        };
        self.named(name).iter().copied().filter(is_file)
    }

    /// The files of the tree with one of these extensions, by path.
    pub fn ending_in(&self, endings: &[&str]) -> Vec<&'a Utf8PathBuf> {
        let found = endings.iter().flat_map(|it| self.names.ending_in(it));
        let mut found: Vec<_> = found.copied().collect();
        if endings.len() > 1 {
            found.sort();
        }
        found
    }

    /// Texts for people, by path ([`Names::guides`]).
    pub fn guides(&self) -> &[&'a Utf8PathBuf] {
        self.names.guides()
    }

    /// The first of them, where they were read; the others are asked for, all in one round.
    pub(in crate::model) fn documents(&self) -> Vec<Read<'a>> {
        let read = || {
            let guides = self.names.first_guides().iter();
            guides.filter_map(|path| Some(self.find(path).read()?.id)).collect()
        };
        self.documents.get_or_init(read).iter().map(|id| self.read(*id)).collect()
    }

    /// The files and links below a folder that have `.env` in their names, in whatever case, by path.
    pub fn of_env(&self, folder: &Utf8Path) -> impl Iterator<Item = &'a Utf8PathBuf> {
        self.names.of_env().iter().copied().filter(move |path| path.starts_with(folder))
    }

    /// Everything read of one format, by path.
    pub fn of(&self, kind: Kind) -> Vec<Read<'a>> {
        let ids = self.of_kind.get(&kind).into_iter().flatten();
        ids.map(|id| self.read(*id)).collect()
    }

    pub fn read(&self, id: FileId) -> Read<'a> {
        let source = self.sources.get(id);
        let parsed = &self.parsed[id.index()];
        Read { id, path: source.path(), text: source.text(), parsed }
    }

    /// A text in small letters, every byte at its place: words in whatever case are found in it much
    /// faster.
    pub fn in_small_letters(&self, id: FileId) -> &str {
        let text = || self.sources.get(id).text().to_ascii_lowercase();
        self.in_small_letters[id.index()].get_or_init(text)
    }

    /// What scripts change of the project's files.
    pub fn scripted(&self) -> &Scripted {
        self.scripted.get_or_init(|| Scripted::find(self))
    }

    /// The services of every compose file, which `load` is asked for once: of each project somebody wants
    /// to know which of them have its code.
    pub(in crate::model) fn services(&self, load: impl FnOnce() -> Vec<Service>) -> &[Service] {
        self.services.get_or_init(load)
    }

    /// What the tree has of a cluster, which `find` looks for once.
    pub(in crate::model) fn cluster(&self, find: impl FnOnce() -> Cluster) -> Cluster {
        *self.cluster.get_or_init(find)
    }

    /// The roots of the tree that are packages themselves, which `find` looks for once.
    pub(in crate::model) fn root_packages(
        &self,
        find: impl FnOnce() -> BTreeMap<Utf8PathBuf, String>,
    ) -> &BTreeMap<Utf8PathBuf, String> {
        self.root_packages.get_or_init(find)
    }

    /// The env file that a script writes where it sets a server up, which `find` looks for once, whoever
    /// asks: where it is and what it holds.
    pub(in crate::model) fn written_env(
        &self,
        find: impl FnOnce() -> Option<(Utf8PathBuf, Spliced)>,
    ) -> Option<Read<'a>> {
        let (path, text) = self.written_env.get_or_init(find).as_ref()?;
        self.made(path.clone(), || text.clone())
    }

    /// Asks for files that turned out to matter.
    pub fn want(&self, paths: impl IntoIterator<Item = Utf8PathBuf>) {
        self.wants().extend(paths);
    }

    /// Whether it wants anything that was not asked for before.
    pub fn wants_beside(&self, asked: &Paths) -> bool {
        let wants = self.wants();
        !wants.paths.is_subset(asked) || !wants.made.is_empty()
    }

    fn wants(&self) -> MutexGuard<'_, Wanted> {
        self.wants.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn into_wants(self) -> Wanted {
        self.wants.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}
