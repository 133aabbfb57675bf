//! Where the checkout of a file is that a command of the machine names: beside
//! `WorkingDirectory=/srv/shop`, `ExecStart=/srv/shop/deploy/run.sh` is `deploy/run.sh` of the tree, and so
//! is what `uwsgi --ini /srv/shop/deploy/uwsgi.ini` reads.

use crate::fact::Fact;
use crate::model::Files;
use crate::model::build::host::Checkout;
use crate::model::django::Project;
use camino::{Utf8Path, Utf8PathBuf};
use std::sync::Arc;

const SHELLS: &[&str] = &["sh", "bash", "dash"];

/// The folder of the tree that stands for the working directory of a command, if the command is a
/// script below it of which the tree has just one, or reads such a file, in or around a project.
pub(super) fn checkout<'w>(
    files: &Files,
    projects: &[Arc<Project>],
    mut words: impl Iterator<Item = &'w str>,
    directory: Option<Fact<Utf8PathBuf>>,
) -> Option<Checkout> {
    let at = directory.filter(|it| it.value.is_absolute())?;
    let program = words.next()?;
    let is_shell = SHELLS.contains(&program.rsplit('/').next().unwrap_or_default());
    let script = if is_shell { words.next()? } else { program };
    let script = Some(script).filter(|it| it.ends_with(".sh"));
    // A value may be glued to its option: `--ini=deploy/uwsgi.ini`.
    let values = words.filter_map(|word| word.rsplit('=').next());
    let mut named = script.into_iter().chain(values.filter(|it| it.ends_with(".ini")));
    let folder = named.find_map(|named| {
        let named = Utf8Path::new(named);
        let below = match named.is_absolute() {
            true => named.strip_prefix(&at.value).ok()?,
            false => named.strip_prefix("./").unwrap_or(named),
        };
        let alike = files.named(below.file_name()?).iter();
        let mut found = alike.filter(|it| it.ends_with(below) && files.tree.is_file(it));
        let (only, None) = (found.next()?, found.next()) else { return None };
        Some(only.ancestors().nth(below.components().count())?.to_owned())
    })?;
    let of_project =
        |it: &Arc<Project>| it.root.starts_with(&folder) || folder.starts_with(&it.root);
    projects.iter().any(of_project).then_some(Checkout { folder, at })
}
