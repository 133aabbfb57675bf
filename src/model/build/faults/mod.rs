//! Reads the code around settings: statements of the modules, and the modules that values name.

use crate::fact::Fact;
use crate::model::Files;
use crate::model::django::Project;
use crate::model::faults::Faults;
use crate::python::Evaluation;

mod apps;
mod asides;
mod lacking;
mod middleware;
mod modules;
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
