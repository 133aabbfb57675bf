//! Services that run the application's image once more, and to which nothing in view leads.

use crate::model::command::{Program, Step};
use crate::model::compose::{Build, Command, Project, Service};
use crate::model::site::names_asked;
use crate::model::text::Text;
use crate::model::{Container, Process, Site};

/// Leaves out what is the same application as another service, which is asked or published, and is
/// itself neither: a `db` with the `build` of the application in the place of a database. What it
/// keeps, logs or refuses is nothing to the site, and no visitor comes by.
pub(super) fn leave_out(
    project: &Project,
    sites: &[Site],
    processes: &mut Vec<Process>,
    containers: &mut Vec<Container>,
) {
    let is_web = |service: &Service| {
        let name = &service.name.value;
        processes.iter().any(|it| it.kind.is_web() && it.name == *name)
    };
    let webs: Vec<&Service> = project.services.iter().filter(|it| is_web(it)).collect();
    // What a variable may make a worker is no copy of what serves.
    let surely_serves = |service: &Service| {
        let mut own = containers.iter().filter(|it| it.name == service.name.value);
        let is_other =
            |it: &Step| it.conditional || matches!(it.started.program.value, Program::Celery(_));
        own.all(|it| !it.begins_unseen && !it.steps.iter().any(is_other))
    };
    let is_idle = |service: &&&Service| {
        let is_plain = service.command.is_none() && service.entrypoint.is_none();
        let is_open = !service.ports.is_empty()
            || service.network_mode.is_some()
            || !service.labels.is_empty();
        let serves = |other: &&Service| {
            other.name.value != service.name.value
                && is_of_one_build(service, other)
                && (!other.ports.is_empty() || is_asked(project, sites, other))
        };
        is_plain
            && !is_open
            && surely_serves(service)
            && !is_asked(project, sites, service)
            && webs.iter().any(serves)
    };
    let idle: Vec<String> = webs.iter().filter(is_idle).map(|it| it.name.value.clone()).collect();
    processes.retain(|it| !idle.contains(&it.name));
    containers.retain(|it| !idle.contains(&it.name));
}

/// Whether two services are built alike, of one folder and Dockerfile.
fn is_of_one_build(a: &Service, b: &Service) -> bool {
    let (Some(a), Some(b)) = (&a.build, &b.build) else { return false };
    let text = |it: &Option<Text>| it.as_ref().map(ToString::to_string);
    let context = |it: &Build| it.context.as_ref().map(|it| it.value.clone());
    context(a).is_some()
        && context(a) == context(b)
        && text(&a.dockerfile) == text(&b.dockerfile)
        && text(&a.target) == text(&b.target)
        && a.dockerfile_inline.is_none()
        && b.dockerfile_inline.is_none()
}

/// Whether a site asks for a service, or another service is told its name.
fn is_asked(project: &Project, sites: &[Site], service: &Service) -> bool {
    let is_name = |word: &str| service.answers_to(word);
    let tells = |other: &Service| {
        let values = other.environment.iter().filter_map(|it| it.value.as_ref());
        let commands: Vec<&Command> = other.command.iter().chain(&other.entrypoint).collect();
        let words = commands.into_iter().flat_map(|it| &it.words);
        let links = other.links.iter();
        let mut told = values.chain(words).chain(links).map(ToString::to_string);
        told.any(|it| {
            it.split(|it: char| !it.is_alphanumeric() && !"-_.".contains(it)).any(is_name)
        })
    };
    let others = project.services.iter().filter(|it| it.name.value != service.name.value);
    names_asked(sites).any(is_name) || others.into_iter().any(tells)
}
