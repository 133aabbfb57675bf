//! Variables that an image keeps from its build: what `ENV` sets for `collectstatic` is there in every
//! container that nobody gives another value.

use crate::fact::secret::is_placeholder;
use crate::fact::{Fact, Lookup};
use crate::model::{Deployment, Process};
use crate::source::Place;

impl Deployment {
    /// The secret that a service's image has for the case that its env file does not set the variable:
    /// a word for the build, which is told of nowhere else. `None` where compose itself always sets it.
    pub fn left_in_image(&self, process: &Process, name: &str) -> Option<Fact<String>> {
        let service = self.compose.as_ref()?.service(&process.name)?;
        if service.variable(name).is_some() {
            return None;
        }
        let image = self.container(&process.name)?.image.as_ref()?;
        let Lookup::Set(left) = image.environment().get(name) else { return None };
        let place = left.evidence().place()?;
        // What lies under the image is open as well, and is laid under it.
        let is_over = |it: Option<Place>| it.is_some_and(|it| it.file != place.file);
        let environment = &process.environment;
        let may_be_set = environment.openings().iter().any(|it| is_over(it.place));
        let is_set = environment.layers(name).iter().any(|it| is_over(it.evidence().place()));
        let is_told = || {
            let secrets = image.written_secrets();
            let origins = left.evidence().origins();
            let is_it =
                |it: &Fact<()>| origins.iter().any(|at| at.place() == it.evidence().place());
            secrets.iter().any(|(_, at)| is_it(at))
        };
        let is_word = !left.value.is_empty() && !is_placeholder(&left.value) && !is_told();
        ((may_be_set || is_set) && is_word).then_some(left)
    }
}
