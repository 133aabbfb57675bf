//! A process without the modules that each machine has for itself.

use crate::fact::{Certainty, Fact};
use crate::model::django::{self, Role};
use crate::model::{Process, Setting};
use crate::python::{Evaluation, OfMachine};
use std::collections::BTreeSet;
use std::sync::Arc;

/// A process as it is wherever `local_settings` is not there, which its settings go on without.
pub struct Alone {
    pub process: Process,
    /// By its dotted name, where it is imported.
    pub module: Fact<String>,
    /// The settings that it may be expected to have.
    kept_outside: BTreeSet<String>,
}

impl Process {
    /// None if there is no such module, or Django would not start without.
    pub fn alone(&self) -> Option<Alone> {
        let django = self.django.as_ref()?;
        let evaluation = django.trials.alone.as_ref()?;
        self.apart_from(evaluation, &evaluation.of_machine)
    }

    /// What its own files say, where there is such a module that Django would not start without. It may say
    /// anything otherwise, so that this shows no more than what is published.
    pub fn published(&self) -> Option<Alone> {
        let evaluation = self.django.as_ref()?.trials.beside_empty.as_ref()?;
        let modules = evaluation.demanded.iter().chain(&evaluation.of_machine);
        self.apart_from(evaluation, modules)
    }

    fn apart_from<'e>(
        &self,
        evaluation: &Arc<Evaluation>,
        modules: impl IntoIterator<Item = &'e OfMachine>,
    ) -> Option<Alone> {
        let django = self.django.as_ref()?;
        let modules: Vec<&OfMachine> = modules.into_iter().collect();
        let module = modules.first()?.module.clone();
        let shown = modules.iter().flat_map(|it| &it.shown);
        let kept_outside = shown.chain(django.rewritten.iter()).cloned().collect();
        let mut process = self.evaluated(evaluation)?;
        let why = format!("`{}` is not in view, and may say otherwise", module.value);
        process.declared = process.declared.given(&module.clone().doubt(Certainty::Likely, &why));
        Some(Alone { process, module, kept_outside })
    }
}

impl Alone {
    /// Whether nothing in the tree says that a setting is another's to make: no example of the module
    /// names it, and no script writes it.
    pub fn has(&self, setting: &str) -> bool {
        !self.kept_outside.contains(setting)
    }

    /// Whether the module is for the site that is meant for others, and no developer has one.
    pub fn is_for_production(&self) -> bool {
        django::role(&self.module.value) == Role::Production
    }

    /// A setting that this process decides, and the whole one does not.
    pub fn decides<T>(&self, whole: &Process, setting: Setting<T>) -> bool {
        self.has(setting.name) && whole.fact().get(setting).is_none()
    }
}
