//! Where the checkout of a script is that the machine starts: `ExecStart=/srv/shop/deploy/run.sh`
//! beside `WorkingDirectory=/srv/shop` is `deploy/run.sh` of the tree.

use crate::fact::Fact;
use crate::model::Files;
use crate::model::build::host::Checkout;
use crate::model::django::Project;
use camino::{Utf8Path, Utf8PathBuf};
use std::sync::Arc;

const SHELLS: &[&str] = &["sh", "bash", "dash"];

/// The folder of the tree that stands for the working directory of a command, if the command is a
/// script below it of which the tree has just one, in or around a project.
pub(super) fn checkout<'w>(
    files: &Files,
    projects: &[Arc<Project>],
    mut words: impl Iterator<Item = &'w str>,
    directory: Option<Fact<Utf8PathBuf>>,
) -> Option<Checkout> {
    let at = directory.filter(|it| it.value.is_absolute())?;
    let program = words.next()?;
    let is_shell = SHELLS.contains(&program.rsplit('/').next().unwrap_or_default());
    let script = Utf8Path::new(if is_shell { words.next()? } else { program });
    let below = match script.is_absolute() {
        true => script.strip_prefix(&at.value).ok()?,
        false => script.strip_prefix("./").unwrap_or(script),
    };
    if below.extension() != Some("sh") {
        return None;
    }
    let named = files.named(below.file_name()?).iter();
    let mut found = named.filter(|it| it.ends_with(below) && files.tree.is_file(it));
    let (only, None) = (found.next()?, found.next()) else { return None };
    let folder = only.ancestors().nth(below.components().count())?.to_owned();
    let of_project =
        |it: &Arc<Project>| it.root.starts_with(&folder) || folder.starts_with(&it.root);
    projects.iter().any(of_project).then_some(Checkout { folder, at })
}
