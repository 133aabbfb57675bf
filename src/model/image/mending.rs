//! Edits to Dockerfiles: what else is copied, and a folder that belongs to the user.

use crate::diagnostic::{Edit, Kind};
use crate::fact::Fact;
use crate::model::image::{Does, From, Image, Layer};
use camino::Utf8Path;

impl Image {
    /// After it a folder of the build's context is copied behind what is copied already.
    pub fn copy_as_well(&self, folder: &Utf8Path, to: &Utf8Path) -> Option<Edit> {
        let of_context =
            |layer: &&&Layer| layer.copy().is_some_and(|copy| matches!(copy.from, From::Context));
        let layers = self.layers();
        let last = layers.iter().rfind(of_context)?;
        let text = format!("COPY {folder}/ {to}/");
        let plain = !text.contains(['$', '"']) && text.split(' ').count() == 3;
        plain.then_some(Edit::InsertAfter { after: last.place, text })
    }

    /// After it a folder is made, and given to the user that the image changes to, before it does.
    pub fn make_for(&self, user: &Fact<String>, folder: &Utf8Path) -> Option<Edit> {
        let place = user.written_at()?;
        let is_it =
            |layer: &&&Layer| matches!(layer.does, Does::User(_)) && layer.place.contains(place);
        let layers = self.layers();
        let before = layers.iter().find(is_it)?.place;
        let plain =
            |text: &str| text.chars().all(|it| it.is_ascii_alphanumeric() || "/._-".contains(it));
        let text = format!("RUN mkdir -p {folder} && chown {user} {folder}");
        (plain(folder.as_str()) && plain(&user.value))
            .then(|| Edit::before(before, text, Kind::Statement))
    }
}
