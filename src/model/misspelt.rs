//! Paths that lead nowhere for a slip in one of their names.

use crate::fact::spelling::is_slip;
use crate::source::{Tree, normalize};
use camino::{Utf8Path, Utf8PathBuf};

/// What was meant by a path that is not in the tree: `config/nginx.conf`, where somebody asks for
/// `configs/nginx.conf`.
pub(in crate::model) fn meant(tree: &Tree, path: &Utf8Path) -> Option<Utf8PathBuf> {
    let path = normalize(path);
    path.ancestors().find_map(|part| {
        let (name, folder) = (part.file_name()?, part.parent()?);
        let rest = path.strip_prefix(part).ok()?;
        let near = tree.children(folder).map(|(other, _)| other);
        let near = near.filter(|it| it.file_name().is_some_and(|it| is_slip(it, name)));
        let mut meant = near.map(|it| if rest == "" { it.clone() } else { it.join(rest) });
        meant.find(|it| tree.get(it).is_some())
    })
}
