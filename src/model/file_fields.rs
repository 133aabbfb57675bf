//! What a project takes uploads by.

use crate::fact::Fact;
use crate::model::{INSTALLED_APPS, Process};
use camino::Utf8PathBuf;

/// `FileField`, `ImageField`.
#[derive(Clone, Debug)]
pub struct FileField {
    /// At its definition, with the folder of `MEDIA_ROOT` that it surely keeps all below.
    pub kept: Fact<Option<Utf8PathBuf>>,
    /// What its model calls it, if that is seen.
    pub name: Option<String>,
    /// Whether a storage of its own may keep what it takes, in a bucket or in another folder:
    /// `storage=` outdoes what settings say (Django's documentation, "FileField.storage").
    pub may_have_storage: bool,
    /// Whether a form may show it; what none shows, code alone fills.
    pub is_open: bool,
    /// The folder of the model that has it, below the project's root; a form's file may be read and
    /// forgotten.
    pub of_model: Option<Utf8PathBuf>,
}

impl Fact<&Process> {
    /// INSTALLED_APPS, where all of them are known; Django's own default, an empty list, tells nothing.
    pub fn installed_apps(&self) -> Option<Fact<Vec<Fact<String>>>> {
        self.get(INSTALLED_APPS).filter(|it| !it.value.is_empty())
    }

    /// The fields that take files, without those of models of no installed application, where all are
    /// known: such a model is never made.
    fn file_fields(&self) -> Vec<&FileField> {
        let Some(django) = &self.value.django else { return Vec::new() };
        let fields = &django.project.code.fields;
        let apps = if fields.is_empty() { None } else { self.installed_apps() };
        let Some(apps) = apps else { return fields.iter().collect() };
        let names: Vec<&str> = apps.value.iter().flat_map(|it| it.value.split('.')).collect();
        let is_made = |field: &&FileField| {
            let Some(folder) = &field.of_model else { return true };
            let mut folders = folder.iter().peekable();
            folders.peek().is_none() || folders.any(|it| names.contains(&it))
        };
        fields.iter().filter(is_made).collect()
    }

    /// The fields of models that keep what is uploaded where settings say.
    pub fn stored_uploads(&self) -> Vec<&FileField> {
        let mut fields = self.file_fields();
        fields.retain(|it| it.of_model.is_some() && !it.may_have_storage);
        fields
    }

    /// The models of an installed application that keep images where settings say, and whose own pages link
    /// to them: those of Wagtail's pages and of django-filer's folders.
    pub fn images_of_apps(&self) -> Option<FileField> {
        const KEEPERS: [&str; 3] = ["wagtail.images", "wagtail.wagtailimages", "filer"];
        let apps = self.installed_apps()?.value;
        let entry = apps.into_iter().find(|it| KEEPERS.contains(&it.value.as_str()))?;
        Some(FileField {
            kept: entry.map(|_| None),
            name: None,
            may_have_storage: false,
            is_open: true,
            of_model: Some(Utf8PathBuf::new()),
        })
    }

    /// Where the project takes uploads, and what does.
    pub fn takes_uploads(&self) -> Option<(Fact<()>, &'static str)> {
        let field = self.file_fields().into_iter().find(|it| it.is_open);
        let field = field.map(|it| (it.kept.map(|_| ()), "files are uploaded into this field"));
        let code = &self.value.django.as_ref()?.project.code;
        let view = || Some((code.takes_files.clone()?, "files are uploaded to this view"));
        let of_app = || Some((self.uploading_app()?, "its pages take files"));
        field.or_else(view).or_else(of_app)
    }

    /// An application that people upload images or documents by, in pages of its own: Wagtail's two, under
    /// their names of now and of before 2.0 (its release notes), django-filer, and the browser of django-ckeditor.
    fn uploading_app(&self) -> Option<Fact<()>> {
        const TAKERS: [&str; 6] = [
            "wagtail.images",
            "wagtail.documents",
            "wagtail.wagtailimages",
            "wagtail.wagtaildocs",
            "filer",
            "ckeditor_uploader",
        ];
        let apps = self.installed_apps()?.value;
        let entry = apps.into_iter().find(|it| TAKERS.contains(&it.value.as_str()))?;
        Some(entry.map(|_| ()))
    }
}
