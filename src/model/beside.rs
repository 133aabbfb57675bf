//! Which processes run one project side by side, each with a memory of its own.

use crate::fact::Fact;
use crate::model::{Deployment, Process, ProcessKind};
use std::sync::Arc;

impl Deployment {
    /// That a process is not alone with its project, as several workers are started or another
    /// process runs it too, with what is to be said where that stands.
    pub fn beside(&self, process: &Process) -> Option<Fact<String>> {
        let workers = process.started.as_ref().and_then(|it| it.workers.as_ref());
        if let Some(workers) = workers.filter(|it| it.value > 1) {
            return Some(workers.map(|count| format!("{count} processes run")));
        }
        let project = &process.django.as_ref()?.project;
        let runs_it = |it: &&Process| {
            let django = it.django.as_ref();
            // A scheduler only sends.
            let works = it.kind.is_app() && it.kind != ProcessKind::Scheduler;
            let same = django.is_some_and(|it| Arc::ptr_eq(&it.project, project));
            works && same && !std::ptr::eq(*it, process)
        };
        let other = self.processes.iter().find(runs_it)?;
        Some(other.declared.map(|()| format!("`{}` runs beside it", other.name)))
    }
}
