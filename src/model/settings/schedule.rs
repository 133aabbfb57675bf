//! What beat is told to start.

use crate::fact::Fact;
use crate::model::{CELERY_BEAT_SCHEDULE, Process};
use crate::python::Value;

/// With Celery's namespace, and as it was called before version 4.
const SCHEDULES: [&str; 2] = [CELERY_BEAT_SCHEDULE.name, "CELERYBEAT_SCHEDULE"];

impl Fact<&Process> {
    /// What the settings list for beat.
    pub fn listed_schedule(&self) -> Option<Fact<Value>> {
        SCHEDULES.iter().find_map(|name| self.setting(name))
    }

    /// The entries of beat's schedule that surely say nothing of when: their names, each where it
    /// stands.
    pub fn timeless_tasks(&self) -> Vec<Fact<String>> {
        let Some(schedule) = self.listed_schedule() else { return Vec::new() };
        let found = schedule.value.entries().filter_map(|entry| {
            let Value::Dict(inner) = &entry.value.value else { return None };
            let keys: Vec<&str> = inner.entries.iter().filter_map(|it| it.key.text()).collect();
            let is_whole = inner.more.is_none() && keys.len() == inner.entries.len();
            let is_timeless = is_whole && keys.contains(&"task") && !keys.contains(&"schedule");
            let name = entry.key.text().filter(|_| is_timeless)?;
            Some(entry.value.map(|_| name.to_owned()).given(&schedule))
        });
        found.collect()
    }
}
