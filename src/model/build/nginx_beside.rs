//! What a container's nginx reads beside the files that are in view.

use crate::model::{Storage, View};
use crate::source::{Place, path_glob};
use camino::{Utf8Path, Utf8PathBuf};
use globset::GlobMatcher;

/// A line that mounts a file of the host where sites are looked for, of which the tree has nothing: `placed`
/// are the files that it has. `sites` are the patterns.
pub(super) fn mounted_out_of_view<'p>(
    view: &View,
    placed: impl Iterator<Item = &'p Utf8PathBuf> + Clone,
    sites: &[&str],
) -> Option<Place> {
    let globs: Vec<GlobMatcher> = sites.iter().filter_map(|it| path_glob(it)).collect();
    let is_bind = |it: &Storage| matches!(it, Storage::Checkout(_) | Storage::Host(_));
    let is_site = |at: &Utf8Path| globs.iter().any(|it| it.is_match(at.as_std_path()));
    let is_seen = |at: &Utf8Path| placed.clone().any(|it| it.starts_with(at));
    let mut out = view.mounts.iter().filter(|mount| {
        let at = &mount.value.at;
        is_bind(&mount.value.from) && is_site(at) && !is_seen(at)
    });
    out.find_map(|it| it.evidence().place())
}
