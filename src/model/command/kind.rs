//! What a program is there for.

use crate::model::ProcessKind;
use crate::model::command::{Celery, Program, Started};

/// Commands of manage.py that run to their end.
const ENDING: &[&str] = &[
    "check",
    "clearsessions",
    "collectstatic",
    "compilemessages",
    "createsuperuser",
    "dumpdata",
    "loaddata",
    "makemigrations",
    "migrate",
    "shell",
    "test",
];

impl Started {
    /// What the program is there for; one that is run once and ends is no worker.
    pub fn kind(&self, once: bool) -> ProcessKind {
        match &self.program.value {
            Program::Gunicorn if self.is_asgi() => ProcessKind::Asgi,
            Program::Gunicorn | Program::Uwsgi | Program::Waitress => ProcessKind::Wsgi,
            Program::Granian if self.interface.as_ref().is_some_and(|it| it.value == "wsgi") => {
                ProcessKind::Wsgi
            }
            Program::Uvicorn | Program::Daphne | Program::Hypercorn | Program::Granian => {
                ProcessKind::Asgi
            }
            Program::Celery(Celery::Worker | Celery::WorkerAndBeat) => ProcessKind::Worker,
            Program::Celery(Celery::Beat) => ProcessKind::Scheduler,
            Program::Celery(Celery::Flower | Celery::Other) => ProcessKind::Other,
            Program::Manage(command) if command.starts_with("runserver") => ProcessKind::Wsgi,
            Program::Manage(command) if once || ENDING.contains(&command.as_str()) => {
                ProcessKind::OneOff
            }
            Program::Manage(_) => ProcessKind::Worker,
            Program::Nginx | Program::Caddy => ProcessKind::Proxy,
            Program::Postgres => ProcessKind::Database,
            Program::Redis => ProcessKind::Cache,
            Program::Shell | Program::Other if once => ProcessKind::OneOff,
            Program::Shell | Program::Other => ProcessKind::Other,
        }
    }

    /// gunicorn speaks ASGI with a worker class for it.
    fn is_asgi(&self) -> bool {
        let class = self.worker_class.as_ref().map(|it| it.value.to_ascii_lowercase());
        class.is_some_and(|it| it.contains("uvicorn") || it.contains("asgi"))
    }
}
