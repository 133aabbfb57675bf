//! What links to the files that fields keep: their addresses stand in pages and answers.

use crate::model::mention::{Use, is_part_of_name, of_code};
use crate::source::Mention;
use crate::syntax::kind::{self, Kind};

/// What links to the files of fields, whichever those are: Django's admin and the views and
/// forms that show a model's fields, the classes of other packages that do (Django REST framework's,
/// Graphene's, Django Ninja's), and tags that make smaller pictures.
const LINKERS: &[&str] = &[
    "ModelAdmin",
    "UpdateView",
    "ModelForm",
    "modelform_factory",
    "ModelSerializer",
    "HyperlinkedModelSerializer",
    "DjangoObjectType",
    "ModelSchema",
    "thumbnail",
    "get_thumbnail",
    "get_thumbnailer",
    "get_media_prefix",
];

/// What has Django's admin show a model: `admin.site.register(Product)`, `@admin.register(Product)`.
const REGISTERS: &str = "register";

/// What says that something links to the files of fields, whichever those are.
pub fn linkers() -> impl Iterator<Item = &'static str> {
    LINKERS.iter().copied().chain([REGISTERS, PREFIX])
}

/// What a page puts in front of a file's name: `{{ MEDIA_URL }}{{ product.photo }}`.
const PREFIX: &str = "MEDIA_URL";

/// What a mention of a field for files does, or of what links to those of all.
pub fn link(mention: Mention<'_>) -> Option<Use> {
    links(mention).then_some(Use::Linked)
}

/// Whether code or a template has the address of a field's file.
fn links(mention: Mention<'_>) -> bool {
    let Mention { path, name, exact, before, after, .. } = mention;
    if !exact {
        return false;
    }
    let is_python = kind::by_name(path) == Some(Kind::Python);
    let line = before.rsplit('\n').next().unwrap_or_default();
    // `/media/{{ product.photo }}`
    let is_below_prefix = || line.contains("/media/") || line.contains(PREFIX);
    let is_asked = after.strip_prefix(".url").is_some_and(|it| !it.starts_with(is_part_of_name));
    if is_asked || !linkers().any(|it| it == name) && is_below_prefix() {
        return true;
    }
    match name {
        REGISTERS => ["admin.", "site."].iter().any(|it| before.ends_with(it)) && of_code(mention),
        // A URLconf has it as well, for the helper that serves files under DEBUG.
        PREFIX if is_python => {
            before.ends_with("settings.") && path.file_stem() != Some("urls") && of_code(mention)
        }
        PREFIX => before.trim_end().ends_with("{{"),
        _ if !LINKERS.contains(&name) => false,
        _ if is_python => of_code(mention),
        // `{% thumbnail product.photo "200x200" %}`
        _ => before.trim_end().ends_with("{%"),
    }
}
