//! What a project takes uploads by.

use crate::fact::Fact;
use crate::model::{Code, INSTALLED_APPS, Process};
use camino::Utf8PathBuf;

/// `FileField`, `ImageField`.
#[derive(Clone, Debug)]
pub struct FileField {
    /// At its definition, with the folder of `MEDIA_ROOT` that it surely keeps all below.
    pub kept: Fact<Option<Utf8PathBuf>>,
    /// Whether a form may show it; what none shows, code alone fills.
    pub is_open: bool,
    /// The folder of the model that has it, below the project's root; a form's file may be read and
    /// forgotten.
    pub of_model: Option<Utf8PathBuf>,
}

impl Code {
    /// The fields that the applications among these have, where all of them are known: a model of
    /// another is never made.
    fn fields_of<'c>(
        &'c self,
        apps: Option<&[Fact<String>]>,
    ) -> impl Iterator<Item = &'c FileField> {
        let names: Option<Vec<String>> = apps.map(|apps| {
            apps.iter().flat_map(|it| it.value.split('.')).map(str::to_owned).collect()
        });
        self.fields.iter().filter(move |field| {
            let (Some(names), Some(folder)) = (&names, &field.of_model) else { return true };
            let mut folders = folder.iter().peekable();
            folders.peek().is_none() || folders.any(|it| names.iter().any(|name| name == it))
        })
    }
}

impl Fact<&Process> {
    /// The fields of models that keep what is uploaded, in applications that are installed.
    pub fn stored_uploads(&self) -> Vec<&FileField> {
        let Some(django) = &self.value.django else { return Vec::new() };
        let apps = self.get(INSTALLED_APPS).filter(|it| !it.value.is_empty());
        let fields = django.project.code.fields_of(apps.as_ref().map(|it| it.value.as_slice()));
        fields.filter(|it| it.of_model.is_some()).collect()
    }

    /// Where the project takes uploads, and what does.
    pub fn takes_uploads(&self) -> Option<(Fact<()>, &'static str)> {
        let code = &self.value.django.as_ref()?.project.code;
        let apps = self.get(INSTALLED_APPS).filter(|it| !it.value.is_empty());
        let mut fields = code.fields_of(apps.as_ref().map(|it| it.value.as_slice()));
        let field = fields.find(|it| it.is_open);
        let field = field.map(|it| (it.kept.map(|_| ()), "files are uploaded into this field"));
        field.or_else(|| Some((code.takes_files.clone()?, "files are uploaded to this view")))
    }
}
