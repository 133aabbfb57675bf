//! The options of each server that a Django project runs under.
//!
//! Names and defaults are those of gunicorn 23 (settings page), uvicorn 0.34, daphne 4, hypercorn
//! 0.17, granian 2 and celery 5; what is not listed here is read as an option with a value only if
//! the program says so.

use crate::fact::{Fact, Origin};
use crate::model::command::wrapper::Unwrapped;
use crate::model::command::{AppTarget, Bind, Celery, Options, Program, Started, bind, name};
use crate::model::{Endpoint, Host};

const GUNICORN_SWITCHES: &[&str] = &[
    "--preload",
    "--reload",
    "--daemon",
    "-D",
    "--no-sendfile",
    "--capture-output",
    "--check-config",
    "--print-config",
    "--spew",
    "--reuse-port",
    "--enable-stdio-inheritance",
    "-R",
    "--log-syslog",
    "--disable-redirect-access-to-syslog",
    "--initgroups",
    "--proxy-protocol",
    "--statsd-host-tag",
    "--strip-header-spaces",
    "--permit-obsolete-folding",
    "--no-control-socket",
];

const UVICORN_SWITCHES: &[&str] = &[
    "--reload",
    "--proxy-headers",
    "--no-proxy-headers",
    "--access-log",
    "--no-access-log",
    "--use-colors",
    "--no-use-colors",
    "--server-header",
    "--no-server-header",
    "--date-header",
    "--no-date-header",
    "--factory",
];

const DAPHNE_SWITCHES: &[&str] = &["--proxy-headers", "--no-server-name"];

const CELERY_SWITCHES: &[&str] = &[
    "-B",
    "--beat",
    "-E",
    "--task-events",
    "-D",
    "--detach",
    "--purge",
    "--without-gossip",
    "--without-mingle",
    "--without-heartbeat",
    "--skip-checks",
    "-q",
    "--quiet",
];

/// What the program at the front of these words is and what it is told.
pub(super) fn read(unwrapped: Unwrapped) -> Option<Started> {
    let Unwrapped { words, sets, user } = unwrapped;
    let executable = words.first()?.clone();
    let (program, arguments) = program(&words)?;
    let mut started = Started {
        program: executable.map(|_| program.clone()),
        words: arguments.to_vec(),
        executable,
        sets,
        user,
        app: None,
        binds: Vec::new(),
        binds_known: true,
        chdir: None,
        config_file: None,
        workers: None,
        timeout: None,
        worker_class: None,
        forwarded_allow_ips: None,
        proxy_headers: None,
        reload: None,
        settings: None,
    };
    match program {
        Program::Gunicorn => started.gunicorn(arguments),
        Program::Uvicorn => started.uvicorn(arguments),
        Program::Daphne => started.daphne(arguments),
        Program::Hypercorn => started.hypercorn(arguments),
        Program::Granian => started.granian(arguments),
        Program::Celery(_) => started.celery(arguments),
        Program::Manage(_) => started.manage(arguments),
        Program::Uwsgi | Program::Waitress => started.binds_known = false,
        Program::Nginx
        | Program::Caddy
        | Program::Redis
        | Program::Postgres
        | Program::Shell
        | Program::Other => started.binds_known = false,
    }
    Some(started)
}

/// The program, and its own arguments: behind `python -m` and `python manage.py`.
fn program(words: &[Fact<String>]) -> Option<(Program, &[Fact<String>])> {
    let first = name(&words.first()?.value);
    let rest = &words[1..];
    if first.starts_with("python") || first == "pypy3" {
        let at = rest
            .iter()
            .position(|word| !matches!(word.value.as_str(), "-u" | "-O" | "-B" | "-I"))?;
        return match rest[at].value.as_str() {
            "-m" => {
                let module = rest.get(at + 1)?;
                let arguments = rest.get(at + 2..).unwrap_or_default();
                Some((by_name(&module.value, arguments), arguments))
            }
            script => {
                let arguments = &rest[at + 1..];
                Some((by_name(name(script), arguments), arguments))
            }
        };
    }
    Some((by_name(first, rest), rest))
}

fn by_name(name: &str, arguments: &[Fact<String>]) -> Program {
    match name {
        "gunicorn" | "gunicorn3" => Program::Gunicorn,
        "uvicorn" => Program::Uvicorn,
        "daphne" => Program::Daphne,
        "hypercorn" => Program::Hypercorn,
        "granian" => Program::Granian,
        "uwsgi" => Program::Uwsgi,
        "waitress-serve" => Program::Waitress,
        "celery" => Program::Celery(celery_command(arguments)),
        "flower" => Program::Celery(Celery::Flower),
        "manage.py" | "django-admin" | "django" => {
            let command = arguments.iter().find(|word| !word.value.starts_with('-'));
            Program::Manage(command.map(|word| word.value.clone()).unwrap_or_default())
        }
        "nginx" => Program::Nginx,
        "caddy" => Program::Caddy,
        "redis-server" | "valkey-server" => Program::Redis,
        "postgres" => Program::Postgres,
        "sh" | "bash" | "dash" | "ash" => Program::Shell,
        _ => Program::Other,
    }
}

fn celery_command(arguments: &[Fact<String>]) -> Celery {
    let has = |words: &[&str]| arguments.iter().any(|word| words.contains(&word.value.as_str()));
    if has(&["worker"]) {
        return if has(&["-B", "--beat"]) { Celery::WorkerAndBeat } else { Celery::Worker };
    }
    if has(&["beat"]) {
        Celery::Beat
    } else if has(&["flower"]) {
        Celery::Flower
    } else {
        Celery::Other
    }
}

impl Started {
    fn gunicorn(&mut self, arguments: &[Fact<String>]) {
        let options = Options::read(arguments, GUNICORN_SWITCHES);
        self.app = options.rest.first().and_then(|word| word.try_map(|it| AppTarget::parse(it)));
        self.config_file = options.value(&["-c", "--config"]);
        self.chdir = options.value(&["--chdir"]);
        self.user = options.value(&["-u", "--user"]).or(self.user.take());
        self.workers = options.number(&["-w", "--workers"]);
        self.timeout = options.number(&["-t", "--timeout"]);
        self.worker_class = options.value(&["-k", "--worker-class"]);
        self.forwarded_allow_ips = options.value(&["--forwarded-allow-ips"]);
        self.reload = options.switch(&["--reload"]);
        let source = "gunicorn's documentation, \"bind\"";
        self.bind(&options, &["-b", "--bind"], "127.0.0.1:8000", source);
    }

    fn uvicorn(&mut self, arguments: &[Fact<String>]) {
        let options = Options::read(arguments, UVICORN_SWITCHES);
        self.app = options.rest.first().and_then(|word| word.try_map(|it| AppTarget::parse(it)));
        self.chdir = options.value(&["--app-dir"]);
        self.workers = options.number(&["--workers"]);
        self.forwarded_allow_ips = options.value(&["--forwarded-allow-ips"]);
        let on = options.switch(&["--proxy-headers"]).map(|it| it.map(|()| true));
        let off = options.switch(&["--no-proxy-headers"]).map(|it| it.map(|()| false));
        self.proxy_headers = off.or(on);
        self.reload = options.switch(&["--reload"]);
        self.host_and_port(&options, "--host", "--port", "--uds", "uvicorn's documentation");
    }

    fn daphne(&mut self, arguments: &[Fact<String>]) {
        let options = Options::read(arguments, DAPHNE_SWITCHES);
        self.app = options.rest.first().and_then(|word| word.try_map(|it| AppTarget::parse(it)));
        self.proxy_headers = options.switch(&["--proxy-headers"]).map(|it| it.map(|()| true));
        let sockets = options.values(&["-u"]);
        let endpoints = options.values(&["-e", "--endpoint"]);
        if endpoints.is_empty() && sockets.is_empty() {
            self.host_and_port(&options, "-b", "-p", "-u", "daphne's documentation");
            return;
        }
        self.binds_known = endpoints.is_empty() && !options.unknown;
        let unix = sockets.iter().map(|it| it.map(|it| Bind::Endpoint(Endpoint::Unix(it.into()))));
        self.binds = unix.collect();
    }

    fn hypercorn(&mut self, arguments: &[Fact<String>]) {
        let options = Options::read(arguments, &["--reload", "--debug"]);
        self.app = options.rest.first().and_then(|word| word.try_map(|it| AppTarget::parse(it)));
        self.config_file = options.value(&["-c", "--config"]);
        self.workers = options.number(&["-w", "--workers"]);
        self.reload = options.switch(&["--reload"]);
        let source = "hypercorn's documentation";
        self.bind(&options, &["-b", "--bind"], "127.0.0.1:8000", source);
    }

    fn granian(&mut self, arguments: &[Fact<String>]) {
        let options = Options::read(arguments, &["--reload", "--ws", "--no-ws", "--access-log"]);
        self.app = options.rest.first().and_then(|word| word.try_map(|it| AppTarget::parse(it)));
        self.workers = options.number(&["--workers"]);
        self.host_and_port(&options, "--host", "--port", "--uds", "granian's documentation");
    }

    fn celery(&mut self, arguments: &[Fact<String>]) {
        let options = Options::read(arguments, CELERY_SWITCHES);
        let app = options.value(&["-A", "--app"]);
        self.app = app.and_then(|word| word.try_map(|it| AppTarget::parse(it)));
        self.chdir = options.value(&["--workdir"]);
        self.user = options.value(&["--uid"]).or(self.user.take());
        self.workers = options.number(&["-c", "--concurrency"]);
        self.worker_class = options.value(&["-P", "--pool"]);
    }

    fn manage(&mut self, arguments: &[Fact<String>]) {
        let switches =
            ["--noreload", "--nothreading", "--insecure", "--noinput", "--no-input", "-v"];
        let options = Options::read(arguments, &switches);
        self.settings = options.value(&["--settings"]);
        let Program::Manage(command) = &self.program.value else { return };
        if !command.starts_with("runserver") {
            return;
        }
        let address = options.rest.get(1).cloned();
        let source = "django-admin, \"runserver\"";
        let default = Origin::Default { of: "Django", version: "every version", source };
        let address = address.unwrap_or_else(|| Fact::new("127.0.0.1:8000".to_owned(), default));
        let endpoint = address.try_map(|text| match text.parse::<u16>() {
            Ok(port) => Some(Bind::Endpoint(Endpoint::Tcp { host: Host::Loopback, port })),
            Err(_) => bind(text, 8000),
        });
        self.binds_known = endpoint.is_some();
        self.binds.extend(endpoint);
    }

    /// `--bind`, several times if it likes, or the server's default.
    fn bind(&mut self, options: &Options, names: &[&str], default: &str, source: &'static str) {
        let given: Vec<Fact<String>> = options
            .values(names)
            .iter()
            .flat_map(|value| {
                let each: Vec<_> = value.value.split(',').map(str::to_owned).collect();
                each.into_iter().map(|it| value.map(|_| it)).collect::<Vec<_>>()
            })
            .collect();
        self.binds_known = !options.unknown && self.config_file.is_none();
        if given.is_empty() {
            let origin = Origin::Default { of: "the server", version: "", source };
            self.binds = bind(default, 8000).map(|it| Fact::new(it, origin)).into_iter().collect();
            return;
        }
        // What is said here wins over the configuration file.
        self.binds_known = !options.unknown;
        for value in given {
            match value.try_map(|text| bind(text, 8000)) {
                Some(bind) => self.binds.push(bind),
                None => self.binds_known = false,
            }
        }
    }

    /// `--host` and `--port`, or a socket in their place.
    fn host_and_port(
        &mut self,
        options: &Options,
        host: &str,
        port: &str,
        socket: &str,
        source: &'static str,
    ) {
        self.binds_known = !options.unknown;
        if let Some(path) = options.value(&[socket]) {
            self.binds.push(path.map(|it| Bind::Endpoint(Endpoint::Unix(it.into()))));
            return;
        }
        let origin = Origin::Default { of: "the server", version: "", source };
        let default = |text: &str| Fact::new(text.to_owned(), origin);
        let host = options.value(&[host]).or_else(|| options.value(&["--host", "--bind"]));
        let port = options.value(&[port]).or_else(|| options.value(&["--port"]));
        let (host, port) = match (host, port) {
            (Some(host), port) => (host, port.unwrap_or_else(|| default("8000"))),
            (None, Some(port)) => (default("127.0.0.1"), port),
            (None, None) => (default("127.0.0.1"), default("8000")),
        };
        let endpoint = port.zip(&host).try_map(|(port, host)| {
            if host.contains('$') {
                return None;
            }
            let port = port.parse().ok()?;
            Some(Bind::Endpoint(Endpoint::Tcp { host: Host::parse(host), port }))
        });
        self.binds_known &= endpoint.is_some();
        self.binds.extend(endpoint);
    }
}
