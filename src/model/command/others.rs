//! uWSGI and waitress, and what nginx, Caddy, Redis and Postgres are told about their
//! configuration.

use crate::fact::{Environment, Fact, Lookup, Origin};
use crate::model::command::options::{Grammar, Options};
use crate::model::command::{AppTarget, Bind, Program, Started, bind};
use crate::model::{Endpoint, Host};

pub(super) const WAITRESS: Grammar = Grammar {
    valued: &[
        "--host",
        "--port",
        "--listen",
        "--unix-socket",
        "--unix-socket-perms",
        "--url-scheme",
        "--url-prefix",
        "--ident",
        "--threads",
        "--backlog",
        "--recv-bytes",
        "--send-bytes",
        "--trusted-proxy",
        "--trusted-proxy-count",
        "--trusted-proxy-headers",
        "--connection-limit",
        "--cleanup-interval",
        "--channel-timeout",
        "--max-request-header-size",
        "--max-request-body-size",
    ],
    switches: &[
        "--help",
        "--call",
        "--ipv4",
        "--no-ipv4",
        "--ipv6",
        "--no-ipv6",
        "--expose-tracebacks",
        "--no-expose-tracebacks",
        "--asyncore-use-poll",
        "--clear-untrusted-proxy-headers",
        "--log-untrusted-proxy-headers",
    ],
};

pub(super) const NGINX: Grammar =
    Grammar { valued: &["-c", "-g", "-p", "-e", "-s"], switches: &["-t", "-T", "-q", "-v", "-V"] };

pub(super) const CADDY: Grammar = Grammar {
    valued: &[
        "-c --config",
        "-a --adapter",
        "--envfile",
        "--pidfile",
        "-l --listen",
        "-f --from",
        "-t --to",
        "-r --root",
        "-d --domain",
    ],
    switches: &["-e --environ", "-w --watch", "--resume", "-b --browse", "--force"],
};

pub(super) const POSTGRES: Grammar = Grammar {
    valued: &["-c", "-p", "-h", "-D", "-N", "-B", "-S", "-k"],
    switches: &["-i", "-l", "-F"],
};

impl Started {
    /// Whether what it starts may be anybody's: one that watches a single file, which was read, has that
    /// one application.
    pub fn may_start_others(&self) -> bool {
        let mut files = self.words.iter().filter(|it| is_ini(&it.value));
        let is_one = files.next().is_some() && files.next().is_none();
        let is_read = self.config_read && self.config_file.is_none();
        let is_told = self.words.iter().any(|it| it.value == "--emperor");
        self.watches_vassals && !(is_told && is_one && is_read)
    }

    /// Takes the file that an emperor is to watch for its own, where it is one and no folder: a pattern that
    /// only that file fits (uWSGI's manual, "Imperial monitors").
    pub fn watch_one_file(&mut self) {
        let watched = self.option(&["--emperor"]).filter(|it| is_ini(&it.value));
        self.config_file = self.config_file.take().or(watched);
    }

    /// Whether the server may answer for files, so that no request for one comes to the application: uWSGI
    /// can be told to, on its command line, in a file that is not in view or by `UWSGI_STATIC_MAP`.
    pub fn may_serve_files(&self, environment: &Environment) -> bool {
        let by_variable = |name: &&str| matches!(environment.get(name), Lookup::Set(_));
        self.program.value == Program::Uwsgi
            && (self.serves_files
                || !self.binds_known
                || ["UWSGI_STATIC_MAP", "UWSGI_CHECK_STATIC"].iter().any(by_variable))
    }

    pub(super) fn waitress(&mut self, options: &Options) {
        self.app = options.first().and_then(|word| word.try_map(|it| AppTarget::parse(it)));
        self.threads = options.number("--threads");
        self.binds_known = !options.unknown;
        if let Some(path) = options.value("--unix-socket") {
            self.binds.push(path.map(|it| Bind::Endpoint(Endpoint::Unix(it.into()))));
            return;
        }
        let listen = options.values("--listen");
        let host = options.value("--host").map(|it| it.map(|it| Host::parse(it)));
        let port = options.number("--port");
        if listen.is_empty() {
            let source = "waitress-serve, \"Standard options\"";
            let origin = Origin::Default { of: "waitress", version: "", source };
            let host = host.unwrap_or_else(|| Fact::new(Host::Any, origin));
            let port = port.unwrap_or_else(|| Fact::new(8080, origin));
            let endpoint = host.zip(&port).try_map(|(host, port)| {
                let port = u16::try_from(**port).ok()?;
                Some(Bind::Endpoint(Endpoint::Tcp { host: (*host).clone(), port }))
            });
            self.binds_known &= endpoint.is_some();
            self.binds.extend(endpoint);
            return;
        }
        for address in listen.iter().flat_map(|it| {
            it.value.split(' ').map(|one| it.map(|_| one.to_owned())).collect::<Vec<_>>()
        }) {
            let found = address.try_map(|text| bind(text, 8080));
            self.binds_known &= found.is_some();
            self.binds.extend(found);
        }
    }

    /// uWSGI takes every option with one dash or two, `=` or a blank, and all of them from files.
    pub(super) fn uwsgi(&mut self, words: &[Fact<String>]) {
        self.binds_known = true;
        self.workers_known = !words.iter().any(|it| crate::fact::symbol::is_symbolic(&it.value));
        let mut words = words.iter().peekable();
        while let Some(word) = words.next() {
            let Some(option) = word.value.strip_prefix("--") else {
                self.binds_known = false;
                // `-x FILE`, `-y FILE`, `-j FILE` ("uWSGI Options").
                let is_short = matches!(word.value.as_str(), "-x" | "-y" | "-j");
                let file = words.next_if(|_| is_short);
                if let Some(file) = file.or_else(|| Some(word).filter(|it| is_config(&it.value))) {
                    self.name_config(file.clone());
                }
                continue;
            };
            let (name, value) = match option.split_once('=') {
                Some((name, value)) => (name.to_owned(), Some(word.map(|_| value.to_owned()))),
                None => {
                    let is_value = |next: &str| {
                        !next.starts_with('-') && (takes_a_file(option) || !is_ini(next))
                    };
                    let value = words.next_if(|next| is_value(&next.value));
                    (option.to_owned(), value.cloned())
                }
            };
            self.uwsgi_option(&name, value.unwrap_or_else(|| word.map(|_| "true".to_owned())));
        }
    }

    /// Has uWSGI read one more file: each adds its options to those of the others.
    fn name_config(&mut self, file: Fact<String>) {
        if self.config_read || self.config_file.is_some() {
            self.further_configs.push(file);
        } else {
            self.binds_known = false;
            self.config_file = Some(file);
        }
    }

    /// One option, from the command line or from a line of an ini file.
    pub fn uwsgi_option(&mut self, name: &str, value: Fact<String>) {
        match name {
            "http" | "http-socket" | "socket" | "uwsgi-socket" | "https" => {
                let first = value.map(|it| it.split(',').next().unwrap_or_default().to_owned());
                match first.try_map(|it| uwsgi_bind(it)) {
                    Some(bind) => {
                        let place = bind.evidence().place().filter(|_| name.ends_with("socket"));
                        self.uwsgi_sockets.extend(place.filter(|_| name != "http-socket"));
                        self.binds.push(bind);
                    }
                    None => self.binds_known = false,
                }
            }
            // What a plain socket speaks, if it is not uWSGI's own.
            "protocol" | "socket-protocol" => self.protocol = Some(value),
            "module" | "wsgi" => self.app = value.try_map(|it| AppTarget::parse(it)),
            "wsgi-file" => {
                self.app = value.try_map(|it| AppTarget::of_file(it));
            }
            // `PATH=APPLICATION`, with a file or a module; of several the first (uWSGI's manual,
            // "Options").
            "mount" => {
                let path = value.value.split('=').next().unwrap_or_default();
                self.mounted |= path.starts_with('/') && path != "/";
                let app = value.try_map(|it| {
                    let (_, app) = it.rsplit_once('=')?;
                    AppTarget::of_file(app)
                });
                self.app = self.app.take().or(app);
            }
            "ini" | "yaml" | "json" | "xml" | "config" | "include" | "inherit" => {
                self.name_config(value);
            }
            "chdir" => self.chdir = Some(value),
            "pythonpath" | "python-path" | "pp" => self.python_path = Some(value),
            "processes" | "workers" | "p" => {
                self.workers = value.try_map(|it| it.parse().ok());
                self.workers_known = self.workers.is_some();
            }
            "threads" => self.threads = value.try_map(|it| it.parse().ok()),
            "uid" | "immediate-uid" => self.user = Some(value),
            "gid" | "immediate-gid" => self.group = Some(value),
            "umask" => self.umask = value.try_map(|it| u32::from_str_radix(it, 8).ok()),
            "chmod-socket" => {
                self.socket_mode = value.try_map(|it| u32::from_str_radix(it, 8).ok())
            }
            "chown-socket" => self.socket_owner = Some(value),
            "daemonize" | "daemonize2" => {
                self.daemon = Some(value.map(|_| ()));
                self.log_files.push(value);
            }
            "logto" | "logto2" => self.log_files.push(value),
            "pidfile" | "safe-pidfile" => self.pid_file = Some(value),
            "harakiri" => self.timeout = value.try_map(|it| it.parse().ok()),
            "env" => {
                if let Some((name, held)) = value.value.split_once('=') {
                    self.sets.push((name.to_owned(), value.map(|_| held.to_owned())));
                }
            }
            "emperor" => self.watches_vassals = true,
            "die-on-term" => self.ends_at_term = value.value != "false",
            // uWSGI's manual, "Serving static files with uWSGI" and "uWSGI internal routing".
            "docroot" | "check-static" => self.serves_files = true,
            name if name.starts_with("static-map") || name.starts_with("route") => {
                self.serves_files = true;
            }
            // The seconds between two looks; with none it never looks.
            "py-autoreload" | "python-autoreload" if value.value.trim() != "0" => {
                self.reload = Some(value.map(|_| ()));
            }
            _ => {}
        }
    }
}

/// Whether a word of a command line is a file to read, without any option before it (`uwsgi_opt_load` of
/// uWSGI's `core/uwsgi.c` goes by how it ends).
fn is_config(word: &str) -> bool {
    [".ini", ".xml", ".yaml", ".yml", ".json"].iter().any(|it| word.ends_with(it))
}

/// The same of the one that people write so.
fn is_ini(word: &str) -> bool {
    word.ends_with(".ini")
}

/// Whether the value of an option may be such a file ("uWSGI Options"); before most it is none, and
/// what stands behind `--log-master` is the server's own.
fn takes_a_file(option: &str) -> bool {
    let files = ["ini", "config", "emperor", "include", "inherit", "paste", "vassal"];
    files.iter().any(|it| option.contains(it))
}

/// `:8000`, `127.0.0.1:8000`, `/run/app.sock`.
fn uwsgi_bind(text: &str) -> Option<Bind> {
    if text.starts_with(['/', '@']) || text.ends_with(".sock") {
        return Some(Bind::Endpoint(Endpoint::Unix(text.into())));
    }
    text.contains(':').then(|| bind(text, 0)).flatten()
}
