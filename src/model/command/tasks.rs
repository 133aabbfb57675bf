//! celery 5.7 and manage.py.

use crate::fact::{Fact, Origin};
use crate::model::command::gunicorn::log_files;
use crate::model::command::options::{Grammar, Options};
use crate::model::command::servers::{Address, Defaults};
use crate::model::command::{AppTarget, Bind, Celery, Program, Started, bind};
use crate::model::{Endpoint, Host};

/// All of `celery`, `celery worker`, `celery beat` and flower's commonest; they share a line.
pub(super) const CELERY: Grammar = Grammar {
    valued: &[
        "-A --app",
        "-b --broker",
        "--result-backend",
        "--loader",
        "--config",
        "--workdir",
        "-n --hostname",
        "--statedb",
        "-l --loglevel",
        "-O --optimization",
        "--prefetch-multiplier",
        "-c --concurrency",
        "-P --pool",
        "--time-limit",
        "--soft-time-limit",
        "--max-tasks-per-child --maxtasksperchild",
        "--pool-start-method",
        "--max-memory-per-child",
        "-Q --queues",
        "-X --exclude-queues",
        "-I --include",
        "--heartbeat-interval",
        "--autoscale",
        "-s --schedule-filename --schedule",
        "-S --scheduler",
        "-f --logfile",
        "--pidfile",
        "--uid",
        "--gid",
        "--umask",
        "--executable",
        "--max-interval",
        "--port",
        "--address",
        "--basic_auth --basic-auth",
        "--url_prefix --url-prefix",
        "--broker_api --broker-api",
        "--persistent",
        "--db",
        "--conf",
        "--logging",
        "--auth",
        "--max_tasks --max-tasks",
    ],
    switches: &[
        "-C --no-color",
        "-q --quiet",
        "--version",
        "--skip-checks",
        "-h --help",
        "-D --detach",
        "--disable-prefetch",
        "-E --events --task-events",
        "--discard --purge",
        "--without-gossip",
        "--without-mingle",
        "--without-heartbeat",
        "-B --beat",
        "--enable-remote-control",
        "--no-enable-remote-control",
    ],
};

pub(super) const MANAGE: Grammar = Grammar {
    valued: &["--settings", "--pythonpath", "-v --verbosity", "--database", "--ignore -i"],
    switches: &[
        "-h --help",
        "--version",
        "--traceback",
        "--no-color",
        "--force-color",
        "--skip-checks",
        "--noreload",
        "--nothreading",
        "--insecure",
        "--noinput --no-input",
        "--ipv6 -6",
        "--clear",
        "--link -l",
        "--dry-run -n",
        "--no-post-process",
        "--fake",
        "--fake-initial",
        "--plan",
        "--check",
        "--run-syncdb",
        "--prune",
        "--nostatic",
        "--deploy",
        "--backwards",
    ],
};

/// Which of its programs `celery` runs.
pub(super) fn celery_command(arguments: &[Fact<String>]) -> Celery {
    let options = Options::read(arguments, CELERY);
    let beside = options.switch("--beat").is_some();
    match options.rest.first().map(|word| word.value.as_str()) {
        Some("worker") if beside => Celery::WorkerAndBeat,
        Some("worker") => Celery::Worker,
        Some("beat") => Celery::Beat,
        Some("flower") => Celery::Flower,
        // It starts a worker for each node in the background (Celery, "Daemonization").
        Some("multi") if starts_nodes(&options) => Celery::Worker,
        _ => Celery::Other,
    }
}

fn starts_nodes(options: &Options) -> bool {
    let mut words = options.rest.iter().map(|word| word.value.as_str());
    words.next() == Some("multi") && matches!(words.next(), Some("start" | "restart"))
}

impl Started {
    pub(super) fn celery(&mut self, options: &Options) {
        let app = options.value("--app");
        self.app = app.and_then(|word| word.try_map(|it| AppTarget::parse(it)));
        self.chdir = options.value("--workdir");
        self.user = options.value("--uid").or(self.user.take());
        self.group = options.value("--gid").or(self.group.take());
        self.workers = options.number("--concurrency");
        self.worker_class = options.value("--pool");
        self.queues = options.value("--queues");
        self.schedule_file = options.value("--schedule");
        self.scheduler = options.value("--scheduler");
        self.daemon = options.switch("--detach");
        if self.program.value == Program::Celery(Celery::Flower) {
            self.config_file = options.value("--conf");
            let address = Address { host: "--address", port: "--port", socket: "--unix_socket" };
            let source = "Flower's documentation, \"Configuration\"";
            self.address(options, address, Defaults { of: "Flower", source, bind: "0.0.0.0:5555" });
        }
        if starts_nodes(options) {
            self.daemon = options.rest.first().map(|it| it.map(|_| ()));
            // One option may be for some nodes only: `-Q:1-4`, `-c:w1`.
            (self.queues, self.workers, self.worker_class) = (None, None, None);
            self.slips.clear();
        }
        self.pid_file = options.value("--pidfile");
        self.log_files = log_files(options.value("--logfile").into_iter());
        self.binds_known = !options.unknown;
    }

    pub(super) fn manage(&mut self, options: &Options) {
        self.settings = options.value("--settings");
        self.python_path = options.value("--pythonpath");
        if !self.program.value.is_runserver() {
            return;
        }
        self.reload = match options.switch("--noreload") {
            Some(_) => None,
            None => options.rest.first().map(|it| it.map(|_| ())),
        };
        let source = "django-admin, \"runserver\"";
        let default = Origin::Default { of: "Django", version: "every version", source };
        let address = options.rest.get(1).cloned();
        let address = address.unwrap_or_else(|| Fact::new("127.0.0.1:8000".to_owned(), default));
        let endpoint = address.try_map(|text| match text.parse::<u16>() {
            Ok(port) => Some(Bind::Endpoint(Endpoint::Tcp { host: Host::Loopback, port })),
            // `0:8000` is Django's short form of every interface.
            Err(_) => {
                bind(&text.replacen("0:", "0.0.0.0:", usize::from(text.starts_with("0:"))), 8000)
            }
        });
        self.binds_known = endpoint.is_some() && !options.unknown;
        self.binds.extend(endpoint);
    }
}
