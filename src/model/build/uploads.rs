//! Whether people upload files to an application: some model of its project has a field for them.

use crate::fact::Fact;
use crate::model::{Files, Found, Process, Storage, View};
use crate::source::Place;
use camino::Utf8Path;

/// A project with more modules of models than this has been looked at for long enough.
const MOST: usize = 300;

/// A field for files, where those would lie in the container's own layer. Models are read only
/// then.
pub(super) fn uploads(files: &Files, process: &Process, view: &View) -> Option<Fact<()>> {
    let django = process.django.as_ref().filter(|_| process.kind.is_app())?;
    let written = process.fact().written_paths();
    let root = written.into_iter().find(|it| it.what == "MEDIA_ROOT")?;
    let dir = view.dir(process.view, &root.path.value);
    let lost =
        matches!(view.locate(&dir)?.value, Storage::Container { .. } | Storage::Temporary { .. });
    if !lost {
        return None;
    }
    let below = files.tree.below(&django.project.root).map(|(path, _)| path);
    let mut models = below.filter(|path| is_models(path)).take(MOST);
    models.find_map(|path| field(files, path))
}

fn is_models(path: &Utf8Path) -> bool {
    let mut folders = path.components().map(|it| it.as_str());
    let is_test = folders.any(|it| it.starts_with("test") || it == "migrations");
    let in_models = path.parent().and_then(Utf8Path::file_name) == Some("models");
    // `image_models.py`, which `models.py` imports.
    let is_named = path.file_name().is_some_and(|it| it.ends_with("models.py"));
    let is_module = is_named || in_models;
    is_module && !is_test && path.extension() == Some("py")
}

fn field(files: &Files, path: &Utf8Path) -> Option<Fact<()>> {
    let Found::Read(read) = files.find(path) else { return None };
    let line = read.text.lines().find(|line| {
        let code = line.split('#').next().unwrap_or_default();
        ["models.FileField(", "models.ImageField("].iter().any(|it| code.contains(it))
    })?;
    Some(Fact::at((), Place::of(read.id, read.text, line.trim())))
}
