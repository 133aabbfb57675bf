//! Whether Python had a part in what an image has at a path.

use crate::model::image::{Base, Does, From, Image, Layer};
use camino::Utf8Path;

/// Images that have no Python, by words of their names: they build or serve front ends.
const WITHOUT: &[&str] = &["node", "nginx", "bun", "alpine", "caddy"];

impl Image {
    /// Whether nothing that may bring something to a path can have collected Django's static files:
    /// no stage that it is of has Python, and nothing comes there from the tree itself, where
    /// somebody may have committed what was collected.
    pub fn has_no_python_for(&self, path: &Utf8Path) -> bool {
        let is_of_the_tree = |layer: &Layer| match &layer.does {
            Does::Copy(copy) => {
                let to = copy.destination.as_ref();
                matches!(copy.from, From::Context)
                    && to.is_none_or(|it| path.starts_with(&it.value) || it.value.starts_with(path))
            }
            _ => false,
        };
        !self.has_python(self.target_index()) && !self.layers().into_iter().any(is_of_the_tree)
    }

    /// Whether a stage, or one that it takes something of, may have Python.
    fn has_python(&self, stage: usize) -> bool {
        let Some(stage) = self.stages.get(stage) else { return true };
        let base = match &stage.base {
            Base::Stage(base) => self.has_python(*base),
            Base::Image(name) => !name.known().is_some_and(|it| is_without(&it.value)),
            Base::Scratch(_) => false,
        };
        base || stage.layers.iter().any(|layer| match &layer.does {
            Does::Run(run) => names_python(&run.form.text()),
            // Of an earlier stage, so that this ends.
            Does::Copy(copy) => match copy.from {
                From::Stage(from) => self.has_python(from),
                From::Context => false,
                From::Elsewhere(_) => true,
            },
            _ => false,
        })
    }
}

fn is_without(image: &str) -> bool {
    WITHOUT.iter().any(|word| image.contains(word)) && !names_python(image)
}

fn names_python(text: &str) -> bool {
    ["python", "pip ", "collectstatic", "manage.py"].iter().any(|word| text.contains(word))
}
