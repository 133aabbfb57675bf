//! Whether people upload files to an application: some model of its project has a field for them.

use crate::fact::Fact;
use crate::model::{Process, Storage, View};

/// A field for files, where those would lie in the container's own layer.
pub(super) fn uploads(process: &Process, view: &View) -> Option<Fact<()>> {
    process.django.as_ref().filter(|_| process.kind.is_app())?;
    let written = process.fact().written_paths();
    let root = written.into_iter().find(|it| it.what == "MEDIA_ROOT")?;
    let dir = view.dir(process.view, &root.path.value);
    let lost =
        matches!(view.locate(&dir)?.value, Storage::Container { .. } | Storage::Temporary { .. });
    let app = process.fact();
    app.stored_uploads().first().filter(|_| lost).map(|field| field.kept.map(|_| ()))
}
