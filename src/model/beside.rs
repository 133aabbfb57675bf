//! Which processes run one project side by side, each with a memory of its own.

use crate::fact::Fact;
use crate::model::{Deployment, Process, ProcessKind};
use std::sync::Arc;

impl Deployment {
    /// That a process is not alone with its project, as several workers are started or another
    /// process runs it too, with what is to be said where that stands.
    pub fn beside(&self, process: &Process) -> Option<Fact<String>> {
        // A scheduler only sends.
        self.runs_beside(process, |it| it.is_app() && it != ProcessKind::Scheduler)
    }

    /// The same of those that answer requests: workers and commands come to no view.
    pub fn answers_beside(&self, process: &Process) -> Option<Fact<String>> {
        self.runs_beside(process, ProcessKind::is_web).filter(|_| process.kind.is_web())
    }

    fn runs_beside(
        &self,
        process: &Process,
        counts: impl Fn(ProcessKind) -> bool,
    ) -> Option<Fact<String>> {
        let workers = process.started.as_ref().and_then(|it| it.workers.as_ref());
        if let Some(workers) = workers.filter(|it| it.value > 1) {
            return Some(workers.map(|count| format!("{count} processes run")));
        }
        let project = &process.django.as_ref()?.project;
        let runs_it = |it: &&Process| {
            let django = it.django.as_ref();
            let same = django.is_some_and(|it| Arc::ptr_eq(&it.project, project));
            counts(it.kind) && same && !std::ptr::eq(*it, process)
        };
        let other = self.processes.iter().find(runs_it)?;
        Some(other.declared.map(|()| format!("`{}` runs beside it", other.name)))
    }
}
