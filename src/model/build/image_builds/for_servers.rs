//! What an image is for servers whose name developers build for themselves.

use crate::model::Files;
use crate::model::build::image_builds::Recipe;
use crate::model::build::named_stage::{only_live_stage, stage_of};
use crate::model::image::{self, Arguments};
use crate::syntax::Parsed;

impl Recipe {
    /// What is built for developers under a name that a file for others has as well is, there, the stage for
    /// production of the same Dockerfile: `target: dev` beside `FROM builder AS prod`.
    pub(in crate::model::build) fn for_servers(&self, files: &Files) -> Self {
        self.live(files).unwrap_or_else(|| self.clone())
    }

    fn live(&self, files: &Files) -> Option<Self> {
        let target = self.target.as_ref()?;
        stage_of(target).filter(|it| it.is_for_few())?;
        let Parsed::Dockerfile(tree) = files.find(&self.dockerfile).read()?.parsed else {
            return None;
        };
        // What developers give is for their own stage: whoever builds the other one gives what nobody sees.
        let arguments = Arguments::unseen();
        let image = image::build(tree, &arguments, None)?;
        let target = Some(only_live_stage(&image)?.to_owned());
        Some(Self { target, arguments, ..self.clone() })
    }
}
