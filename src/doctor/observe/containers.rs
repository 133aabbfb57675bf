//! The containers of compose projects, one transcript for each project.

use crate::doctor::transcript::Transcript;
use crate::host::{Container, Host};
use crate::model::Deployment;
use crate::model::observed::{ContainerState, Observed};
use crate::source::Sources;
use camino::Utf8Path;

/// Adds what is seen of its containers to each deployment that compose started here.
pub(super) fn observe(deployments: &mut [Deployment], host: &dyn Host, sources: &mut Sources) {
    let Ok(containers) = host.containers() else { return };
    for deployment in deployments.iter_mut().filter(|it| it.observed.is_none()) {
        let Some(file) = file(deployment, sources) else { continue };
        let is_of = |it: &&Container| it.files.iter().any(|of| of == file) && !it.one_off;
        let of_project: Vec<&Container> = containers.iter().filter(is_of).collect();
        if of_project.is_empty() {
            continue;
        }
        let title = format!("containers of {file}");
        let mut observed = Observed::nothing(host.now());
        observed.containers = written(title, &of_project, sources);
        deployment.observed = Some(observed);
    }
}

/// One of the files that a project is made of.
fn file<'a>(deployment: &Deployment, sources: &'a Sources) -> Option<&'a Utf8Path> {
    let service = deployment.compose.as_ref()?.services.first()?;
    let place = service.name.evidence().place()?;
    Some(sources.get(place.file).path())
}

fn written(title: String, all: &[&Container], sources: &mut Sources) -> Vec<ContainerState> {
    let mut transcript = Transcript::new(title);
    let mut parts = Vec::new();
    for it in all {
        transcript.say(&format!("{} ", it.name));
        let state = transcript.say(&it.state);
        if let Some(code) = it.code {
            transcript.say(&format!(" with {code}"));
        }
        let health = it.health.as_ref().map(|health| {
            transcript.say(", ");
            transcript.say(health)
        });
        transcript.end_line();
        parts.push((state, health));
    }
    let kept = transcript.keep(sources);
    let each = all.iter().zip(parts).filter_map(|(it, (state, health))| {
        Some(ContainerState {
            service: it.service.clone()?,
            name: it.name.clone(),
            state: kept.fact(it.state.clone(), state),
            health: it.health.clone().zip(health).map(|(text, part)| kept.fact(text, part)),
            code: it.code,
        })
    });
    each.collect()
}
