//! Folders that an image lacks and that a log is opened in before anything is served: by a handler of
//! `LOGGING`, as `dictConfig` makes every handler that is listed, and Django does not start where one of
//! them fails ("Unable to configure handler"), or by the server, as its options say.

use crate::fact::{Fact, symbol};
use crate::model::build::image_of::Built;
use crate::model::build::unmade::Lacking;
use crate::model::{Files, Process, View};
use crate::source::normalize;
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

/// The files that are opened at once, from the folder that the process starts in.
fn named(process: &Process) -> Vec<Fact<Utf8PathBuf>> {
    let options = process.started.iter().flat_map(|it| &it.log_files);
    let options = options.map(|it| it.map(|path| Utf8PathBuf::from(path.as_str())));
    let all = of_handlers(process).into_iter().chain(options);
    let known = all.filter(|it| !symbol::is_symbolic(it.value.as_str()));
    known
        .filter_map(|file| {
            if file.value.is_absolute() {
                return Some(file);
            }
            let from = process.cwd.as_ref().filter(|it| it.value.is_absolute())?;
            Some(file.map(|path| normalize(&from.value.join(path))).given(from))
        })
        .collect()
}

fn of_handlers(process: &Process) -> Vec<Fact<Utf8PathBuf>> {
    let app = process.fact();
    let Some(logging) = app.setting("LOGGING") else { return Vec::new() };
    let Some(handlers) = logging.value.get("handlers") else { return Vec::new() };
    let each = handlers.value.entries().filter_map(|it| {
        let handler = &it.value.value;
        let class = handler.get("class")?;
        let opens = OPENERS.contains(&class.value.text()?) && handler.get("delay").is_none();
        let name = handler.get("filename").filter(|_| opens)?;
        let path = name.try_map(|it| it.text().map(Utf8PathBuf::from))?;
        Some(path.given(&app))
    });
    each.collect()
}
