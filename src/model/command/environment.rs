//! What servers take from their environment.
//!
//! gunicorn: configuration file, then `GUNICORN_CMD_ARGS`, then the command line, each stronger
//! (settings page, "Configuration Overview"); `WEB_CONCURRENCY`, `PORT` and `FORWARDED_ALLOW_IPS`
//! are defaults, weaker than all. uvicorn and granian have a variable for each option.

use crate::fact::{Environment, Fact, Lookup, Origin, symbol};
use crate::model::Endpoint;
use crate::model::Host;
use crate::model::command::options::{Options, Overridden};
use crate::model::command::servers::grammar;
use crate::model::command::{Bind, Program, Started, wrapper};
use crate::syntax::shlex;
use crate::syntax::spliced::Spliced;

impl Started {
    /// Adds what the environment says in the place of options. To be called before a
    /// configuration file is looked at.
    pub fn with_environment(&mut self, environment: &Environment) {
        let Some(grammar) = grammar(&self.program.value) else { return };
        let words = match &self.program.value {
            Program::Gunicorn => gunicorn_words(environment),
            Program::Uvicorn => option_words("UVICORN_", grammar.valued, environment),
            Program::Granian => option_words("GRANIAN_", grammar.valued, environment),
            Program::Celery(_) => application(environment),
            Program::Uwsgi
            | Program::Daphne
            | Program::Hypercorn
            | Program::Waitress
            | Program::Manage(_)
            | Program::Nginx
            | Program::Caddy
            | Program::Redis
            | Program::Postgres
            | Program::Shell
            | Program::Other => return,
        };
        let Some(words) = words.filter(|words| !words.is_empty()) else { return };
        let weaker = Options::read(&words, grammar);
        let options = Options::read(&self.words, grammar).over(weaker);
        self.apply(&options);
    }

    /// Adds what a configuration file says, written as options: weaker than the environment.
    pub fn with_config(&mut self, environment: &Environment, words: &[Fact<String>]) {
        let Some(grammar) = grammar(&self.program.value) else { return };
        let mut weaker = Options::read(words, grammar);
        if let Some(words) = gunicorn_words(environment) {
            weaker = Options::read(&words, grammar).over(weaker);
        }
        self.config_read = true;
        let options = Options::read(&self.words, grammar).over(weaker);
        self.apply(&options);
    }

    /// Adds the options of a configuration file of uWSGI, which add to those given before.
    pub fn with_uwsgi_file(&mut self, options: &[(String, Fact<String>)]) {
        if !self.config_read {
            self.binds_known = self.words.iter().all(|it| !symbol::is_symbolic(&it.value));
        }
        self.config_read = true;
        for (name, value) in options {
            let lost = value.value.contains("%(") || value.value.contains("$(");
            if lost || name.starts_with("if-") {
                self.binds_known = false;
                self.workers_known = false;
                self.user_unseen |= name.ends_with("uid");
            } else {
                self.uwsgi_option(name, value.clone());
            }
        }
    }

    /// Leaves open what a file may say that it is to read and that is not in view.
    pub fn leave_open(&mut self) {
        self.binds_known = false;
        self.workers_known = false;
        self.user_unseen = true;
    }

    /// Adds the defaults that come from the environment, where nothing else has spoken.
    pub fn with_environment_defaults(&mut self, environment: &Environment) {
        self.with_variables(environment);
        self.with_uwsgi_variables(environment);
        self.with_one_worker(environment);
    }

    /// One worker is the default of every server (gunicorn's settings, `workers`; uvicorn's,
    /// "Production"; uWSGI, "Things to know": "By default uWSGI starts with a single process").
    fn with_one_worker(&mut self, environment: &Environment) {
        let (of, variable) = match self.program.value {
            Program::Gunicorn => ("gunicorn", "WEB_CONCURRENCY"),
            Program::Uvicorn => ("uvicorn", "WEB_CONCURRENCY"),
            Program::Uwsgi => ("uWSGI", "UWSGI_PROCESSES"),
            _ => return,
        };
        // Platforms set the one for gunicorn and uvicorn; nobody but people sets that of uWSGI.
        let is_set = match environment.get(variable) {
            Lookup::Set(_) => true,
            Lookup::Unknown(_) => self.program.value != Program::Uwsgi,
            Lookup::Absent => false,
        };
        if self.workers.is_none() && self.has_told_workers() && !is_set {
            let source = "its settings, the number of workers";
            self.workers = Some(Fact::new(1, Origin::Default { of, version: "", source }));
        }
    }

    /// Whether all that could say how many workers there are was read, but for its environment.
    pub fn has_told_workers(&self) -> bool {
        self.workers_known && (self.config_file.is_none() || self.config_read)
    }

    /// uWSGI takes each variable of its prefix for the option of the name: `UWSGI_HTTP_SOCKET` is
    /// `http-socket` (its manual, "Configuring uWSGI", "Environment variables"). Sockets add to those of
    /// the options; which of two values wins is asked of nothing else, as that stays with the option.
    fn with_uwsgi_variables(&mut self, environment: &Environment) {
        if self.program.value != Program::Uwsgi {
            return;
        }
        let names: Vec<String> = environment.names().map(str::to_owned).collect();
        for variable in names {
            let Some(name) = variable.strip_prefix("UWSGI_") else { continue };
            let option = name.to_ascii_lowercase().replace('_', "-");
            let is_said = match option.as_str() {
                "module" | "wsgi" | "wsgi-file" | "mount" => self.app.is_some(),
                "processes" | "workers" => self.workers.is_some(),
                "threads" => self.threads.is_some(),
                "uid" | "immediate-uid" => self.user.is_some(),
                "gid" => self.group.is_some(),
                "umask" => self.umask.is_some(),
                "chdir" => self.chdir.is_some(),
                "harakiri" => self.timeout.is_some(),
                "pidfile" | "safe-pidfile" => self.pid_file.is_some(),
                "chmod-socket" => self.socket_mode.is_some(),
                "chown-socket" => self.socket_owner.is_some(),
                "pythonpath" | "python-path" => self.python_path.is_some(),
                "ini" | "yaml" | "json" | "xml" | "config" => self.config_file.is_some(),
                _ => false,
            };
            match environment.get(&variable) {
                Lookup::Set(value) if !is_said => self.uwsgi_option(&option, value),
                Lookup::Unknown(_) => {
                    self.binds_known = false;
                    self.user_unseen |= option.ends_with("uid");
                }
                Lookup::Set(_) | Lookup::Absent => {}
            }
        }
    }

    /// What variables say in the place of options that nobody gave.
    fn with_variables(&mut self, environment: &Environment) {
        if !matches!(self.program.value, Program::Gunicorn | Program::Uvicorn) {
            return;
        }
        let set = |name: &str| match environment.get(name) {
            Lookup::Set(value) => Some(value),
            Lookup::Unknown(_) | Lookup::Absent => None,
        };
        let concurrency = set("WEB_CONCURRENCY");
        match (&self.workers, concurrency) {
            (None, Some(number)) => self.workers = number.try_map(|it| it.parse().ok()),
            (Some(workers), Some(number)) if workers.value.to_string() != number.value => {
                let wins = workers.map(|it| it.to_string());
                let option = "WEB_CONCURRENCY".to_owned();
                self.overridden.push(Overridden { option, wins, loses: number });
            }
            (Some(_) | None, _) => {}
        }
        if self.forwarded_allow_ips.is_none() {
            self.forwarded_allow_ips = set("FORWARDED_ALLOW_IPS");
        }
        // gunicorn listens on every interface at $PORT; uvicorn does not look at it.
        if self.program.value == Program::Gunicorn
            && self.binds_by_default
            && let Some(port) = set("PORT")
        {
            let bind = port.try_map(|port| {
                let port = port.parse().ok()?;
                Some(Bind::Endpoint(Endpoint::Tcp { host: Host::Any, port }))
            });
            self.binds_known &= bind.is_some();
            self.binds = bind.into_iter().collect();
        }
    }

    /// What the wrappers in front of the program set for it, as the last layer of its environment.
    pub fn set_in(&self, environment: &mut Environment) {
        for (name, value) in &self.sets {
            environment.set(name.clone(), wrapper::supplied(value));
        }
    }
}

/// `GUNICORN_CMD_ARGS`, split as `shlex.split` does.
fn gunicorn_words(environment: &Environment) -> Option<Vec<Fact<String>>> {
    match environment.get("GUNICORN_CMD_ARGS") {
        Lookup::Set(value) => {
            let place = value.evidence().place()?;
            let words = shlex::split(&Spliced::new(&value.value, place))?;
            Some(words.iter().map(|word| value.map(|_| word.as_str().to_owned())).collect())
        }
        Lookup::Unknown(why) if !environment.layers("GUNICORN_CMD_ARGS").is_empty() => {
            Some(vec![why.map(|_| "${GUNICORN_CMD_ARGS}".to_owned())])
        }
        Lookup::Unknown(_) | Lookup::Absent => None,
    }
}

/// click's `auto_envvar_prefix`: `UVICORN_HOST` for `--host`.
fn option_words(
    prefix: &str,
    valued: &[&str],
    environment: &Environment,
) -> Option<Vec<Fact<String>>> {
    let mut words = Vec::new();
    for option in valued {
        let long = option.rsplit(' ').next().unwrap_or(option);
        let name =
            format!("{prefix}{}", long.trim_start_matches('-').replace('-', "_").to_uppercase());
        if let Lookup::Set(value) = environment.get(&name) {
            words.push(value.map(|it| format!("{long}={it}")));
        }
    }
    Some(words)
}

/// celery's `--app` has the variable `APP`.
fn application(environment: &Environment) -> Option<Vec<Fact<String>>> {
    match environment.get("APP") {
        Lookup::Set(value) => Some(vec![value.map(|it| format!("--app={it}"))]),
        Lookup::Unknown(_) | Lookup::Absent => None,
    }
}
