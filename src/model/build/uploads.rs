//! Whether people upload files to an application: some model of its project has a field for them.

use crate::fact::Fact;
use crate::model::{FileField, Process, Storage, View};
use camino::Utf8Path;

/// A field for files, where those would lie in the container's own layer.
pub(super) fn uploads(process: &Process, view: &View) -> Option<Fact<()>> {
    process.django.as_ref().filter(|_| process.kind.is_app())?;
    let written = process.fact().written_paths();
    let root = written.into_iter().find(|it| it.what == "MEDIA_ROOT")?;
    let is_lost = |folder: &Utf8Path| {
        let dir = view.dir(process.view, &root.path.value.join(folder));
        let storage = view.locate(&dir).map(|it| it.value);
        matches!(storage, Some(Storage::Container { .. } | Storage::Temporary { .. }))
    };
    // A volume may hold no more than the folder that a field fills.
    let lost = |field: &&FileField| match &field.kept.value {
        Some(folder) => is_lost(folder),
        None => is_lost(Utf8Path::new("")),
    };
    let app = process.fact();
    app.stored_uploads().into_iter().find(lost).map(|field| field.kept.map(|_| ()))
}
