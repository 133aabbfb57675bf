//! The stages that are built for the one that runs.

use crate::model::image::Image;
use crate::model::image::layer::{Base, Does, From, Layer};
use crate::model::text::Text;
use std::collections::BTreeSet;

impl Image {
    /// What is done on top of each image that somebody else built, by this stage and by those that it
    /// is built on or copies from. A builder leaves out all others (Docker's manual, "Multi-stage
    /// builds").
    pub fn built(&self) -> Vec<(&Text, Vec<&Layer>)> {
        let mut needed = BTreeSet::new();
        let mut open = vec![self.target];
        while let Some(stage) = open.pop() {
            if !needed.insert(stage) {
                continue;
            }
            if let Base::Stage(base) = self.stages[stage].base {
                open.push(base);
            }
            open.extend(self.stages[stage].layers.iter().filter_map(|layer| match &layer.does {
                Does::Copy(copy) => match copy.from {
                    From::Stage(from) => Some(from),
                    From::Context | From::Elsewhere(_) => None,
                },
                _ => None,
            }));
        }
        let built = |stage: &usize| {
            let bottom = self.chain(*stage).last().copied()?;
            let Base::Image(image) = &self.stages[bottom].base else { return None };
            let mut layers: Vec<_> = self.layers_back_of(*stage).collect();
            layers.reverse();
            Some((image, layers))
        };
        needed.iter().filter_map(built).collect()
    }
}
