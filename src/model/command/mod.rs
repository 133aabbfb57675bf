//! What a command line starts: which server, of which application, listening where.
//!
//! Takes the words that the supervisor or the shell ends up with, each with its place; knows the
//! options of the servers that Django runs under. Who calls it, and in which environment, others
//! decide.

use crate::fact::{Fact, Origin, symbol};
use crate::model::{Endpoint, Host};
use crate::source::{Place, normalize};
use camino::{Utf8Path, Utf8PathBuf};

mod asgi;
mod environment;
mod gunicorn;
mod kind;
mod options;
mod others;
mod servers;
mod steps;
mod supply;
mod tasks;
mod wrapper;

pub use options::{Options, Overridden, Slip};
pub use steps::{Around, FindScript, Front, ScriptFile, Step, steps, unset};

/// An option that begins a line of a script, where no backslash at the end of the line before makes it a
/// part of the command there.
#[derive(Clone, Debug)]
pub struct LeftBehind {
    pub option: Fact<()>,
    /// Where the line before ends.
    pub end: Place,
}

/// A program and what its arguments decide.
#[derive(Clone, Debug)]
pub struct Started {
    pub program: Fact<Program>,
    /// The words of the program itself, wrappers taken off.
    pub words: Vec<Fact<String>>,
    /// The executable as it was named.
    pub executable: Fact<String>,
    /// The script that an interpreter runs: `manage.py` with its path.
    pub script: Option<Fact<String>>,
    /// The module that an interpreter runs: `pip` of `python -m pip`.
    pub module: Option<Fact<String>>,
    /// What `env` and assignments before the command set.
    pub sets: Vec<(String, Fact<String>)>,
    /// Env files that the server itself loads: `uvicorn --env-file`.
    pub env_files: Vec<Fact<String>>,
    /// Where a wrapper or `cd` leads before the program starts.
    pub directory: Option<Fact<String>>,
    /// The user that a wrapper or the program itself changes to.
    pub user: Option<Fact<String>>,
    pub group: Option<Fact<String>>,
    /// The server's own, which decides the mode of its socket.
    pub umask: Option<Fact<u32>>,
    /// uWSGI's `chmod-socket` and `chown-socket`.
    pub socket_mode: Option<Fact<u32>>,
    pub socket_owner: Option<Fact<String>>,
    /// Those of its sockets that uWSGI's own protocol is spoken at, unless `protocol` says another.
    pub uwsgi_sockets: Vec<Place>,
    /// uWSGI's `emperor`: it starts other servers, each by a file of its own.
    pub watches_vassals: bool,
    /// uWSGI's `die-on-term`: it ends at SIGTERM, at which it reloads otherwise.
    pub ends_at_term: bool,
    /// uWSGI's `protocol`; gunicorn's since its version 24.
    pub protocol: Option<Fact<String>>,
    /// The application: `config.wsgi:application`, or what `-A` names.
    pub app: Option<Fact<AppTarget>>,
    /// uWSGI has the application below a path, and names that to it (`mount`, `manage-script-name`).
    pub mounted: bool,
    pub binds: Vec<Fact<Bind>>,
    /// Whether those binds are all: no word is unknown, no other source of options is.
    pub binds_known: bool,
    /// Nobody says where it listens, so it is the program's own default.
    pub binds_by_default: bool,
    /// The variable, as `${PORT}`, that has the port of every interface which it listens at.
    pub variable_port: Option<Fact<String>>,
    pub chdir: Option<Fact<String>>,
    pub config_file: Option<Fact<String>>,
    /// The blank behind a backslash that ends the command before its next lines, with the backslash.
    pub cut_short: Option<Fact<()>>,
    /// Options on the line behind the one that the command ends with.
    pub left_behind: Option<LeftBehind>,
    /// That file, if it would be of the tree and is not: the server ends without it.
    pub config_absent: Option<Fact<String>>,
    /// Whether that file has been read: what it says is among the rest.
    pub config_read: bool,
    /// Further files that it is to read, in their order.
    pub further_configs: Vec<Fact<String>>,
    /// What names the user that it becomes is not in view.
    pub user_unseen: bool,
    /// Options that one source sets and a stronger one sets otherwise.
    pub overridden: Vec<Overridden>,
    /// Options that the program does not have, and refuses.
    pub slips: Vec<Slip>,
    pub workers: Option<Fact<u32>>,
    /// Whether nothing that was read may say another number of them.
    pub workers_known: bool,
    pub threads: Option<Fact<u32>>,
    pub timeout: Option<Fact<u32>>,
    pub worker_class: Option<Fact<String>>,
    /// Whose `X-Forwarded-*` the server believes.
    pub forwarded_allow_ips: Option<Fact<String>>,
    /// Its configuration chooses the headers that tell it of the scheme (gunicorn's `secure_scheme_headers`).
    pub names_scheme_headers: bool,
    /// daphne's and uvicorn's switch for `X-Forwarded-*`.
    pub proxy_headers: Option<Fact<bool>>,
    pub reload: Option<Fact<()>>,
    /// uWSGI serves files by itself: `static-map`, `check-static`, a route.
    pub serves_files: bool,
    pub preload: Option<Fact<()>>,
    /// It goes to the background by itself.
    pub daemon: Option<Fact<()>>,
    /// The section of supervisord's configuration that starts it.
    pub supervised: Option<Fact<()>>,
    /// The shell in front of it that supervisord asks to stop, and which leaves it running.
    pub left_running: Option<Fact<Front>>,
    pub pid_file: Option<Fact<String>>,
    /// With which the server speaks TLS itself.
    pub certificate: Option<Fact<String>>,
    /// Files, not streams.
    pub log_files: Vec<Fact<String>>,
    pub python_path: Option<Fact<String>>,
    /// granian's and uvicorn's `--interface`.
    pub interface: Option<Fact<String>>,
    /// celery's `-Q`, and what its beat keeps and is.
    pub queues: Option<Fact<String>>,
    pub schedule_file: Option<Fact<String>>,
    pub scheduler: Option<Fact<String>>,
    /// `--settings` of manage.py.
    pub settings: Option<Fact<String>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Program {
    Gunicorn,
    Uvicorn,
    Daphne,
    Hypercorn,
    Granian,
    Uwsgi,
    Waitress,
    Celery(Celery),
    /// `manage.py` with its command.
    Manage(String),
    Nginx,
    Caddy,
    Redis,
    Postgres,
    /// A shell with a script that was not read.
    Shell,
    Other,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Celery {
    Worker,
    /// `worker -B`: both in one.
    WorkerAndBeat,
    Beat,
    Flower,
    Other,
}

/// `module:attribute`; without an attribute each server looks for its own default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppTarget {
    pub module: String,
    pub attribute: Option<String>,
    /// The file of the module, if it is named by its whole path.
    pub file: Option<Utf8PathBuf>,
}

/// Where a server is told to listen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bind {
    Endpoint(Endpoint),
    /// A descriptor that it inherits.
    Descriptor(u32),
}

/// Takes a command line apart. `None` if it is empty or its program is not known.
pub fn started(words: &[Fact<String>]) -> Option<Started> {
    let words = words.iter().map(wrapper::argument).collect();
    let unwrapped = wrapper::unwrap(words)?;
    servers::read(unwrapped)
}

/// What one of these options is given, be it in its own word: `-c PATH`, `--configuration=PATH`.
pub(in crate::model) fn option<'a>(
    words: impl IntoIterator<Item = &'a Fact<String>>,
    names: &[&str],
) -> Option<Fact<String>> {
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        if names.contains(&word.value.as_str()) {
            return words.next().cloned();
        }
        if let Some((name, value)) = word.value.split_once('=')
            && names.contains(&name)
        {
            return Some(word.map(|_| value.to_owned()));
        }
    }
    None
}

impl Started {
    /// Calls the application that is named by the path of its file as Python would from a folder.
    pub fn see_application_from(&mut self, folder: &Utf8Path) {
        let seen = self.app.as_ref().and_then(|it| it.try_map(|it| it.seen_from(folder)));
        self.app = seen.or(self.app.take());
    }

    /// The name of what is started, without its folder.
    pub fn program_name(&self) -> &str {
        let path = self.executable.value.as_str();
        path.rsplit('/').next().unwrap_or(path)
    }

    /// Whether a server is surely given no certificate of its own.
    pub fn has_no_certificate(&self) -> bool {
        let of_tls = ["ssl", "cert", "keyfile"];
        let names = |word: &Fact<String>| of_tls.iter().any(|it| word.value.contains(it));
        let known = self.config_file.is_none() || self.config_read;
        known && self.certificate.is_none() && !self.words.iter().any(names)
    }

    /// Whether the server does its work as another user than the one that starts it: it is told so,
    /// or by a file that nobody could read.
    pub fn may_leave_root(&self) -> bool {
        let is_root = |it: &Fact<String>| matches!(it.value.as_str(), "root" | "0");
        let unread = self.config_file.is_some() && !self.config_read;
        let is_server = matches!(self.program.value, Program::Gunicorn | Program::Uwsgi);
        is_server && (unread || self.user_unseen)
            || self.user.as_ref().is_some_and(|it| !is_root(it))
    }

    /// What one of these options is given.
    pub fn option(&self, names: &[&str]) -> Option<Fact<String>> {
        option(&self.words, names)
    }

    /// Of a command that says nothing, to be filled in.
    fn of_nothing() -> Self {
        let nothing = Fact::new(String::new(), Origin::UNSEEN);
        Self {
            program: nothing.map(|_| Program::Other),
            words: Vec::new(),
            executable: nothing,
            script: None,
            module: None,
            sets: Vec::new(),
            env_files: Vec::new(),
            directory: None,
            user: None,
            group: None,
            umask: None,
            socket_mode: None,
            socket_owner: None,
            uwsgi_sockets: Vec::new(),
            watches_vassals: false,
            ends_at_term: false,
            protocol: None,
            app: None,
            mounted: false,
            binds: Vec::new(),
            binds_known: false,
            binds_by_default: false,
            variable_port: None,
            chdir: None,
            config_file: None,
            config_absent: None,
            cut_short: None,
            left_behind: None,
            config_read: false,
            further_configs: Vec::new(),
            user_unseen: false,
            overridden: Vec::new(),
            slips: Vec::new(),
            workers: None,
            workers_known: false,
            threads: None,
            timeout: None,
            worker_class: None,
            forwarded_allow_ips: None,
            names_scheme_headers: false,
            proxy_headers: None,
            reload: None,
            serves_files: false,
            preload: None,
            daemon: None,
            supervised: None,
            left_running: None,
            pid_file: None,
            certificate: None,
            log_files: Vec::new(),
            python_path: None,
            interface: None,
            queues: None,
            schedule_file: None,
            scheduler: None,
            settings: None,
        }
    }
}

impl AppTarget {
    fn parse(text: &str) -> Option<Self> {
        let (module, attribute) = match text.split_once(':') {
            Some((module, attribute)) => (module, Some(attribute.to_owned())),
            None => (text, None),
        };
        let is_dotted = |c: char| c.is_alphanumeric() || "_.${} ".contains(c);
        let module = module.strip_suffix(".py").unwrap_or(module);
        let ok = !module.is_empty() && module.chars().all(is_dotted);
        ok.then(|| Self { module: module.to_owned(), attribute, file: None })
    }

    /// What uWSGI loads by the path of its file.
    fn of_file(path: &str) -> Option<Self> {
        let module = path.trim_start_matches("./").trim_start_matches('/').replace('/', ".");
        if !path.starts_with('/') {
            return Self::parse(&module);
        }
        // Folders above may be called as no package is: `/srv/our-shop/shop/wsgi.py`.
        let module = module.strip_suffix(".py").unwrap_or(&module).to_owned();
        Some(Self { module, attribute: None, file: Some(normalize(Utf8Path::new(path))) })
    }

    /// The same as it is called from a folder, if its file lies below that.
    fn seen_from(&self, folder: &Utf8Path) -> Option<Self> {
        Self::of_file(self.file.as_ref()?.strip_prefix(folder).ok()?.as_str())
    }

    /// `$PROJECT.wsgi`, `{{ project }}.wsgi`: no module has such a name.
    pub fn is_to_be_filled_in(&self) -> bool {
        self.module.contains(['$', '{']) || symbol::is_symbolic(&self.module)
    }
}

impl Program {
    /// Whether it is a server for developers: Django's own command, or the one that
    /// django-extensions has beside it. `runserver_dicom_scp` of a project is none.
    pub fn is_runserver(&self) -> bool {
        matches!(self, Self::Manage(command) if matches!(command.as_str(), "runserver" | "runserver_plus"))
    }

    /// Whether it is a server made for production, as manage.py has none.
    pub fn is_production_server(&self) -> bool {
        self.is_server() && !matches!(self, Self::Manage(_))
    }

    /// Whether it answers HTTP requests with an application.
    pub fn is_server(&self) -> bool {
        match self {
            Self::Gunicorn
            | Self::Uvicorn
            | Self::Daphne
            | Self::Hypercorn
            | Self::Granian
            | Self::Uwsgi
            | Self::Waitress => true,
            Self::Manage(_) => self.is_runserver(),
            Self::Celery(_)
            | Self::Nginx
            | Self::Caddy
            | Self::Redis
            | Self::Postgres
            | Self::Shell
            | Self::Other => false,
        }
    }
}

/// `127.0.0.1:8000`, `[::]:8000`, `:8000`, `unix:/run/app.sock`, `fd://3` (gunicorn's
/// `parse_address`). A placeholder or a variable in it makes it unknown.
fn bind(text: &str, default_port: u16) -> Option<Bind> {
    if text.contains(['$', '{']) {
        return None;
    }
    if let Some(number) = text.strip_prefix("fd://") {
        return number.parse().ok().map(Bind::Descriptor);
    }
    if let Some(path) = text.strip_prefix("unix:") {
        let path = path.strip_prefix("//").filter(|rest| rest.starts_with('/')).unwrap_or(path);
        return Some(Bind::Endpoint(Endpoint::Unix(Utf8PathBuf::from(path))));
    }
    let text = text.strip_prefix("tcp://").unwrap_or(text);
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, port.parse().ok()?),
        _ => (text, default_port),
    };
    Some(Bind::Endpoint(Endpoint::Tcp { host: Host::parse(host), port }))
}

/// The last part of a path.
fn name(path: &str) -> &str {
    Utf8Path::new(path).file_name().unwrap_or(path)
}
