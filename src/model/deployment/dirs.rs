//! Where the bytes of a directory are, whoever sees it by which path.

use crate::fact::Fact;
use crate::model::command::Step;
use crate::model::scripted::PUTS;
use crate::model::view::on_either_side_of_a_release;
use crate::model::{
    Deployment, Dir, Process, ProcessKind, Site, Storage, ViewId, is_of_macos, nginx,
};
use camino::{Utf8Path, Utf8PathBuf};

impl Deployment {
    /// Where the bytes of a directory are.
    pub fn located(&self, dir: &Fact<Dir>) -> Option<Storage> {
        Some(self.view(dir.value.view).locate(&dir.value)?.value)
    }

    /// Whether the image of a container may have something at a directory: an image that is
    /// pulled has nothing but its own.
    pub fn brings(&self, dir: &Fact<Dir>) -> Option<bool> {
        let container = self.container(dir.value.container.as_deref()?)?;
        let Some(image) = &container.image else {
            let own = dir.value.path.starts_with("/usr") || dir.value.path.starts_with("/etc");
            return container.stock().map(|_| own);
        };
        Some(image.may_bring_to(&dir.value.path))
    }

    /// Whether a directory is a container's own, and no volume and no `COPY` fills it, nor any folder of it.
    pub fn is_brought_by_nothing(&self, dir: &Fact<Dir>) -> bool {
        let mut mounts = self.view(dir.value.view).mounts.iter();
        !mounts.any(|it| it.value.at.starts_with(&dir.value.path))
            && matches!(self.located(dir), Some(Storage::Container { .. }))
            && self.brings(dir) == Some(false)
    }

    /// Whether no container that answers for a configuration of nginx has a directory: nothing is
    /// mounted there, and the image brings none.
    pub fn has_nowhere(&self, config: &nginx::Config, path: &Fact<String>) -> bool {
        let mut sites = self.sites.iter().filter(|it| it.is_of(config)).peekable();
        let lacks = |site: &Site| {
            let dir = path.map(|it| self.view(site.view).dir(site.view, Utf8Path::new(it)));
            self.is_brought_by_nothing(&dir)
        };
        path.value.starts_with('/') && sites.peek().is_some() && sites.all(lacks)
    }

    /// Whether the folder around a directory has nothing in the containers that answer for a configuration
    /// of nginx but what is mounted into it, each at one of these paths or below.
    pub fn is_among(
        &self,
        config: &nginx::Config,
        path: &Fact<String>,
        mounted: &[&Utf8Path],
    ) -> bool {
        // What each system has of its own; of sites it has at most a page that greets.
        const OWN: [&str; 6] = ["/var", "/run", "/tmp", "/root", "/dev", "/proc"];
        const OF_SITES: &str = "/var/www";
        let Some(around) = Utf8Path::new(&path.value).parent().filter(|it| it.parent().is_some())
        else {
            return false;
        };
        let mut sites = self.sites.iter().filter(|it| it.is_of(config)).peekable();
        let is_bare = |site: &Site| {
            let view = self.view(site.view);
            let dir = path.map(|_| view.dir(site.view, around));
            let mounts = view.mounts.iter().map(|it| &it.value.at);
            let mut within = mounts.filter(|it| it.starts_with(around));
            matches!(self.located(&dir), Some(Storage::Container { .. }))
                && self.brings(&dir) == Some(false)
                && within.all(|at| mounted.iter().any(|it| at.starts_with(it)))
        };
        let is_systems = OWN.iter().any(|it| around.starts_with(it));
        (!is_systems || around.starts_with(OF_SITES))
            && sites.peek().is_some()
            && sites.all(is_bare)
    }

    /// Whether the container of a web server mounts a folder of the checkout, or one within, beside what
    /// configures it.
    pub fn proxies_share(&self, folder: &Utf8Path) -> bool {
        let proxies = self.processes.iter().filter(|it| it.kind == ProcessKind::Proxy);
        let mut mounts = proxies.flat_map(|it| &self.view(it.view).mounts).map(|it| &it.value);
        mounts.any(|it| {
            let is_within = matches!(&it.from, Storage::Checkout(from) if from.starts_with(folder));
            is_within && it.at.extension().is_none() && !it.at.starts_with("/etc")
        })
    }

    /// Whether a directory is of a container's own files, and the build of its image may put some
    /// there, as those that an earlier stage collected.
    pub fn is_built_in(&self, dir: &Fact<Dir>) -> bool {
        let container = dir.value.container.as_deref().and_then(|it| self.container(it));
        let image = container.and_then(|it| it.image.as_ref());
        matches!(self.located(dir), Some(Storage::Container { .. }))
            && image.is_some_and(|it| it.may_bring_to(&dir.value.path))
    }

    /// Whether a directory lies on a volume that takes what the image of some container has at the same
    /// place, while it is empty (Docker's manual, "Volumes", "Populate a volume using a container").
    pub fn is_filled_by_image(&self, dir: &Fact<Dir>) -> bool {
        let Some(Storage::Volume { name, .. }) = self.located(dir) else { return false };
        self.views.iter().any(|view| {
            let container = view.container.as_deref().and_then(|it| self.container(it));
            let Some(image) = container.and_then(|it| it.image.as_ref()) else { return false };
            let is_it =
                |from: &Storage| matches!(from, Storage::Volume { name: other, .. } if *other == name);
            let mounts = view.mounts.iter().filter(|it| is_it(&it.value.from));
            mounts.map(|it| &it.value.at).any(|at| image.fills(at))
        })
    }

    /// Whether a script or a guide puts files into a directory, whatever those are: on the machine, or
    /// in any container that has a part of the same volume, as `docker compose exec` does; or whether a
    /// container copies some there before its server starts.
    pub fn is_carried_to(&self, dir: &Dir) -> bool {
        let carried = &self.surroundings.carried;
        if dir.container.is_none() {
            return carried.to(&dir.path);
        }
        let Some(filled) = self.view(dir.view).locate(dir) else { return false };
        let mounts = self.views.iter().flat_map(|view| &view.mounts);
        let mut seen_at = mounts
            .filter_map(|mount| Some(mount.value.at.join(filled.value.below(&mount.value.from)?)));
        if seen_at.any(|it| carried.to(&it)) {
            return true;
        }
        self.views.iter().enumerate().any(|(number, view)| {
            let leads_there = |target: Utf8PathBuf| {
                let target = view.locate(&view.dir(ViewId(number), &target));
                target.is_some_and(|it| filled.value.below(&it.value).is_some())
            };
            let container = view.container.as_deref().and_then(|it| self.container(it));
            let steps = container.map(|it| it.steps.as_slice()).unwrap_or_default();
            steps.iter().filter_map(copies_to).any(leads_there)
        })
    }

    /// The processes whose `collectstatic` fills a directory.
    pub fn collectors(&self, dir: &Fact<Dir>) -> impl Iterator<Item = &Process> {
        self.processes.iter().filter(move |process| {
            let app = process.fact();
            let root = app.collects_into();
            let collected = root.and_then(|root| app.dir(self.view(process.view), &root));
            let same = collected.and_then(|it| self.same_dir(dir, &it));
            same.is_some_and(|it| it.value)
        })
    }

    /// Where compose mounts what a directory lies on.
    pub fn mount(&self, dir: &Fact<Dir>) -> Option<Fact<()>> {
        let view = self.view(dir.value.view);
        view.container.as_ref()?;
        Some(view.mount(&dir.value.path)?.map(|_| ()))
    }

    /// Where a view has what lies at a directory of another, by a mount of its own, and that mount.
    pub fn at_in(&self, dir: &Fact<Dir>, view: ViewId) -> Option<Fact<Utf8PathBuf>> {
        let mount = self.view(dir.value.view).mount(&dir.value.path)?;
        let below = dir.value.path.strip_prefix(&mount.value.at).ok()?;
        let mut others = self.view(view).mounts.iter();
        let other = others.find(|it| it.value.from == mount.value.from)?;
        let at = match below.as_str() {
            "" => other.value.at.clone(),
            _ => other.value.at.join(below),
        };
        Some(other.map(|_| at))
    }

    /// Whether two directories are one, or `None` where nothing relates them.
    pub fn same_dir(&self, a: &Fact<Dir>, b: &Fact<Dir>) -> Option<Fact<bool>> {
        let links = &self.surroundings.links;
        let place = |dir: &Fact<Dir>| {
            let found = self.view(dir.value.view).locate(&dir.value)?.given(dir);
            Some(found.map(|storage| match storage {
                Storage::Checkout(path) => Storage::Checkout(links.follow(path)),
                other => other.clone(),
            }))
        };
        let is_of_release = on_either_side_of_a_release(&a.value.path, &b.value.path);
        let (a, b) = (place(a)?, place(b)?);
        a.zip(&b).try_map(|(a, b)| match (*a, *b) {
            (Storage::Checkout(tree), Storage::Host(host))
            | (Storage::Host(host), Storage::Checkout(tree)) => {
                let known = !is_of_release
                    && self.lies_on_host(tree)
                    && !self.is_in_another_checkout(host, tree)
                    && !is_of_macos(host);
                known.then_some(false)
            }
            (a, b) => a.same(b),
        })
    }

    /// Whether a folder of the host has the path, below its own start, that a folder of the tree has:
    /// what containers are started of is often checked out elsewhere than what units serve.
    fn is_in_another_checkout(&self, host: &Utf8Path, tree: &Utf8Path) -> bool {
        let mounts = self.views.first().into_iter().flat_map(|host| &host.mounts);
        let roots = mounts.filter_map(|mount| match &mount.value.from {
            Storage::Checkout(from) => tree.strip_prefix(from).ok(),
            _ => None,
        });
        let below = roots.max_by_key(|it| it.components().count());
        let is_alike = |it: &Utf8Path| it.components().count() > 1 && host.ends_with(it);
        self.surroundings.has_compose && below.is_some_and(is_alike)
    }

    /// Whether it is known where the host has a folder of the tree: then a path of the host that
    /// does not lead there leads elsewhere.
    fn lies_on_host(&self, folder: &Utf8Path) -> bool {
        self.views.first().is_some_and(|host| {
            host.container.is_none()
                && host.mounts.iter().any(|mount| match &mount.value.from {
                    Storage::Checkout(from) => folder.starts_with(from),
                    _ => false,
                })
        })
    }
}

/// The folder or file that a command copies, moves or links something to; all that there is is too
/// much to be meant.
fn copies_to(step: &Step) -> Option<Utf8PathBuf> {
    let program = Utf8Path::new(&step.started.executable.value).file_name()?;
    let target = step.started.words.last().filter(|_| PUTS.contains(&program))?;
    let from = step.directory.as_ref().map(|it| Utf8Path::new(&it.value));
    let target = from.map_or_else(|| target.value.clone().into(), |it| it.join(&target.value));
    (target.is_absolute() && target.components().count() > 1).then_some(target)
}
