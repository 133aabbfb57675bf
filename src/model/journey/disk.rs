//! What lies at a path of a file system, as far as the files say.

use crate::fact::{Fact, Origin};
use crate::model::journey::Journeys;
use crate::model::{Dir, STATIC_ROOT, Storage, ViewId};
use camino::Utf8Path;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    File,
    Folder,
    Nothing,
    /// Why nobody can tell.
    Unknown(String),
}

impl Seen {
    /// What the fact's own place shows of it.
    pub(super) fn shown(&self) -> Option<&'static str> {
        match self {
            Self::File | Self::Folder => Some("collected into this directory"),
            Self::Nothing => Some("files are collected here, and it is none of them"),
            Self::Unknown(_) => None,
        }
    }
}

/// What lies at a path of the tree that was checked.
pub type Disk<'a> = &'a dyn Fn(&Utf8Path) -> Option<Lies>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lies {
    File,
    Folder,
}

impl Journeys<'_> {
    pub(super) fn look(&self, view: ViewId, path: &str) -> Fact<Seen> {
        let unseen = |why: String| Fact::new(Seen::Unknown(why), Origin::UNSEEN);
        let path = Utf8Path::new(path);
        let dir = self.deployment.view(view).dir(view, path);
        let Some(storage) = self.deployment.view(view).locate(&dir) else {
            return unseen(format!("where `{path}` lies is not known"));
        };
        if let Storage::Checkout(place) = &storage.value
            && let Some(lies) = self.disk.and_then(|disk| disk(place))
        {
            return storage.map(|_| match lies {
                Lies::File => Seen::File,
                Lies::Folder => Seen::Folder,
            });
        }
        if let Some(seen) = self.collected(&storage) {
            return seen;
        }
        unseen(format!("whether `{path}` is there is not known"))
    }

    /// The same, of the file that a web server looks for to answer a path of a URL.
    pub(super) fn look_for(&self, view: ViewId, file: &str, url: &str) -> Fact<Seen> {
        let seen = self.look(view, file);
        if !matches!(seen.value, Seen::Unknown(_)) {
            return seen;
        }
        let dir = self.deployment.view(view).dir(view, Utf8Path::new(file));
        let storage = self.deployment.view(view).locate(&dir);
        // A page that stands in for whatever is not there is no static file.
        let is_asked = file.rsplit('/').next() == url.rsplit('/').next();
        let storage = storage.filter(|_| is_asked);
        storage.and_then(|storage| self.misdirected(&dir, &storage, url)).unwrap_or(seen)
    }

    /// A static file is looked for where nothing collects them.
    fn misdirected(&self, dir: &Dir, storage: &Fact<Storage>, url: &str) -> Option<Fact<Seen>> {
        let (root, app) = self.static_roots().first()?;
        // Whose files are meant, nobody can tell where there are several.
        let one = self.static_roots().iter().all(|(it, _)| it.value == root.value);
        let prefix = self.gates(*app)?.static_prefix()?;
        // Nor what lies where all that has no location of its own is looked for.
        let mut before = self.deployment.sites_before(&self.deployment.processes[*app]);
        if before.any(|site| site.answers_as_all_else(url)) {
            return None;
        }
        // Somebody copies files into the directory that is served.
        let below = url.strip_prefix(prefix.value.trim_end_matches('/'))?;
        let served = dir.path.as_str().strip_suffix(below).map(Utf8Path::new);
        let served = served.map(|it| self.deployment.view(dir.view).dir(dir.view, it));
        if served.is_some_and(|it| self.deployment.is_carried_to(&it)) {
            return None;
        }
        // Whether a folder is there is another question.
        let meant = one && url.starts_with(&prefix.value) && !url.ends_with('/');
        let is_below = storage.value.below(&root.value).is_some();
        let elsewhere = !is_below && storage.value.same(&root.value) == Some(false);
        let seen = root.map(|_| Seen::Nothing).given(storage).given(&prefix);
        (meant && elsewhere).then_some(seen)
    }

    /// What `collectstatic` puts at a place, if it is in a directory that it fills.
    fn collected(&self, storage: &Fact<Storage>) -> Option<Fact<Seen>> {
        self.static_roots().iter().find_map(|(root, app)| {
            let below = storage.value.below(&root.value)?;
            let collected = self.deployment.processes[*app].django.as_ref()?.collected.as_ref();
            let seen = match collected.at(below) {
                Some(Lies::File) => Seen::File,
                Some(Lies::Folder) => Seen::Folder,
                None if collected.lacks(below) => Seen::Nothing,
                None => Seen::Unknown(format!("whether `{below}` is collected is not known")),
            };
            Some(root.map(|_| seen).given(storage))
        })
    }

    /// The directories that static files are collected into, and by whom.
    fn static_roots(&self) -> &[(Fact<Storage>, usize)] {
        self.static_roots.get_or_init(|| {
            let mut found = Vec::new();
            for (index, process) in self.deployment.processes.iter().enumerate() {
                let app = process.fact();
                let Some(root) = app.get(STATIC_ROOT) else { continue };
                let view = self.deployment.view(process.view);
                let Some(dir) = app.dir(view, &root) else { continue };
                let Some(storage) = view.locate(&dir.value) else { continue };
                found.push((dir.map(|_| storage.value.clone()).given(&storage), index));
            }
            found
        })
    }
}
