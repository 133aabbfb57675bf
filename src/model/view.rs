//! Whose file system a path is looked up in, and what is mounted there.
//!
//! The host has one, each container has its own, and a build has another still. A path says
//! nothing without one. Volumes, binds and the place of the checkout relate them; where nothing
//! does, two paths can not be compared.

use crate::fact::{Fact, symbol};
use crate::model::endpoint::normal;
use crate::model::image::{HOOKS, Image};
use crate::source::normalize;
use camino::{Utf8Path, Utf8PathBuf};

/// Whether a path lies where macOS has its homes: it is of a developer's machine, and none of the server.
pub(in crate::model) fn is_of_macos(path: &Utf8Path) -> bool {
    path.starts_with("/Users")
}

/// A view in the deployment that it belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ViewId(pub usize);

#[derive(Clone, Debug)]
pub struct View {
    /// The service, or nothing for the host.
    pub container: Option<String>,
    /// What lies over the file system, in no order: the longest prefix of a path counts.
    pub mounts: Vec<Fact<Mount>>,
    /// Whether all mounts are known.
    pub complete: bool,
}

/// At a path of the view, something that has its own place elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mount {
    pub at: Utf8PathBuf,
    pub from: Storage,
    pub read_only: bool,
}

/// Where bytes really are. Two paths are one directory if they lead to the same storage.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Storage {
    /// A folder of the tree that was checked, wherever that lies.
    Checkout(Utf8PathBuf),
    /// A path of the host outside every checkout.
    Host(Utf8PathBuf),
    Volume {
        name: String,
        below: Utf8PathBuf,
    },
    /// The container's own layer: nobody else sees it.
    Container {
        view: ViewId,
        path: Utf8PathBuf,
    },
    /// What nobody keeps: tmpfs, an anonymous volume.
    Temporary {
        view: ViewId,
        path: Utf8PathBuf,
    },
}

/// A directory of one view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dir {
    pub view: ViewId,
    pub path: Utf8PathBuf,
    /// For display: the container that the view is of.
    pub container: Option<String>,
}

impl Dir {
    /// A directory below it.
    pub fn join(&self, below: &str) -> Self {
        let path = normalize(&self.path.join(below));
        Self { view: self.view, path, container: self.container.clone() }
    }

    /// As messages name it, with the container whose path it is.
    pub fn shown(&self) -> String {
        let path = self.path.as_str();
        let path = if path.len() > 1 { path.trim_end_matches('/') } else { path };
        match &self.container {
            None => format!("`{path}`"),
            Some(name) => format!("`{path}` in `{name}`"),
        }
    }
}

impl Storage {
    pub(super) fn join(&self, below: &Utf8Path) -> Self {
        let onto = |path: &Utf8PathBuf| normalize(&path.join(below));
        match self {
            Self::Checkout(path) => Self::Checkout(onto(path)),
            Self::Host(path) => Self::Host(onto(path)),
            Self::Volume { name, below } => Self::Volume { name: name.clone(), below: onto(below) },
            Self::Container { view, path } => Self::Container { view: *view, path: onto(path) },
            Self::Temporary { view, path } => Self::Temporary { view: *view, path: onto(path) },
        }
    }

    fn path(&self) -> &Utf8Path {
        match self {
            Self::Checkout(path)
            | Self::Host(path)
            | Self::Volume { below: path, .. }
            | Self::Container { path, .. }
            | Self::Temporary { path, .. } => path,
        }
    }

    /// The path of what lies in a directory, from there.
    pub fn below(&self, dir: &Self) -> Option<&Utf8Path> {
        let within = match (self, dir) {
            (Self::Checkout(_), Self::Checkout(_)) | (Self::Host(_), Self::Host(_)) => true,
            (Self::Volume { name: a, .. }, Self::Volume { name: b, .. }) => a == b,
            (Self::Container { view: a, .. }, Self::Container { view: b, .. })
            | (Self::Temporary { view: a, .. }, Self::Temporary { view: b, .. }) => a == b,
            _ => false,
        };
        if within { self.path().strip_prefix(dir.path()).ok() } else { None }
    }

    /// Whether two storages are one; `None` where a placeholder or an unknown place decides.
    pub fn same(&self, other: &Self) -> Option<bool> {
        let paths = || symbol::same(self.path().as_str(), other.path().as_str());
        match (self, other) {
            (Self::Checkout(_), Self::Checkout(_)) => paths(),
            (Self::Host(a), Self::Host(b)) => {
                let (a, b) = (normal(a), normal(b));
                if on_either_side_of_a_release(&a, &b) {
                    return None;
                }
                symbol::same(a.as_str(), b.as_str())
            }
            // Nobody says where the checkout lies, or the path would have led into it.
            (Self::Checkout(_), Self::Host(_)) | (Self::Host(_), Self::Checkout(_)) => None,
            (Self::Volume { name: a, .. }, Self::Volume { name: b, .. }) => {
                if symbol::same(a, b)? {
                    paths()
                } else {
                    Some(false)
                }
            }
            (Self::Container { view: a, .. }, Self::Container { view: b, .. })
            | (Self::Temporary { view: a, .. }, Self::Temporary { view: b, .. }) => {
                if a == b {
                    paths()
                } else {
                    Some(false)
                }
            }
            // Docker keeps volumes in folders of the host, or where the driver is told to.
            (Self::Volume { .. }, Self::Host(_)) | (Self::Host(_), Self::Volume { .. }) => None,
            (Self::Volume { .. } | Self::Container { .. } | Self::Temporary { .. }, _)
            | (_, Self::Volume { .. } | Self::Container { .. } | Self::Temporary { .. }) => {
                Some(false)
            }
        }
    }
}

/// Whether one of two paths goes through a link to the newest release, and the other lies beside it.
pub(super) fn on_either_side_of_a_release(a: &Utf8Path, b: &Utf8Path) -> bool {
    follows_a_release(a, b) || follows_a_release(b, a)
}

/// Whether a path goes through the link `current`, which tools for deployment set to the newest of
/// the releases beside it, and the other to somewhere beside that link: nobody can tell where the
/// link leads, nor those that a release has to what all of them share.
fn follows_a_release(linked: &Utf8Path, other: &Utf8Path) -> bool {
    let link = linked.ancestors().find(|it| it.file_name() == Some("current"));
    let beside = link.and_then(|link| Some((link, link.parent()?)));
    beside.is_some_and(|(link, folder)| {
        folder.parent().is_some() && other.starts_with(folder) && !other.starts_with(link)
    })
}

impl View {
    pub fn host() -> Self {
        Self { container: None, mounts: Vec::new(), complete: true }
    }

    pub fn dir(&self, id: ViewId, path: &Utf8Path) -> Dir {
        Dir { view: id, path: normalize(path), container: self.container.clone() }
    }

    /// Whether scripts are mounted that the entrypoint of nginx's image runs.
    pub fn brings_hooks(&self) -> bool {
        self.mounts.iter().any(|it| it.value.at.starts_with(HOOKS))
    }

    /// The same, or the build of the image that the container is of brings them.
    pub fn has_hooks(&self, image: Option<&Image>) -> bool {
        self.brings_hooks() || image.is_some_and(Image::brings_hooks)
    }

    /// The mounts that bring a file of the tree, by itself or with the folder that it lies in.
    pub fn mounts_of(&self, path: &Utf8Path) -> impl Iterator<Item = &Mount> {
        let mounts = self.mounts.iter().map(|it| &it.value);
        mounts.filter(move |mount| match &mount.from {
            Storage::Checkout(from) => path == from || path.parent() == Some(from),
            _ => false,
        })
    }

    /// The mount that a path lies on.
    pub fn mount(&self, path: &Utf8Path) -> Option<&Fact<Mount>> {
        let path = normal(path);
        let over = self.mounts.iter().filter(|mount| path.starts_with(normal(&mount.value.at)));
        over.max_by_key(|mount| mount.value.at.components().count())
    }

    /// Whether a path lies on a mount that is known, or may: how it begins, nobody knows.
    pub fn may_lie_on_a_mount(&self, path: &Utf8Path) -> bool {
        let is_open = !path.is_absolute() || symbol::is_symbolic(path.as_str());
        self.mount(path).is_some() || is_open && !self.mounts.is_empty()
    }

    /// Where the bytes of a path are. `None` if mounts are unknown that could cover it, or the
    /// path is no absolute one, or nobody knows how it begins.
    pub fn locate(&self, dir: &Dir) -> Option<Fact<Storage>> {
        if let Some(mount) = self.mount(&dir.path) {
            let path = normal(&dir.path);
            let below = path.strip_prefix(normal(&mount.value.at)).ok()?;
            // Out of a checkout whose place nobody knows.
            if below.starts_with("..") {
                return None;
            }
            return Some(mount.map(|mount| mount.from.join(below)));
        }
        if !dir.path.is_absolute() || !self.complete {
            return None;
        }
        // What a symbol stands for may lead onto any of the mounts.
        let is_mounted = self.container.is_some() && !self.mounts.is_empty();
        if is_mounted && symbol::is_symbolic(dir.path.as_str()) {
            return None;
        }
        let own = match &self.container {
            None => Storage::Host(dir.path.clone()),
            Some(_) => Storage::Container { view: dir.view, path: dir.path.clone() },
        };
        Some(Fact::new(own, crate::fact::Origin::UNSEEN))
    }
}
