//! Guides elsewhere that a text for people sends its readers to.

use crate::model::mention::TOLD;
use crate::source::Mention;

/// The word that the address of cookiecutter-django's guide begins with.
pub const GUIDE: &str = "cookiecutter";

/// Whether it is the address of that guide. It has the one who deploys run `manage.py migrate` in a
/// container of its own (cookiecutter-django's documentation, "Deployment with Docker").
pub(super) fn is_guide(mention: Mention<'_>) -> bool {
    let Mention { path, exact, after, .. } = mention;
    let is_part = |it: char| it.is_ascii_alphanumeric() || "-_./:".contains(it);
    let address = &after[..after.find(|it| !is_part(it)).unwrap_or(after.len())];
    let is_told = path.extension().is_some_and(|it| TOLD.contains(&it));
    exact
        && is_told
        && address.starts_with("-django.readthedocs.io/")
        && address.contains("deployment-with-docker")
}
