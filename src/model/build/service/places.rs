//! Where the paths of a container lead: over mounts and through what the image copies.

use crate::fact::Fact;
use crate::model::build::apps::in_checkout;
use crate::model::build::assembled;
use crate::model::build::copied;
use crate::model::build::service::Container;
use crate::model::compose::{self, Grant, Location, MountKind, Resource};
use crate::model::django;
use crate::model::image::{Copy, Does, From, Image, Run};
use crate::model::{Mount, Storage, View};
use crate::source::normalize;
use camino::{Utf8Path, Utf8PathBuf};

fn of_location(location: &Location) -> Storage {
    match location {
        Location::Tree(path) => Storage::Checkout(path.clone()),
        Location::Host(path) | Location::Home(path) => Storage::Host(path.clone()),
        Location::Remote(text) => Storage::Host(text.into()),
    }
}

/// Where secrets lie, of which nothing else is said.
const SECRETS: &str = "/run/secrets";

impl Container<'_> {
    /// Where a project's files are in the container: by a mount, or by what the image copies. Of
    /// several places the one counts that Python imports from, which is where the process starts.
    pub(super) fn checkout(
        &self,
        project: &django::Project,
        view: &View,
        cwd: Option<&Utf8Path>,
    ) -> Vec<(Utf8PathBuf, Utf8PathBuf)> {
        let starts_in = |at: &Utf8Path| cwd.is_some_and(|cwd| cwd.starts_with(at));
        let mut out = Vec::new();
        if let Some((image, context)) = self.image.and_then(|it| it.in_context(self.files)) {
            // What a mount lies over is not seen.
            let is_masked = |at: &Utf8Path| {
                let mut mounts = view.mounts.iter().map(|it| &it.value);
                mounts.any(|it| at.starts_with(&it.at) && matches!(it.from, Storage::Checkout(_)))
            };
            let copied = copied::homes(image, &context, project);
            out.extend(copied.into_iter().filter(|(_, at)| !is_masked(at)));
        }
        for mount in &view.mounts {
            if let Storage::Checkout(folder) = &mount.value.from {
                let copied = out.iter().any(|(known, at)| known == folder && starts_in(at));
                if copied && !starts_in(&mount.value.at) {
                    continue;
                }
                out.retain(|(known, _)| known != folder);
                out.push((folder.clone(), mount.value.at.clone()));
            }
        }
        out
    }

    /// Files of Python that the container has others of the tree in the place of, with those: by `COPY
    /// conf/docker.py conf/env.py`, by a command of the image's build, or by a mount.
    pub(super) fn put_over(
        &self,
        view: &View,
        checkout: &[(Utf8PathBuf, Utf8PathBuf)],
    ) -> Vec<(Utf8PathBuf, Utf8PathBuf)> {
        let is_python = |path: &Utf8Path| path.extension() == Some("py");
        let mounted = view.mounts.iter().filter_map(|mount| {
            let Storage::Checkout(source) = &mount.value.from else { return None };
            let is_file = is_python(source) && self.files.tree.is_file(source);
            let at = Some(&mount.value.at).filter(|at| is_file && is_python(at))?;
            let around: Vec<_> = checkout.iter().filter(|(_, it)| it != at).cloned().collect();
            let hidden = in_checkout(&around, at)?;
            (hidden != *source).then(|| (hidden, source.clone()))
        });
        let built = self.image.and_then(|it| it.in_context(self.files));
        let Some((image, context)) = built else { return mounted.collect() };
        let one = |copy: &Copy| {
            let ([source], Some(to)) = (copy.sources.as_slice(), &copy.destination) else {
                return None;
            };
            let source = normalize(&context.root.join(source.known()?.value.trim_matches('/')));
            let to = normalize(&to.value);
            let is_other = is_python(&source) && is_python(&to) && !copy.into;
            let is_seen = matches!(copy.from, From::Context) && view.mount(&to).is_none();
            if !is_other || !is_seen || !self.files.tree.is_file(&source) {
                return None;
            }
            let hidden = in_checkout(checkout, &to)?;
            (hidden != source).then_some((hidden, source))
        };
        let renamed = |(from, to): (Utf8PathBuf, Utf8PathBuf)| {
            let (source, hidden) = (in_checkout(checkout, &from)?, in_checkout(checkout, &to)?);
            let is_seen = [&from, &to].iter().all(|it| view.mount(it).is_none());
            (is_seen && self.files.tree.is_file(&source)).then_some((hidden, source))
        };
        let copied = image.layers().into_iter().filter_map(|it| one(it.copy()?));
        copied.chain(image.moved().into_iter().filter_map(renamed)).chain(mounted).collect()
    }

    /// What the image has at a path, if that is of the tree.
    pub(super) fn brought(&self, at: &Utf8Path) -> Option<Utf8PathBuf> {
        self.image?.in_tree(self.files, at)
    }

    /// Whether a script puts together what its image is built of.
    pub(super) fn is_assembled(&self) -> bool {
        let of = self.image.and_then(|it| Some((it.context.as_ref()?, it.dockerfile.as_ref()?)));
        of.is_some_and(|(context, file)| assembled::is_assembled(self.files, context, file))
    }

    /// Whether something else than the tree may have put a file where the container has it: a
    /// mount from elsewhere, a step of the build, an image that nobody knows.
    pub(super) fn may_bring(&self, view: &View, path: &Utf8Path) -> bool {
        if let Some(mount) = view.mount(path) {
            return !matches!(mount.value.from, Storage::Checkout(_));
        }
        let Some(built) = self.image.filter(|it| it.flavour.is_some() && view.complete) else {
            return true;
        };
        let Some((image, context)) = built.in_context(self.files) else { return true };
        let name = path.file_name().unwrap_or_default();
        let writes = |run: &Run| run.form.text().contains(name) || !run.heredocs.is_empty();
        let mut layers = image.stages.iter().flat_map(|stage| &stage.layers);
        image.at(path, &context).is_some()
            || layers.any(|layer| matches!(&layer.does, Does::Run(run) if writes(run)))
    }

    /// What lies over the container's file system.
    pub(in crate::model::build) fn view(&self) -> View {
        let mut complete = true;
        let mut mounts = Vec::new();
        for mount in &self.service.volumes {
            let (Some(at), Some(from)) = (mount.target.known(), self.storage(mount)) else {
                complete = false;
                continue;
            };
            let read_only = mount.read_only.as_ref().is_some_and(|it| it.value);
            let place = Fact::at((), mount.place);
            mounts.push(at.zip(&from).given(&place).map(|(at, from)| Mount {
                // Docker cleans the path, so that a file is one with a slash behind it, too.
                at: Utf8PathBuf::from(at.as_str()).components().collect(),
                from: (*from).clone(),
                read_only,
            }));
        }
        mounts.extend(self.service.tmpfs.iter().filter_map(|tmpfs| {
            let at = tmpfs.known()?;
            let path = Utf8PathBuf::from(at.value.split(':').next()?);
            let from = Storage::Temporary { view: self.view, path: path.clone() };
            Some(at.map(|_| Mount { at: path.clone(), from: from.clone(), read_only: false }))
        }));
        let configs = self.service.configs.iter();
        mounts.extend(configs.filter_map(|it| self.granted(it, &self.project.configs, "/")));
        let secrets = self.service.secrets.iter();
        mounts.extend(secrets.filter_map(|it| self.granted(it, &self.project.secrets, SECRETS)));
        let links =
            self.image.and_then(|it| it.image.as_ref()).map(Image::links).unwrap_or_default();
        for link in links {
            let (to, at) = &link.value;
            let over = |mount: &Fact<Mount>| {
                let below = to.strip_prefix(&mount.value.at).ok()?;
                Some(mount.value.from.join(below))
            };
            if let Some(from) = mounts.iter().find_map(over) {
                let at = at.clone();
                mounts.push(link.map(|_| Mount { at, from, read_only: false }));
            }
        }
        View { container: Some(self.service.name.value.clone()), mounts, complete }
    }

    /// Where a config or a secret lies: at its own name in their folder, if nothing else is said
    /// (Compose Specification, "configs", "secrets"). What no file holds comes from elsewhere, and is
    /// there all the same.
    fn granted(&self, granted: &Grant, of: &[Resource], folder: &str) -> Option<Fact<Mount>> {
        let source = granted.source.known()?;
        let held = of.iter().find(|it| it.key.value == source.value)?;
        let named = match &granted.target {
            Some(target) => target.known()?,
            None => source,
        };
        let at = named.map(|it| Utf8Path::new(folder).join(it));
        let from = match &held.file {
            Some(file) => self.located(&file.value),
            None => Storage::Temporary { view: self.view, path: at.value.clone() },
        };
        let of = |at: &Utf8PathBuf| Mount { at: at.clone(), from: from.clone(), read_only: true };
        Some(at.map(|at| of(at)))
    }

    fn storage(&self, mount: &compose::Mount) -> Option<Fact<Storage>> {
        let here = Fact::at((), mount.place);
        let temporary = || {
            let path = mount.target.known()?.value.into();
            Some(here.map(|()| Storage::Temporary { view: self.view, path }))
        };
        match &mount.kind {
            MountKind::Bind(_, location) => Some(location.as_ref()?.map(|it| self.located(it))),
            MountKind::Volume(name) => {
                let below = match &mount.subpath {
                    Some(path) => path.known()?.value.into(),
                    None => Utf8PathBuf::new(),
                };
                let name = name.known()?;
                let declared = self.project.volumes.iter().find(|it| it.key.value == name.value);
                if let Some(device) = declared.and_then(|it| it.device.as_ref()) {
                    let location = Location::of(device, self.project.start())?;
                    return Some(location.map(|it| of_location(it).join(&below)));
                }
                let key = declared.map_or(name.value.as_str(), |it| self.first_of_its_name(it));
                Some(name.map(|_| Storage::Volume { name: key.to_owned(), below }))
            }
            MountKind::Anonymous | MountKind::Tmpfs => temporary(),
            MountKind::Other => None,
        }
    }

    /// What lies there, which is of the tree if the operator says that the tree lies around it.
    fn located(&self, location: &Location) -> Storage {
        let declared = self.contract.and_then(|it| Some((it.root.as_ref()?, &it.folder)));
        match (of_location(location), declared) {
            (Storage::Host(path), Some((root, folder))) => match path.strip_prefix(&root.value) {
                Ok(below) => Storage::Checkout(normalize(&folder.join(below))),
                Err(_) => Storage::Host(path),
            },
            (storage, _) => storage,
        }
    }

    /// The Caddyfile where Caddy's image looks for it, or that of Caddy 1 (abiosoft/caddy).
    pub(in crate::model::build) fn caddyfile(&self, view: &View) -> Option<Utf8PathBuf> {
        let paths = ["/etc/caddy/Caddyfile", "/etc/Caddyfile"];
        paths.iter().find_map(|it| self.in_tree(view, Utf8Path::new(it)))
    }

    /// The file of the tree at a path of the container.
    pub(in crate::model::build) fn in_tree(
        &self,
        view: &View,
        path: &Utf8Path,
    ) -> Option<Utf8PathBuf> {
        let dir = view.dir(self.view, path);
        if let Some(Storage::Checkout(path)) = view.locate(&dir).map(|it| it.value) {
            return Some(path);
        }
        self.brought(path)
    }

    /// Two keys with one `name` are one volume, which the first of them stands for.
    fn first_of_its_name<'v>(&'v self, volume: &'v compose::Volume) -> &'v str {
        let name = volume.name.as_ref().map(ToString::to_string);
        let same = |it: &&compose::Volume| it.name.as_ref().map(ToString::to_string) == name;
        let first = self.project.volumes.iter().find(same).filter(|_| name.is_some());
        &first.unwrap_or(volume).key.value
    }
}
