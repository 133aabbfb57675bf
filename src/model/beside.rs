//! Which processes run one project side by side, each with a memory of its own.

use crate::fact::Fact;
use crate::model::{Deployment, MIDDLEWARE, Process, ProcessKind};
use std::sync::Arc;

impl Deployment {
    /// That a process is not alone with its project, as several workers are started or another
    /// process runs it too, with what is to be said where that stands.
    pub fn beside(&self, process: &Process) -> Option<Fact<String>> {
        // A scheduler only sends.
        self.runs_beside(process, |it| it.kind.is_app() && it.kind != ProcessKind::Scheduler)
    }

    /// The same of those that answer requests: workers and commands come to no view, nor does what was
    /// to be a worker and is another server, as its entrypoint never looks at the command.
    pub fn answers_beside(&self, process: &Process) -> Option<Fact<String>> {
        let answers = |it: &Process| {
            let is_meant = self.container(&it.name).is_none_or(|it| !it.is_deaf_to_command());
            it.kind.is_web() && is_meant
        };
        self.runs_beside(process, answers).filter(|_| answers(process))
    }

    /// Whether another server of the project has URLs of its own, and a middleware with one of these
    /// words in its name: that this one, for other URLs, has none was somebody's choice.
    pub fn is_left_out(&self, app: &Fact<&Process>, words: &[&str]) -> bool {
        let Some(django) = &app.value.django else { return false };
        let urls =
            |app: &Fact<&Process>| app.setting("ROOT_URLCONF")?.value.text().map(str::to_owned);
        let has = |app: &Fact<&Process>| {
            app.members(MIDDLEWARE).iter().any(|it| {
                let name = it.value.to_ascii_lowercase();
                words.iter().any(|word| name.contains(word))
            })
        };
        let own = urls(app);
        self.webs().any(|it| {
            let other = it.fact();
            let same =
                it.django.as_ref().is_some_and(|it| Arc::ptr_eq(&it.project, &django.project));
            let others = urls(&other);
            same && own.is_some() && others.is_some() && own != others && has(&other)
        })
    }

    fn runs_beside(
        &self,
        process: &Process,
        counts: impl Fn(&Process) -> bool,
    ) -> Option<Fact<String>> {
        let workers = process.started.as_ref().and_then(|it| it.workers.as_ref());
        if let Some(workers) = workers.filter(|it| it.value > 1) {
            return Some(workers.map(|count| format!("{count} processes run")));
        }
        let project = &process.django.as_ref()?.project;
        let runs_it = |it: &&Process| {
            let django = it.django.as_ref();
            let same = django.is_some_and(|it| Arc::ptr_eq(&it.project, project));
            counts(it) && same && !std::ptr::eq(*it, process)
        };
        let other = self.processes.iter().find(runs_it)?;
        Some(other.declared.map(|()| format!("`{}` runs beside it", other.name)))
    }
}
