//! What it takes besides to demand a variable: each command of manage.py in the build of an image loads the
//! settings as well.

use crate::diagnostic::{Diagnostic, Edit};
use crate::model::{BuildStep, Deployment, Process};

/// The steps that would end the build of an image if the settings demanded a variable.
pub(super) struct BuiltToo<'d> {
    steps: Vec<&'d BuildStep>,
    variable: &'d str,
}

impl<'d> BuiltToo<'d> {
    pub(super) fn by(deployment: &'d Deployment, process: &Process, variable: &'d str) -> Self {
        let mut steps: Vec<&BuildStep> = Vec::new();
        if let Some(django) = &process.django {
            let module = django.module.value.as_str();
            let all = deployment.begun().into_iter().flat_map(|(_, _, it)| &it.build);
            for step in all.filter(|it| it.would_lack(module, variable)) {
                if steps.iter().all(|it| it.ran.place != step.ran.place) {
                    steps.push(step);
                }
            }
        }
        Self { steps, variable }
    }

    /// Shows them beside what is said of the settings.
    pub(super) fn tell(&self, finding: &mut Diagnostic) {
        for step in &self.steps {
            let text = format!("loads the settings too, and needs `{}=unused` then", self.variable);
            finding.also(step.ran.started.program.label(text));
        }
    }

    /// An edit of the settings together with those of the steps; none if one of those cannot be mended.
    pub(super) fn edits(&self, edit: Option<Edit>) -> Vec<Edit> {
        let assignment = format!("{}=unused", self.variable);
        let steps = self.steps.iter().map(|it| it.supply(&assignment));
        let all: Option<Vec<Edit>> = [edit].into_iter().chain(steps).collect();
        all.unwrap_or_default()
    }
}
