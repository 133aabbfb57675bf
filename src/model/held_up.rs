//! Commands of a container's start that stand behind a program which goes on until the container stops: a
//! shell waits for what it runs in the foreground, and comes to none of them.

use crate::model::command::{Celery, Program, Started, Step};
use crate::model::django::Project;
use crate::model::{Container, Deployment, Process};
use std::sync::Arc;

/// With these gunicorn and celery say something and end (`gunicorn --help`, 23; `celery --help`, 5.5).
const ONLY_TELL: [&str; 6] =
    ["--check-config", "--print-config", "--version", "-v", "--help", "-h"];

impl Started {
    /// Whether it surely goes on in front of whoever starts it. What a file says that nobody has read may
    /// send it to the background.
    fn stays_in_front(&self) -> bool {
        let is_read =
            self.config_read || self.config_file.is_none() && self.further_configs.is_empty();
        let only_tells = self.words.iter().any(|it| ONLY_TELL.contains(&it.value.as_str()));
        let goes_on = self.program.value.is_server() || self.is_of_celery();
        goes_on && is_read && self.daemon.is_none() && !only_tells
    }

    /// Whether it is a worker or what sends tasks at certain times.
    pub(in crate::model) fn is_of_celery(&self) -> bool {
        matches!(
            self.program.value,
            Program::Celery(Celery::Worker | Celery::WorkerAndBeat | Celery::Beat)
        )
    }
}

impl Step {
    /// Whether nothing behind it is run as long as it runs. `started` is it with its files read, if
    /// somebody has read them.
    fn holds_up(&self, started: &Started) -> bool {
        !self.optional && !self.apart && started.stays_in_front()
    }

    /// Whether it is a server, or celery where no server is among the steps, that holds up what follows.
    pub(in crate::model) fn ends_the_way(&self, among: &[Self]) -> bool {
        let is_server = |it: &Self| it.started.program.value.is_server();
        (is_server(self) || !among.iter().any(is_server)) && self.holds_up(&self.started)
    }
}

impl Container {
    /// The commands that are run once what it is there for has ended, and not before. `process` is that.
    pub fn held_up(&self, process: &Process) -> &[Step] {
        let held_up = || {
            let main = self.main?;
            let is_held = self.steps.get(main)?.holds_up(process.started.as_ref()?);
            self.steps.get(main + 1..).filter(|_| is_held)
        };
        held_up().unwrap_or_default()
    }
}

impl Deployment {
    /// A command that a container of a project never comes to, with the process that it waits for.
    pub fn held_up(
        &self,
        project: &Arc<Project>,
        is: impl Fn(&Step) -> bool,
    ) -> Option<(&Process, &Step)> {
        let of_project = |it: &Process| {
            it.django.as_ref().is_some_and(|django| Arc::ptr_eq(&django.project, project))
        };
        self.contained().into_iter().filter(|(process, _)| of_project(process)).find_map(
            |(process, container)| {
                let mut steps = container.held_up(process).iter();
                Some((process, steps.find(|it| is(it))?))
            },
        )
    }
}
