//! Images of the tree that others of it are built on.

use crate::model::image::Image;
use crate::model::image::layer::{Base, Does, From, Stage};
use crate::model::image::scope::Scope;
use crate::model::text::Text;

/// An image that others of the tree are built on by its name, with what it hands on to them.
pub struct Foundation {
    pub image: Image,
    pub(super) scope: Scope,
}

impl Foundation {
    /// The same where the folder that it was built of is not that of what is built on it: of what it
    /// copied from there no more is known than that it did.
    pub fn of_another_context(mut self) -> Self {
        let layers = self.image.stages.iter_mut().flat_map(|stage| &mut stage.layers);
        for layer in layers {
            if let Does::Copy(copy) = &mut layer.does
                && matches!(copy.from, From::Context)
            {
                copy.from = From::Elsewhere(Text::unknown("another build's context", layer.place));
            }
        }
        self
    }

    /// Its stages behind those that are there, and what the last of them knows: its variables stay, and
    /// the arguments of its own build do not (Dockerfile reference, "Scope" of ARG).
    pub(super) fn moved(self, by: usize) -> (Vec<Stage>, usize, Scope) {
        let mut stages = self.image.stages;
        for stage in &mut stages {
            stage.name = None;
            stage.is_of_foundation = true;
            if let Base::Stage(base) = &mut stage.base {
                *base += by;
            }
            for layer in &mut stage.layers {
                if let Does::Copy(copy) = &mut layer.does
                    && let From::Stage(from) = &mut copy.from
                {
                    *from += by;
                }
            }
        }
        let mut scope = self.scope;
        scope.variables.retain(|_, it| it.is_env);
        (stages, self.image.target + by, scope)
    }
}
