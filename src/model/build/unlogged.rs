//! Folders that an image lacks and that a handler of `LOGGING` opens a file in: `dictConfig` makes
//! every handler that is listed, and Django does not start where one of them fails ("Unable to
//! configure handler").

use crate::fact::Fact;
use crate::model::build::image_of::Built;
use crate::model::build::unmade::Lacking;
use crate::model::{Files, Process, View};
use crate::python::Value;
use camino::Utf8PathBuf;

/// Handlers of the library that open their file at once (`logging.FileHandler`).
const OPENERS: &[&str] = &[
    "logging.FileHandler",
    "logging.handlers.RotatingFileHandler",
    "logging.handlers.TimedRotatingFileHandler",
    "logging.handlers.WatchedFileHandler",
];

pub(super) fn unlogged(
    files: &Files,
    process: &Process,
    built: Option<&Built>,
    view: &View,
) -> Option<Fact<Utf8PathBuf>> {
    let lacking = Lacking::find(files, process, built.filter(|_| view.complete))?;
    named(process).into_iter().find_map(|file| {
        let folder = file.value.parent()?;
        let is_mounted = view
            .mounts
            .iter()
            .any(|mount| folder.starts_with(&mount.value.at) || mount.value.at.starts_with(folder));
        lacking.folder(folder, file.map(|_| folder.to_owned())).filter(|_| !is_mounted)
    })
}

/// The files of handlers that open them at once.
fn named(process: &Process) -> Vec<Fact<Utf8PathBuf>> {
    let app = process.fact();
    let Some(logging) = app.setting("LOGGING") else { return Vec::new() };
    let Some(handlers) = logging.value.get("handlers") else { return Vec::new() };
    let Value::Dict(handlers) = &handlers.value else { return Vec::new() };
    let each = handlers.entries.iter().filter(|it| !it.perhaps).filter_map(|it| {
        let handler = &it.value.value;
        let class = handler.get("class")?;
        let opens = OPENERS.contains(&class.value.text()?) && handler.get("delay").is_none();
        let name = handler.get("filename").filter(|_| opens)?;
        let path = name.try_map(|it| it.text().map(Utf8PathBuf::from))?;
        path.value.is_absolute().then(|| path.given(&app))
    });
    each.collect()
}
