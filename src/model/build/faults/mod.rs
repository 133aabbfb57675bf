//! Reads the code around settings: statements of the modules, and the modules that values name.

use crate::fact::Fact;
use crate::model::Files;
use crate::model::django::{Project, Role, SettingsModule};
use crate::model::faults::Faults;
use crate::python::Evaluation;

mod apps;
mod asides;
mod lacking;
mod middleware;
mod modules;
mod replaced;
mod statements;
mod toolbar;
mod unread;
mod user;

pub(super) fn faults(
    files: &Files,
    project: &Project,
    module: &Fact<String>,
    evaluation: &Evaluation,
) -> Faults {
    let mut faults = statements::read(files, evaluation);
    faults.raw_switches.retain(|it| !is_for_developers(files, project, &it.at));
    faults.replaced = replaced::replaced(files, evaluation);
    faults.asides = asides::asides(files, evaluation);
    faults.helper_defaults = asides::helper_defaults(files, evaluation);
    faults.caching_middleware = middleware::caching(files, project, evaluation);
    faults.unimportable = apps::unimportable(files, project, evaluation);
    faults.no_user = user::missing(files, project, evaluation);
    faults.open_toolbars = toolbar::open(files, evaluation);
    faults.unread = unread::unread(files, project, evaluation);
    faults.lacking = lacking::module(files, project, &module.value, evaluation);
    faults
}

/// Whether it stands in a module for development, and production has one of its own. Who deploys the
/// former has another fault.
fn is_for_developers(files: &Files, project: &Project, at: &Fact<()>) -> bool {
    let Some(place) = at.written_at() else { return false };
    let path = files.read(place.file).path;
    let has = |role: Role| project.modules.iter().any(|it| it.role == role);
    let is_own = |it: &SettingsModule| it.role == Role::Development && it.path == path;
    has(Role::Production) && project.modules.iter().any(is_own)
}
