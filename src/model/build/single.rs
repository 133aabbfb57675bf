//! One container of an image that no file of compose describes: what is said of it stands in a Dockerfile, or
//! with whoever starts it by a description of another kind.
//!
//! What is mounted there and which further variables it has, nobody knows.

use crate::fact::{Environment, Lookup, Supplied};
use crate::model::build::contents;
use crate::model::build::image_of::{self, Builds, Built};
use crate::model::build::image_steps;
use crate::model::build::service::{Begun, Container};
use crate::model::compose;
use crate::model::django::Project;
use crate::model::{self, Process, View, ViewId};
use crate::source::Place;
use camino::Utf8Path;
use std::sync::Arc;

/// What whoever starts a container of an image says beside it.
pub(super) struct GivenBeside<'g> {
    /// What the container is called.
    pub(super) name: &'g str,
    pub(super) entrypoint: Option<compose::Command>,
    pub(super) command: Option<compose::Command>,
    /// What is laid over what the image sets.
    pub(super) environment: Option<&'g Environment>,
    /// Why there may be further variables.
    pub(super) why_open: &'g str,
    pub(super) view: ViewId,
}

/// A container of an image, by itself.
pub(super) struct Single<'b> {
    builds: &'b Builds<'b>,
    alone: compose::Project,
    pub(super) image: Built,
    /// What fills in `${}`, which only compose does.
    variables: Environment,
    id: ViewId,
    pub(super) view: View,
}

impl<'b> Single<'b> {
    /// `place` is where somebody says that there is one.
    pub(super) fn of(
        builds: &'b Builds<'b>,
        mut image: Built,
        place: Place,
        beside: &GivenBeside<'_>,
    ) -> Option<Self> {
        leave_open(&mut image.environment, beside.why_open);
        if let Some(over) = beside.environment {
            image.environment.lay(over);
        }
        let mut alone = compose::Project::of_one(beside.name, place, image.context.as_ref()?);
        let service = alone.services.first_mut()?;
        service.entrypoint.clone_from(&beside.entrypoint);
        service.command.clone_from(&beside.command);
        let view = View { container: None, mounts: Vec::new(), complete: false };
        let variables = Environment::unseen("no compose file is in view");
        let mut single = Self { builds, alone, image, variables, id: beside.view, view };
        let view = single.asked()?.view();
        single.view = View { complete: false, ..view };
        Some(single)
    }

    fn asked(&self) -> Option<Container<'_>> {
        Some(Container {
            files: self.builds.files,
            project: &self.alone,
            service: self.alone.services.first()?,
            image: Some(&self.image),
            variables: &self.variables,
            view: self.id,
            contract: None,
        })
    }

    /// Whether a file or a folder of the tree gets into the image.
    pub(super) fn has(&self, path: &Utf8Path) -> bool {
        let image = self.image.in_context(self.builds.files);
        image.is_some_and(|(image, context)| !image.places_of(path, &context).is_empty())
    }

    pub(super) fn process(&self, projects: &[Arc<Project>]) -> Option<(Process, Begun)> {
        Some(self.asked()?.process(projects, &self.view))
    }

    /// The container itself, for rules to ask, and what it sees.
    pub(super) fn container(
        self,
        projects: &[Arc<Project>],
        name: &str,
        begun: Begun,
    ) -> Option<(model::Container, View)> {
        let files = self.builds.files;
        let asked = self.asked()?;
        let mut contents = contents::contents(files, &self.alone, asked.service, asked.image);
        // It may be built where nobody has what git leaves out.
        contents.baked.retain(|it| files.tree.tracked(&it.path) != Some(false));
        let health = asked.health(&self.view);
        let of_build = image_steps::steps(files, projects, &self.image);
        let made = image_of::container(name, Some(self.image), begun, health, of_build, contents);
        Some((made, self.view))
    }
}

/// Whoever starts a container of it sets variables, and surely those that the image has nothing for:
/// `ENV MODE=$MODE`, where no argument is called so, is empty (Dockerfile reference, "Environment
/// replacement").
fn leave_open(environment: &mut Environment, why: &str) {
    let blank =
        |name: &&str| matches!(environment.get(name), Lookup::Set(value) if value.value.is_empty());
    let names: Vec<String> = environment.names().filter(blank).map(str::to_owned).collect();
    for name in names {
        if let Some(at) = environment.layers(&name).last().map(|it| it.map(|_| ())) {
            environment.set(name, at.map(|()| Supplied::Unknown(why.into())));
        }
    }
    environment.open(why, None);
}
