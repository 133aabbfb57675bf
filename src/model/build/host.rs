//! The machine that units and host-wide web servers run on: where its paths lie in the tree.
//!
//! A tree may be a copy of the server's own (`etc/nginx`, `etc/systemd`), and then every absolute
//! path can be looked up. Or it is a repository, and units say where it is checked out.

use crate::fact::Fact;
use crate::model::{Files, Found, Mount, Storage, View};
use crate::source::normalize;
use camino::{Utf8Path, Utf8PathBuf};

/// A folder of the tree and where the host has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkout {
    pub folder: Utf8PathBuf,
    pub at: Fact<Utf8PathBuf>,
}

/// Where the host's paths are in the tree.
#[derive(Clone, Debug, Default)]
pub struct Host {
    /// The folder that stands for `/`.
    pub root: Option<Utf8PathBuf>,
    pub checkouts: Vec<Checkout>,
}

/// What the tree knows of a path of the host.
#[derive(Clone, Debug)]
pub enum Looked<'a> {
    At(Found<'a>, Utf8PathBuf),
    /// It would be in the tree if it were there.
    Absent,
    /// It lies outside of what was checked.
    Outside,
}

impl Host {
    /// A folder that holds `etc/nginx` or `etc/systemd` is a copy of a server's root.
    pub fn find(files: &Files) -> Self {
        let marks = ["etc/nginx", "etc/systemd", "etc/caddy"];
        let is_root = |folder: &&Utf8Path| marks.iter().any(|it| files.tree.is_dir(&folder.join(it)));
        let folders = files.tree.entries().map(|(path, _)| path.as_path());
        let folders = files.tree.roots().iter().map(Utf8PathBuf::as_path).chain(folders);
        Self { root: folders.into_iter().find(is_root).map(Utf8Path::to_owned), checkouts: Vec::new() }
    }

    /// What lies at an absolute path of the host.
    pub fn look<'a>(&self, files: &Files<'a>, path: &Utf8Path) -> Looked<'a> {
        let Some((found, place)) = self.in_tree(path).map(|path| (files.find(&path), path)) else {
            return Looked::Outside;
        };
        match found {
            Found::Absent => Looked::Absent,
            found => Looked::At(found, place),
        }
    }

    /// The path in the tree that a path of the host leads to.
    pub fn in_tree(&self, path: &Utf8Path) -> Option<Utf8PathBuf> {
        let path = normalize(path);
        let within = self.checkouts.iter().filter(|it| path.starts_with(&it.at.value));
        if let Some(checkout) = within.max_by_key(|it| it.at.value.components().count()) {
            let below = path.strip_prefix(&checkout.at.value).ok()?;
            return Some(normalize(&checkout.folder.join(below)));
        }
        let below = path.strip_prefix("/").ok()?;
        Some(self.root.as_ref()?.join(below))
    }

    /// The host's file system, with the tree where it lies.
    pub fn view(&self) -> View {
        let mut view = View::host();
        let root = self.root.as_ref().map(|folder| {
            let from = Storage::Checkout(folder.clone());
            Fact::new(Mount { at: "/".into(), from, read_only: false }, crate::fact::Origin::UNSEEN)
        });
        let checkouts = self.checkouts.iter().map(|it| {
            it.at.map(|at| Mount {
                at: at.clone(),
                from: Storage::Checkout(it.folder.clone()),
                read_only: false,
            })
        });
        view.mounts = root.into_iter().chain(checkouts).collect();
        view
    }
}
