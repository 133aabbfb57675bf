//! Where the folders of the repository lie in the file system of a process.

use crate::python::CHECKOUT;
use camino::{Utf8Path, Utf8PathBuf};

/// Pairs of a folder of the tree and the absolute path under which the process sees it. With none,
/// the tree lies at the symbolic `/{checkout}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Checkout(Vec<(Utf8PathBuf, Utf8PathBuf)>);

impl Checkout {
    pub fn new(mounts: Vec<(Utf8PathBuf, Utf8PathBuf)>) -> Self {
        if mounts.is_empty() { Self::besides(mounts) } else { Self(mounts) }
    }

    /// The same where none of the mounts has the code, which lies somewhere all the same: they are of a
    /// folder for logs, say, in an image that nobody sees.
    pub fn besides(mut mounts: Vec<(Utf8PathBuf, Utf8PathBuf)>) -> Self {
        mounts.push((Utf8PathBuf::new(), format!("/{CHECKOUT}").into()));
        Self(mounts)
    }

    /// The whole tree at one place.
    pub fn at(path: impl Into<Utf8PathBuf>) -> Self {
        Self(vec![(Utf8PathBuf::new(), path.into())])
    }

    fn mounts(&self) -> Vec<(Utf8PathBuf, Utf8PathBuf)> {
        match self.0.is_empty() {
            true => Self::new(Vec::new()).0,
            false => self.0.clone(),
        }
    }

    /// The process's path of a path of the tree.
    pub fn absolute(&self, path: &Utf8Path) -> Option<String> {
        let mounts = self.mounts();
        let found = mounts.iter().filter_map(|(from, to)| {
            let rest = path.strip_prefix(from).ok()?;
            Some((from.as_str().len(), to, rest))
        });
        let (_, to, rest) = found.max_by_key(|(length, _, _)| *length)?;
        Some(match rest.as_str() {
            "" => to.to_string(),
            rest => format!("{}/{rest}", to.as_str().trim_end_matches('/')),
        })
    }

    /// The path in the tree of a path of the process; none if it lies elsewhere.
    pub fn relative(&self, path: &str) -> Option<Utf8PathBuf> {
        let path = Utf8Path::new(path);
        let mounts = self.mounts();
        let found = mounts.iter().filter_map(|(from, to)| {
            let rest = path.strip_prefix(to).ok()?;
            Some((to.as_str().len(), from, rest))
        });
        let (_, from, rest) = found.max_by_key(|(length, _, _)| *length)?;
        Some(match rest.as_str() {
            "" => from.clone(),
            _ => from.join(rest),
        })
    }
}
