//! Reads the code around settings: statements of the modules, and the modules that values name.

use crate::fact::Fact;
use crate::model::django::{Project, Role, SettingsModule};
use crate::model::faults::{Faults, RawSwitch};
use crate::model::{Django, Files, Found};
use crate::source::{FileId, Place};

mod apps;
mod asides;
mod imports;
mod lacking;
mod middleware;
mod modules;
mod named;
mod overwritten;
mod readers;
mod replaced;
mod statements;
mod toolbar;
mod unread;
mod unset;
mod user;

pub(super) use named::is_in_capitals;

pub(super) fn faults(files: &Files, django: &Django) -> Faults {
    let Django { project, requirements, module, evaluation, .. } = django;
    let mut faults = statements::read(files, evaluation);
    faults.raw_switches.retain(|it| !is_for_developers(files, project, &it.at));
    faults.tested.retain(|it| !is_for_developers(files, project, &it.at));
    faults.replaced = replaced::replaced(files, evaluation);
    let is_overlaid = |it: &&FileId| files.scripted().is_replaced(files.read(**it).path);
    faults.overlaid = evaluation.modules.iter().filter(is_overlaid).copied().collect();
    for raw in &mut faults.raw_switches {
        raw.lost = faults.replaced.iter().any(|it| holds(*it, &raw.at));
        raw.settled = is_settled(files, project, raw);
    }
    faults.named_again = named::again(files, evaluation);
    faults.asides = asides::asides(files, evaluation);
    faults.helper_defaults = asides::helper_defaults(files, evaluation);
    faults.caching_middleware = middleware::caching(files, project, evaluation);
    (faults.unimportable, (faults.unread, faults.read_still)) = rayon::join(
        || apps::unimportable(files, project, requirements, evaluation),
        || {
            let read_still = unread::read_still(files, project, evaluation);
            (unread::unread(files, project, evaluation), read_still)
        },
    );
    faults.no_user = user::missing(files, project, evaluation);
    faults.open_toolbars = toolbar::open(files, evaluation);
    faults.unused_urls = unread::unused_urls(files, project, evaluation);
    faults.clears_cache = unread::clears_cache(files, project, evaluation);
    faults.unset = unset::unset(files, project, evaluation);
    faults.lacking = lacking::module(files, project, &module.value, evaluation);
    faults
}

fn holds(place: Place, at: &Fact<()>) -> bool {
    at.written_at().is_some_and(|at| place.contains(at))
}

/// Whether a module for production takes all names of the one that has the switch, and gives this one
/// a constant.
fn is_settled(files: &Files, project: &Project, raw: &RawSwitch) -> bool {
    let Some(place) = raw.at.written_at() else { return false };
    let path = files.read(place.file).path;
    let own = project.modules.iter().find(|it| it.path == path);
    let Some(own) = own.filter(|it| it.role != Role::Production) else { return false };
    let builds_on =
        |it: &&SettingsModule| it.role == Role::Production && it.imports.contains(&own.name);
    project.modules.iter().filter(builds_on).any(|it| match files.find(&it.path) {
        Found::Read(read) => statements::gives_a_constant(read, &raw.name),
        Found::Wanted | Found::Folder | Found::Absent => false,
    })
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
