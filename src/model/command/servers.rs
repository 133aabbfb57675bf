//! Which program a command line starts, and how servers are told where to listen.

use crate::fact::{Certainty, Fact, Origin, symbol};
use crate::model::command::options::{Grammar, Options};
use crate::model::command::wrapper::Unwrapped;
use crate::model::command::{Bind, Program, Started, asgi, bind, gunicorn, name, others, tasks};
use crate::model::listening::variable_port;
use crate::model::{Endpoint, Host};

/// Where a server listens if nobody says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Defaults {
    pub(super) bind: &'static str,
    pub(super) of: &'static str,
    pub(super) source: &'static str,
}

/// The options that say so, of servers that take host and port apart.
#[derive(Clone, Copy, Debug)]
pub(super) struct Address {
    pub(super) host: &'static str,
    pub(super) port: &'static str,
    /// Empty if it has none that stands in for both.
    pub(super) socket: &'static str,
}

/// The program at the front of these words, nothing of its arguments read.
pub(super) fn read(unwrapped: Unwrapped) -> Option<Started> {
    let Unwrapped { words, sets, user, directory } = unwrapped;
    let executable = words.first()?.clone();
    let (program, arguments) = program(&words)?;
    let mut started = Started {
        program: executable.map(|_| program.clone()),
        words: arguments.to_vec(),
        script: script(&words).cloned(),
        module: module(&words).cloned(),
        executable,
        sets,
        user,
        directory,
        binds_known: true,
        ..Started::of_nothing()
    };
    let options = grammar(&program).map(|grammar| Options::read(arguments, grammar));
    started.apply(&options.unwrap_or_default());
    Some(started)
}

/// The options of a program; `None` if it is not read as options.
pub(super) fn grammar(program: &Program) -> Option<Grammar> {
    match program {
        Program::Gunicorn => Some(gunicorn::GRAMMAR),
        Program::Uvicorn => Some(asgi::UVICORN),
        Program::Daphne => Some(asgi::DAPHNE),
        Program::Hypercorn => Some(asgi::HYPERCORN),
        Program::Granian => Some(asgi::GRANIAN),
        Program::Waitress => Some(others::WAITRESS),
        Program::Celery(_) => Some(tasks::CELERY),
        Program::Manage(_) => Some(tasks::MANAGE),
        Program::Nginx => Some(others::NGINX),
        Program::Caddy => Some(others::CADDY),
        Program::Postgres => Some(others::POSTGRES),
        Program::Redis | Program::Uwsgi | Program::Shell | Program::Other => None,
    }
}

/// The program, and its own arguments: behind `python -m` and `python manage.py`.
fn program(words: &[Fact<String>]) -> Option<(Program, &[Fact<String>])> {
    let first = name(&words.first()?.value);
    let rest = &words[1..];
    if first.starts_with("python") || first == "pypy3" || is_unseen_python(first, rest) {
        // Nothing but its input says what it does: `python << END`.
        let Some(at) = behind_options(rest) else {
            return Some((Program::Other, &[]));
        };
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

/// Where the options of an interpreter end (python(1)): `-Wall` and `-X dev` have a value, glued to them
/// or in the next word, and the letters of those without may be joined. What it runs is the next word, or
/// the one behind `-m`.
fn behind_options(words: &[Fact<String>]) -> Option<usize> {
    const FLAGS: &str = "bBdEiIOPqsSuvx";
    let mut at = 0;
    while let Some(word) = words.get(at) {
        let Some(letters) = word.value.strip_prefix('-') else { return Some(at) };
        let value = letters.trim_start_matches(|it| FLAGS.contains(it));
        at += match value {
            "" if !letters.is_empty() => 1,
            "W" | "X" => 2,
            _ if value.starts_with(['W', 'X']) => 1,
            _ => return Some(at),
        };
    }
    None
}

/// Whether a variable that nobody knows is the interpreter: what is handed `manage.py` with a command runs it,
/// and so does what is handed a program of Python's behind `-m`.
fn is_unseen_python(first: &str, rest: &[Fact<String>]) -> bool {
    let is_run = match rest {
        [option, module, ..] if option.value == "-m" => {
            module.value == "django" || by_name(&module.value, &[]) != Program::Other
        }
        [script, ..] => name(&script.value) == "manage.py",
        [] => false,
    };
    first.starts_with('$') && symbol::is_symbolic(first) && is_run
}

/// The script that is run: the program itself, or what an interpreter is given.
fn script(words: &[Fact<String>]) -> Option<&Fact<String>> {
    words.iter().take(4).find(|word| word.value.ends_with(".py"))
}

/// What stands behind `-m` of an interpreter.
fn module(words: &[Fact<String>]) -> Option<&Fact<String>> {
    let (python, rest) = words.split_first()?;
    let python = name(&python.value);
    let is_python = python.starts_with("python") || is_unseen_python(python, rest);
    let at = behind_options(rest).filter(|_| is_python)?;
    rest.get(at + 1).filter(|_| rest[at].value == "-m")
}

fn by_name(name: &str, arguments: &[Fact<String>]) -> Program {
    match name {
        "gunicorn" | "gunicorn3" => Program::Gunicorn,
        "uvicorn" => Program::Uvicorn,
        "daphne" => Program::Daphne,
        "hypercorn" => Program::Hypercorn,
        "granian" => Program::Granian,
        // By the names of Debian's alternatives as well.
        "uwsgi" | "uwsgi-core" | "uwsgi_python" | "uwsgi_python3" => Program::Uwsgi,
        "waitress-serve" => Program::Waitress,
        "celery" => Program::Celery(tasks::celery_command(arguments)),
        "flower" => Program::Celery(crate::model::command::Celery::Flower),
        "manage.py" | "django-admin" | "django" => {
            let command = arguments.iter().find(|word| !word.value.starts_with('-'));
            Program::Manage(command.map(|word| word.value.clone()).unwrap_or_default())
        }
        "nginx" => Program::Nginx,
        "caddy" => Program::Caddy,
        "redis-server" | "valkey-server" => Program::Redis,
        "postgres" => Program::Postgres,
        "sh" | "bash" | "dash" | "ash" | "zsh" | "ksh" => Program::Shell,
        _ => Program::Other,
    }
}

impl Program {
    /// Whether a name is a program's that is known, and no script's that somebody wrote.
    pub fn has_name(name: &str) -> bool {
        by_name(name, &[]) != Self::Other
    }
}

impl Started {
    /// Takes over what the options say.
    pub(super) fn apply(&mut self, options: &Options) {
        self.binds.clear();
        self.binds_known = true;
        self.binds_by_default = false;
        self.variable_port = None;
        self.overridden.clone_from(&options.overridden);
        self.slips.clone_from(&options.slips);
        match self.program.value {
            Program::Gunicorn => self.gunicorn(options),
            Program::Uvicorn => self.uvicorn(options),
            Program::Daphne => self.daphne(options),
            Program::Hypercorn => self.hypercorn(options),
            Program::Granian => self.granian(options),
            Program::Celery(_) => self.celery(options),
            Program::Manage(_) => self.manage(options),
            Program::Waitress => self.waitress(options),
            Program::Uwsgi => {
                let words = std::mem::take(&mut self.words);
                self.uwsgi(&words);
                self.words = words;
            }
            Program::Nginx => self.configured_by(options.value("-c")),
            Program::Caddy => self.configured_by(options.value("--config")),
            Program::Postgres => {
                let files = options.values("-c");
                let file = files.iter().find_map(|it| {
                    it.try_map(|it| Some(it.strip_prefix("config_file=")?.to_owned()))
                });
                self.configured_by(file);
            }
            Program::Redis => {
                let file = self.words.first().filter(|word| !word.value.starts_with('-'));
                self.configured_by(file.cloned());
                // What is said here is read behind the file.
                let at = self.words.iter().rposition(|word| word.value == "--port");
                let port = at.and_then(|at| self.words.get(at + 1)?.try_map(|it| it.parse().ok()));
                let any = |port: Fact<u16>| {
                    port.map(|port| Bind::Endpoint(Endpoint::Tcp { host: Host::Any, port: *port }))
                };
                self.binds.extend(port.map(any));
            }
            Program::Shell | Program::Other => self.binds_known = false,
        }
    }

    /// Has what it is, what it loads and where it listens no surer than likely.
    pub fn doubt(&mut self, why: &str) {
        fn doubt<T: Clone>(fact: &mut Fact<T>, why: &str) {
            *fact = fact.clone().doubt(Certainty::Likely, why);
        }
        doubt(&mut self.program, why);
        doubt(&mut self.executable, why);
        self.words.iter_mut().for_each(|it| doubt(it, why));
        self.binds.iter_mut().for_each(|it| doubt(it, why));
        self.app.iter_mut().for_each(|it| doubt(it, why));
        self.reload.iter_mut().for_each(|it| doubt(it, why));
        self.settings.iter_mut().for_each(|it| doubt(it, why));
    }

    /// Where it listens is written elsewhere.
    fn configured_by(&mut self, file: Option<Fact<String>>) {
        self.config_file = file;
        self.binds_known = false;
    }

    pub(super) fn number_of_workers(&mut self, options: &Options) {
        let said = options.value("--workers");
        self.workers = options.number("--workers");
        self.workers_known = !options.unknown && (said.is_none() || self.workers.is_some());
    }

    /// `--bind`, several times if it likes, or the server's default.
    pub(super) fn bind(&mut self, options: &Options, name: &str, defaults: Defaults) {
        let given: Vec<Fact<String>> = options
            .values(name)
            .iter()
            .flat_map(|value| {
                let each: Vec<_> = value.value.split(',').map(|it| it.trim().to_owned()).collect();
                each.into_iter().map(|it| value.map(|_| it)).collect::<Vec<_>>()
            })
            .collect();
        self.binds_known = !options.unknown;
        if given.is_empty() {
            self.binds_by_default = true;
            self.binds_known &= self.config_file.is_none() || self.config_read;
            self.binds.extend(bind(defaults.bind, 8000).map(|it| Fact::new(it, defaults.origin())));
        }
        // What is said here wins over the configuration file.
        for value in given {
            match value.try_map(|text| bind(text, 8000)) {
                Some(bind) => self.binds.push(bind),
                None => {
                    self.binds_known = false;
                    self.variable_port = value.try_map(|text| variable_port(text));
                }
            }
        }
    }

    /// A host and a port, or a socket in their place.
    pub(super) fn address(&mut self, options: &Options, address: Address, defaults: Defaults) {
        self.binds_known = !options.unknown;
        if let Some(path) = options.value(address.socket) {
            self.binds.push(path.map(|it| Bind::Endpoint(Endpoint::Unix(it.into()))));
            return;
        }
        let (host, port) = defaults.bind.split_once(':').unwrap_or((defaults.bind, "8000"));
        let default = |text: &str| Fact::new(text.to_owned(), defaults.origin());
        let given = [options.value(address.host), options.value(address.port)];
        let [host, port] = match given {
            [Some(host), Some(port)] => [host, port],
            [Some(host), None] => [host, default(port)],
            [None, Some(port)] => [default(host), port],
            [None, None] => {
                self.binds_by_default = true;
                [default(host), default(port)]
            }
        };
        // Whichever was written leads: it is what one would point at.
        let written = if host.evidence().place().is_some() { &host } else { &port };
        let endpoint = written.map(|_| ()).given(&host).given(&port).try_map(|()| {
            if host.value.contains('$') {
                return None;
            }
            let port = port.value.parse().ok()?;
            Some(Bind::Endpoint(Endpoint::Tcp { host: Host::parse(&host.value), port }))
        });
        if endpoint.is_none() {
            let whole = format!("{}:{}", host.value, port.value);
            self.variable_port = port.try_map(|_| variable_port(&whole)).map(|it| it.given(&host));
        }
        self.binds_known &= endpoint.is_some();
        self.binds.extend(endpoint);
    }
}

impl Defaults {
    pub(super) fn origin(self) -> Origin {
        Origin::Default { of: self.of, version: "", source: self.source }
    }
}
