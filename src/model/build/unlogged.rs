//! Folders that an image lacks and that a handler of `LOGGING` opens a file in: `dictConfig` makes
//! every handler that is listed, and Django does not start where one of them fails ("Unable to
//! configure handler").

use crate::fact::{Certainty, Fact};
use crate::model::build::ignored::is_made;
use crate::model::build::image_of::Built;
use crate::model::build::uncopied::home;
use crate::model::image::{Does, From, Image};
use crate::model::{Files, Process, View};
use crate::python::Value;
use camino::{Utf8Path, Utf8PathBuf};

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
    // What an image holds that is built on one nobody knows is not in view.
    let built = built.filter(|it| it.flavour.is_some() && view.complete)?;
    let (image, context) = built.in_context(files)?;
    let (root, at) = home(files, process, image, &context)?;
    if settings_make_folders(files, process) {
        return None;
    }
    named(process).into_iter().find_map(|file| {
        let folder = file.value.parent()?.to_owned();
        let below = folder.strip_prefix(&at).ok().filter(|it| !it.as_str().is_empty())?;
        let in_tree = root.join(below);
        let inside = in_tree.strip_prefix(context.root).ok()?;
        let is_kept_out = built.ignore.excludes(inside);
        let is_there = files.tree.is_dir(&in_tree) && !is_kept_out;
        let is_mounted = view.mounts.iter().any(|mount| {
            folder.starts_with(&mount.value.at) || mount.value.at.starts_with(&folder)
        });
        let name = folder.file_name()?;
        if is_there
            || is_mounted
            || is_made(files, &in_tree)
            || is_named(files, built, name)
            || may_come_from_elsewhere(image, &folder)
        {
            return None;
        }
        let lacking = file.map(|_| folder.clone());
        // Git keeps no empty folder, and who builds may have one.
        let why = "an empty folder may be there where the image is built";
        Some(if is_kept_out { lacking } else { lacking.doubt(Certainty::Likely, why) })
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

/// Whether code that runs before may make folders.
fn settings_make_folders(files: &Files, process: &Process) -> bool {
    let Some(django) = &process.django else { return true };
    let makes = |path: &Utf8Path| {
        let read = files.find(path).read();
        read.is_some_and(|it| ["mkdir", "makedirs"].iter().any(|word| it.text.contains(word)))
    };
    let around = ["manage.py", "wsgi.py", "asgi.py", "celery.py", "__init__.py", "log.py"];
    let around = around.iter().flat_map(|name| files.named(name));
    let around = around.filter(|path| path.starts_with(&django.project.root));
    django.project.modules.iter().any(|it| makes(&it.path))
        || around.into_iter().any(|it| makes(it))
}

/// Whether another stage or image may bring a folder.
fn may_come_from_elsewhere(image: &Image, folder: &Utf8Path) -> bool {
    image.layers().into_iter().any(|layer| match &layer.does {
        Does::Copy(copy) => match (&copy.destination, &copy.from) {
            (None, _) => true,
            (Some(_), From::Context) => {
                copy.adds || copy.sources.iter().any(|it| it.known().is_none())
            }
            (Some(to), From::Stage(_) | From::Elsewhere(_)) => folder.starts_with(&to.value),
        },
        _ => false,
    })
}

/// Whether the Dockerfile speaks of a folder of this name.
fn is_named(files: &Files, built: &Built, name: &str) -> bool {
    let read = built.dockerfile.as_ref().and_then(|it| files.find(it).read());
    let speaks = |line: &str| !line.trim_start().starts_with('#') && line.contains(name);
    read.is_none_or(|it| it.text.lines().any(speaks))
}
