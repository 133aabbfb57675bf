//! What a program is there for.

use crate::fact::Fact;
use crate::model::ProcessKind;
use crate::model::command::{Celery, Program, Started};
use crate::model::target::Interface;

/// The worker classes of gunicorn's own, which speak WSGI.
const WSGI_WORKERS: [&str; 5] = ["sync", "gthread", "gevent", "eventlet", "tornado"];

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
    "migrate_schemas",
    "shell",
    "test",
];

impl Started {
    /// As whom it runs where it is begun as somebody, by a command that begins with a `program`. Nobody becomes
    /// root again: uWSGI passes over `uid` where it is not root, and gunicorn takes `user = 'root'` for no
    /// change at all.
    pub fn user_begun_as(
        &self,
        own: Option<Fact<String>>,
        program: Option<&str>,
    ) -> Option<Fact<String>> {
        let Some(becomes) = &self.user else { return own };
        let raises = program.is_some_and(|it| {
            let name = it.rsplit('/').next().unwrap_or(it);
            ["sudo", "doas", "su"].contains(&name)
        });
        let is_another = own.as_ref().is_some_and(|it| it.value != "root");
        if becomes.value == "root" && is_another && !raises { own } else { Some(becomes.clone()) }
    }

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
            Program::Manage(_) if self.program.value.is_runserver() => ProcessKind::Wsgi,
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

    /// What a server surely calls an application by. hypercorn finds it out, granian is told, and
    /// gunicorn may be told by a file that is not in view.
    pub fn speaks(&self) -> Option<Interface> {
        match self.program.value {
            Program::Daphne => Some(Interface::Asgi),
            Program::Uvicorn if self.interface.is_none() => Some(Interface::Asgi),
            Program::Gunicorn if self.config_file.is_some() && !self.config_read => None,
            Program::Gunicorn if self.has_own_worker() => Some(Interface::Wsgi),
            Program::Gunicorn => {
                let class = &self.worker_class.as_ref()?.value;
                class.contains("uvicorn").then_some(Interface::Asgi)
            }
            Program::Uwsgi | Program::Waitress => Some(Interface::Wsgi),
            Program::Uvicorn
            | Program::Hypercorn
            | Program::Granian
            | Program::Celery(_)
            | Program::Manage(_)
            | Program::Nginx
            | Program::Caddy
            | Program::Redis
            | Program::Postgres
            | Program::Shell
            | Program::Other => None,
        }
    }

    /// Whether gunicorn's worker class is one of its own: others, like uvicorn's, decide for
    /// themselves what they speak and whom they believe.
    pub fn has_own_worker(&self) -> bool {
        let class = self.worker_class.as_ref();
        class.is_none_or(|class| WSGI_WORKERS.contains(&class.value.as_str()))
    }

    /// gunicorn speaks ASGI with a worker class for it.
    fn is_asgi(&self) -> bool {
        let class = self.worker_class.as_ref().map(|it| it.value.to_ascii_lowercase());
        class.is_some_and(|it| it.contains("uvicorn") || it.contains("asgi"))
    }
}
