//! The queues of Celery: which ones tasks are sent to, and which ones workers take from.
//!
//! A worker that is given no `-Q` takes from the queues of `task_queues`, and where the settings have
//! none from `task_default_queue` alone (Celery, "Routing Tasks"; `celery.app.amqp.Queues`).

use crate::fact::Fact;
use crate::model::{Connection, Deployment, Process, ProcessKind};
use crate::python::Value;

/// The default of `task_default_queue`.
const DEFAULT: &str = "celery";

/// A route of the settings: the pattern of its tasks, and the queue that it sends them to.
#[derive(Debug)]
pub struct QueueRoute {
    pub tasks: String,
    pub queue: Fact<String>,
}

impl Fact<&Process> {
    /// What `task_routes` sends elsewhere, as far as it is written out. Routers may be functions.
    pub fn queue_routes(&self) -> Vec<QueueRoute> {
        let routes = ["CELERY_TASK_ROUTES", "CELERY_ROUTES"].iter();
        let routes: Vec<_> = routes.filter_map(|it| self.setting(it)).collect();
        let mut found = Vec::new();
        for routes in &routes {
            match &routes.value {
                Value::List(routers) | Value::Tuple(routers) => {
                    routers.iter().for_each(|it| of_router(&it.value, &mut found));
                }
                router => of_router(router, &mut found),
            }
        }
        found
    }
}

fn of_router(router: &Value, found: &mut Vec<QueueRoute>) {
    for entry in router.entries() {
        let Value::Str(tasks) = &entry.key else { continue };
        let queue = match &entry.value.value {
            Value::Str(queue) => Some(entry.value.map(|_| queue.clone())),
            Value::Dict(_) => entry
                .value
                .value
                .get("queue")
                .and_then(|it| it.try_map(|it| it.text().map(str::to_owned))),
            _ => None,
        };
        found.extend(queue.map(|queue| QueueRoute { tasks: tasks.clone(), queue }));
    }
}

impl Process {
    /// Where it sends tasks to: what the settings come to or, where a variable says it that is not in
    /// view, what the example of its env file has for that.
    pub fn broker(&self) -> Option<Connection> {
        let app = self.fact();
        let is_broker = |it: &Connection| it.setting == "CELERY_BROKER_URL";
        let documented = || {
            let mut found = app.documented_connections().into_iter().find(is_broker)?;
            found.known_by = found.known_by.given(&found.host);
            Some(found)
        };
        app.connections().into_iter().find(is_broker).or_else(documented)
    }
}

impl Deployment {
    /// The queues that some worker of a process's project takes from, each worker with its own. `None`
    /// if there is no worker, or nobody can tell of one.
    pub fn consumed(&self, process: &Process) -> Option<Vec<(&Process, Vec<String>)>> {
        let django = process.django.as_ref()?;
        if self.surroundings.may_make_queues() || self.may_run(&django.project, |_| false) {
            return None;
        }
        let workers = self.processes.iter().filter(|it| {
            it.kind == ProcessKind::Worker && it.runs_celery() && it.has_project_of(process)
        });
        let queues = workers.map(|worker| Some((worker, queues_of(worker)?)));
        let queues: Vec<_> = queues.collect::<Option<_>>()?;
        (!queues.is_empty()).then_some(queues)
    }
}

/// What a worker takes from.
fn queues_of(worker: &Process) -> Option<Vec<String>> {
    let started = worker.started.as_ref()?;
    let unknown = |text: &str| text.contains(['$', '{', '%', '`']);
    if let Some(queues) = &started.queues {
        let names = queues.value.split(',').map(|it| it.trim().to_owned()).collect();
        return (!unknown(&queues.value)).then_some(names);
    }
    // An option that nobody can read may be the one.
    if started.words.iter().any(|it| unknown(&it.value) || it.value == "multi") {
        return None;
    }
    let app = worker.fact();
    let set = |names: [&str; 2]| names.iter().find_map(|it| app.setting(it));
    if set(["CELERY_TASK_QUEUES", "CELERY_QUEUES"]).is_some() {
        return None;
    }
    match set(["CELERY_TASK_DEFAULT_QUEUE", "CELERY_DEFAULT_QUEUE"]) {
        Some(name) => Some(vec![name.value.text()?.to_owned()]),
        None => Some(vec![DEFAULT.to_owned()]),
    }
}
