//! Configuration files of application servers: gunicorn's, which is Python, and uWSGI's.
//!
//! They become options, weaker than those of the environment and of the command line.

use crate::fact::{Environment, Fact, symbol};
use crate::model::build::ignored::{is_ignored, is_made};
use crate::model::build::run::Seen;
use crate::model::build::uwsgi_lines::{self, UWSGI};
use crate::model::command::{Celery, Program, Started};
use crate::model::{Files, Found, Read};
use crate::python::{self, Checkout, Evaluation, Installed, Request, Value};
use crate::source::{FileId, normalize};
use crate::syntax::Parsed;
use crate::syntax::python::ast::Module;
use camino::{Utf8Path, Utf8PathBuf};
use std::sync::Arc;

/// Where a server starts.
pub(super) struct Place<'a> {
    pub(super) files: &'a Files<'a>,
    pub(super) environment: &'a Environment,
    pub(super) directory: Option<&'a Utf8Path>,
    /// Finds the file of the tree that a path of the process leads to.
    pub(super) tree: &'a dyn Fn(&Utf8Path) -> Option<Utf8PathBuf>,
}

impl Place<'_> {
    /// Completes what a command line says of its server.
    pub(super) fn configure(&self, started: &mut Started) {
        started.with_environment(self.environment);
        match started.program.value {
            Program::Gunicorn => self.gunicorn(started),
            Program::Uwsgi => self.uwsgi(started),
            Program::Celery(Celery::Flower) => self.flower(started),
            _ => {}
        }
        started.with_environment_defaults(self.environment);
        if !started.further_configs.is_empty() {
            started.leave_open();
        }
        self.anchor(started);
    }

    /// Makes absolute the sockets that are named from where the server is: gunicorn and uWSGI go
    /// to their `chdir` before they bind.
    fn anchor(&self, started: &mut Started) {
        // What a script puts something else in the place of leads nowhere before.
        started.forget_binds(|at| self.files.scripted().fills_in(&at.to_string()));
        let moves = matches!(started.program.value, Program::Gunicorn | Program::Uwsgi);
        let folder = match started.chdir.as_ref().filter(|_| moves) {
            Some(chdir) => self.absolute(&chdir.value),
            None => self.directory.map(Utf8Path::to_owned),
        };
        started.bind_from(folder.as_deref());
        self.name_application(started, folder.as_deref());
    }

    /// Names as a module what uWSGI is to load by the path of its file: from a folder that it has on
    /// Python's path, where the one that it starts in is first.
    fn name_application(&self, started: &mut Started, folder: Option<&Utf8Path>) {
        let added = started.python_path.as_ref().and_then(|it| self.absolute(&it.value));
        for root in folder.into_iter().chain(added.as_deref()) {
            started.see_application_from(root);
        }
    }

    pub(super) fn absolute(&self, path: &str) -> Option<Utf8PathBuf> {
        let path = Utf8Path::new(path);
        match (path.is_absolute(), self.directory) {
            (true, _) => Some(normalize(path)),
            (false, Some(directory)) => Some(normalize(&directory.join(path))),
            (false, None) => None,
        }
    }

    /// Where a file lies that a server is told to read. What begins with a placeholder is a path from the
    /// root once it is filled in, as no folder of the process is called so: `{{ root }}/gunicorn.py`.
    fn told(&self, path: &str) -> Option<Utf8PathBuf> {
        let first = path.split('/').next().unwrap_or_default();
        let is_filled_in = first.starts_with("{{") && first.ends_with("}}") && first != path;
        if is_filled_in { Some(normalize(Utf8Path::new(path))) } else { self.absolute(path) }
    }

    /// The file that gunicorn is told to read, if the folder that it would lie in is of the tree and
    /// has no such file, and `brings` knows of nothing that puts it there. gunicorn ends with "Error:
    /// 'FILE' doesn't exist" (`Application.get_config_from_filename`).
    pub(super) fn note_absent(&self, started: &mut Started, brings: &dyn Fn(&Utf8Path) -> bool) {
        let Some(named) = started.config_file.as_ref() else { return };
        let is_path = started.program.value == Program::Gunicorn
            && !named.value.starts_with("python:")
            && !symbol::is_symbolic(&named.value);
        let name = named.value.strip_prefix("file:").unwrap_or(&named.value);
        let Some(at) = self.absolute(name).filter(|_| is_path) else { return };
        let folder = at.parent().and_then(|folder| (self.tree)(folder));
        let Some(folder) = folder.filter(|it| self.files.tree.is_dir(it)) else { return };
        let path = folder.join(at.file_name().unwrap_or_default());
        let is_absent = matches!(self.files.find(&path), Found::Absent)
            && (self.tree)(&at).is_none_or(|it| it == path)
            && !self.files.tree.is_unseen(&path)
            && !is_ignored(self.files, &path)
            && !is_made(self.files, &path);
        if is_absent && !brings(&at) {
            started.config_absent = Some(named.clone());
        }
    }

    /// `-c`, or the `gunicorn.conf.py` of where it starts (gunicorn's settings, `config`).
    fn gunicorn(&self, started: &mut Started) {
        let named = started.config_file.as_ref().map(|it| it.value.clone());
        let name = named.as_deref().unwrap_or("gunicorn.conf.py");
        let Some((at, path)) = self.gunicorn_file(name) else { return };
        let Found::Read(read) = self.files.find(&path) else { return };
        let Parsed::Python(_) = read.parsed else { return };
        let Some(evaluation) = self.evaluate(&path, &at) else { return };
        started.names_scheme_headers = evaluation.get("secure_scheme_headers").is_some();
        if let Some(words) = gunicorn_words(&evaluation) {
            started.with_config(self.environment, &words);
        }
    }

    /// The file that `-c` names, for the process and in the tree: by its path, or by `python:` as a
    /// module. gunicorn has the folder it starts in first on Python's path before it reads any
    /// configuration (`Application.load_config`).
    fn gunicorn_file(&self, name: &str) -> Option<(Utf8PathBuf, Utf8PathBuf)> {
        let Some(module) = name.strip_prefix("python:") else {
            let at = self.told(name.strip_prefix("file:").unwrap_or(name))?;
            let path = (self.tree)(&at)?;
            return Some((at, path));
        };
        let stem = module.replace('.', "/");
        let files = [format!("{stem}/__init__.py"), format!("{stem}.py")];
        files.iter().find_map(|file| {
            let at = self.absolute(file)?;
            let path = (self.tree)(&at).filter(|it| self.files.tree.is_file(it))?;
            Some((at, path))
        })
    }

    /// The file that Flower reads by itself where it starts (its documentation, "Configuration": `conf`), which
    /// may have a password and an address in it.
    fn flower(&self, started: &mut Started) {
        if self.files.files_named(FLOWERS).next().is_some() && started.config_file.is_none() {
            started.config_file = Some(started.program.map(|_| FLOWERS.to_owned()));
        }
    }

    fn evaluate(&self, path: &Utf8Path, at: &Utf8Path) -> Option<Arc<Evaluation>> {
        let key = format!("{path} {at}");
        if let Some(known) = self.files.memo.evaluation(&key, self.environment) {
            return Some(known);
        }
        let seen = Seen::around(self.files, path);
        let path = path.strip_prefix(seen.base).unwrap_or(path).to_owned();
        let folder = path.parent()?.to_owned();
        let checkout = Checkout::new(vec![(folder.clone(), at.parent()?.to_owned())]);
        let evaluation = python::evaluate(&Request {
            files: &Config { seen: &seen, name: folder.join(MODULE).with_extension("py"), path },
            roots: std::slice::from_ref(&folder),
            package: None,
            module: MODULE,
            entry: None,
            environment: self.environment,
            checkout: &checkout,
            cwd: self.directory.map(Utf8Path::to_owned),
            installed: Installed::Unknown,
            configuration: None,
            versions: &|_| None,
        });
        self.files.want(evaluation.wants.iter().map(|path| seen.base.join(path)));
        Some(self.files.memo.keep(key, self.environment, evaluation))
    }

    /// `--ini` or a bare path, and whatever that file names in turn; `FILE:SECTION` is another section
    /// than `[uwsgi]` (uWSGI, "Configuring uWSGI").
    fn uwsgi(&self, started: &mut Started) {
        let mut read = Vec::new();
        while let Some(named) = started.config_file.clone() {
            let (name, section) = match named.value.split_once(':') {
                Some((name, section)) if !section.contains('/') => (name, section.to_owned()),
                Some(_) | None => (named.value.as_str(), UWSGI.to_owned()),
            };
            let Some((at, file)) = self.uwsgi_file(name) else { break };
            let own = (file.id, section.clone());
            if read.contains(&own) {
                return;
            }
            let options = uwsgi_options(file, &section, at.parent(), self.environment);
            started.config_file = None;
            started.with_uwsgi_file(&options);
            if !started.further_configs.is_empty() {
                started.config_file = Some(started.further_configs.remove(0));
            }
            read.push(own);
        }
        if started.config_file.is_some() && started.config_read {
            started.leave_open();
        }
    }

    /// A file of options, and where the process has it. What `--ini` names is one, whatever it is called.
    fn uwsgi_file(&self, name: &str) -> Option<(Utf8PathBuf, Read<'_>)> {
        let at = self.told(name)?;
        let path = (self.tree)(&at)?;
        let file = self.files.find(&path).read().filter(|_| uwsgi_lines::is_readable(&path))?;
        Some((at, file))
    }
}

const FLOWERS: &str = "flowerconfig.py";

/// The name that gunicorn gives the module (`get_config_from_filename`).
const MODULE: &str = "__config__";

/// The tree, with the configuration where its module is looked for.
struct Config<'f, 'a> {
    seen: &'f Seen<'f, 'a>,
    name: Utf8PathBuf,
    path: Utf8PathBuf,
}

impl python::Files for Config<'_, '_> {
    fn find(&self, path: &Utf8Path) -> python::Found<'_> {
        self.seen.find(if path == self.name { &self.path } else { path })
    }

    fn module(&self, file: FileId) -> Option<&Module> {
        self.seen.module(file)
    }
}

/// The options that a configuration says in another way, as the command line would.
const GUNICORN: [(&str, &str); 21] = [
    ("accesslog", "--access-logfile"),
    ("bind", "--bind"),
    ("certfile", "--certfile"),
    ("chdir", "--chdir"),
    ("daemon", "--daemon"),
    ("errorlog", "--error-logfile"),
    ("forwarded_allow_ips", "--forwarded-allow-ips"),
    ("graceful_timeout", "--graceful-timeout"),
    ("group", "--group"),
    ("keepalive", "--keep-alive"),
    ("pidfile", "--pid"),
    ("preload_app", "--preload"),
    ("protocol", "--protocol"),
    ("pythonpath", "--pythonpath"),
    ("raw_env", "--env"),
    ("reload", "--reload"),
    ("threads", "--threads"),
    ("timeout", "--timeout"),
    ("user", "--user"),
    ("worker_class", "--worker-class"),
    ("workers", "--workers"),
];

const SWITCHES: [&str; 3] = ["daemon", "preload_app", "reload"];

/// What nobody can tell; a word of this form makes an option unknown.
const UNKNOWN: &str = "${config}";

fn gunicorn_words(evaluation: &Evaluation) -> Option<Vec<Fact<String>>> {
    let namespace = evaluation.outcome.as_ref().ok()?;
    let mut words = Vec::new();
    for (name, option) in GUNICORN {
        let Some(value) = namespace.get(name) else { continue };
        let items = value.value.items();
        let each = items.map_or_else(|| vec![value.clone()], <[Fact<Value>]>::to_vec);
        for value in each {
            match &value.value {
                Value::Bool(true) => words.push(value.map(|_| option.to_owned())),
                Value::Bool(false) | Value::None => {}
                // A switch that may be off is left alone.
                _ if SWITCHES.contains(&name) => {}
                Value::Int(number) => words.push(value.map(|_| format!("{option}={number}"))),
                Value::Str(text) => words.push(value.map(|_| format!("{option}={text}"))),
                _ => words.push(value.map(|_| format!("{option}={UNKNOWN}"))),
            }
        }
    }
    if let Some(umask) = namespace.get("umask")
        && let Value::Int(umask) = umask.value
    {
        words.extend(namespace.get("umask").map(|it| it.map(|_| format!("--umask={umask}"))));
    }
    if let Some(app) = namespace.get("wsgi_app") {
        words.extend(app.try_map(|it| it.text().map(str::to_owned)));
    }
    Some(words)
}

/// How long the address is in what uWSGI reads a port from as a number, up to the first character that
/// is none: `:8080 # public` listens at 8080.
fn address(key: &str, value: &str) -> Option<usize> {
    let end = value.find([' ', '\t'])?;
    let (_, port) = value[..end].rsplit_once(':')?;
    let is_address = key == "http" || key.ends_with("socket");
    (is_address && !port.is_empty() && port.bytes().all(|it| it.is_ascii_digit())).then_some(end)
}

/// The lines of a section, with what they insert (uWSGI, "Configuring uWSGI"): `%(name)` an option
/// above, `$(NAME)` a variable, `%d` the file's folder.
fn uwsgi_options(
    read: Read<'_>,
    section: &str,
    folder: Option<&Utf8Path>,
    environment: &Environment,
) -> Vec<(String, Fact<String>)> {
    let mut options: Vec<(String, Fact<String>)> = Vec::new();
    for (name, text) in uwsgi_lines::lines(read, section) {
        let mut value = text.value.clone();
        if let Some(folder) = folder {
            value = value.replace("%d", &format!("{folder}/"));
        }
        if let Some(address) = address(&name, &value) {
            value.truncate(address);
        }
        for (name, known) in &options {
            value = value.replace(&format!("%({name})"), &known.value);
        }
        while let Some((before, rest)) = value.split_once("$(") {
            let Some((name, after)) = rest.split_once(')') else { break };
            let crate::fact::Lookup::Set(held) = environment.get(name) else { break };
            value = format!("{before}{}{after}", held.value);
        }
        let switch = value.is_empty() || value.eq_ignore_ascii_case("true");
        let value = if switch { "true".to_owned() } else { value };
        options.push((name, text.map(|_| value)));
    }
    options
}
