//! Which Django the Python of an image admits.

use crate::fact::Fact;
use crate::fact::version::{Range, image_tag};
use crate::model::{Deployment, Process};

/// The first release of Django that needs a later Python than those before a series (Django's FAQ,
/// "What Python version can I use with Django?"; pip goes by `Requires-Python`).
const TOO_NEW: &[([u64; 2], [u64; 2])] =
    &[([3, 0], [2, 0]), ([3, 6], [3, 0]), ([3, 8], [4, 0]), ([3, 10], [5, 0]), ([3, 12], [6, 0])];

/// What leaves fewer versions than the requirements admit, and in which words.
pub type Narrowing = (Fact<()>, String);

impl Deployment {
    /// The versions of Django that a process may have: those that the requirements admit, and of
    /// them those that have what the code imports, and that pip finds for the Python of the image.
    /// With them what of that narrows them.
    pub fn django_version(&self, process: &Process) -> Option<(Fact<Range>, Vec<Narrowing>)> {
        let version = process.fact().django_version()?;
        let code = process.fact().code_narrows().into_iter();
        let only = |it: Fact<Range>| {
            (it.map(|_| ()), format!("only Django {} has what this imports", it.value))
        };
        let mut narrowings: Vec<_> = code.map(only).collect();
        let admitted = self.python(process).and_then(|python| {
            let older = |it: &&([u64; 2], [u64; 2])| python.value.at_least(it.0) == Some(false);
            let (_, first) = TOO_NEW.iter().find(older)?;
            Some(python.map(|_| Range::since(*first).complement()))
        });
        let Some(admitted) = admitted else { return Some((version, narrowings)) };
        let both = version.value.and(&admitted.value);
        if both.is_empty() || both == version.value {
            return Some((version, narrowings));
        }
        narrowings.push((admitted.map(|_| ()), "this Python has no later one".to_owned()));
        Some((version.map(|_| both.clone()).given(&admitted), narrowings))
    }

    /// The Python that a container's image is built on.
    fn python(&self, process: &Process) -> Option<Fact<Range>> {
        let container = self.container(&process.name).or(self.alone.as_ref())?;
        let flavour = container.flavour.as_ref()?;
        let python = flavour.try_map(|it| {
            let is_python = it.is("python");
            image_tag(it.reference.tag.as_deref().filter(|_| is_python)?)
        })?;
        let requirements = &process.django.as_ref()?.project.requirements;
        container.keeps_python(&python.value, requirements).then_some(python)
    }
}
