//! What a health check asks of a server: the URL, and what its client makes of the answer.
//!
//! Of curl, wget and Python's clients; what pipes the answer on or looks at it by itself is left
//! out, as are options that lead elsewhere.

use crate::fact::{Fact, Lookup, symbol};
use crate::model::command::{Program, Step};
use crate::model::{Container, Deployment, Endpoint, Host, Process};

/// A request that a health check makes.
#[derive(Clone, Debug)]
pub struct Probe {
    /// At the word that holds it.
    pub url: Fact<Url>,
    /// A redirect is followed.
    pub follows: bool,
    /// An answer of 400 or more makes it fail.
    pub fails: bool,
    /// The names of headers that it sets, in lower case.
    pub headers: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Url {
    pub https: bool,
    /// As the `Host` header has it, without the port.
    pub host: String,
    pub port: u16,
    pub path: String,
}

/// What a health check runs.
#[derive(Clone, Debug, Default)]
pub struct Health {
    /// Empty if there is none, or the image's is not in view.
    pub steps: Vec<Step>,
    /// Whether it fails if any of them does.
    pub decided: bool,
}

impl Health {
    /// `text` is what a shell is given, if one is.
    pub(super) fn new(steps: Vec<Step>, text: Option<&str>) -> Self {
        let text = text.unwrap_or_default().trim();
        let rest = text.strip_suffix("|| exit 1").unwrap_or(text);
        let decided = !rest.contains("||") && !rest.contains(';') && !rest.contains('\n');
        // In Python a semicolon parts statements.
        let decided = decided || steps.len() == 1 && !text.contains("exit 0") && !has_true(text);
        Self { steps, decided }
    }
}

/// `|| true`, `|| :`.
fn has_true(text: &str) -> bool {
    let mut handlers = text.split("||").skip(1).map(str::trim);
    handlers.any(|it| it.starts_with("true") || it.starts_with(':'))
}

/// How a client reads its words.
struct Client {
    /// Letters and names of options that take a value.
    letters: &'static str,
    names: &'static [&'static str],
    /// Options that lead elsewhere than the URL says.
    leads_away: &'static [&'static str],
}

const CURL: Client = Client {
    letters: "AbcCdDeEFhHKmoPQrTuUwxXyYz",
    names: &[
        "cacert",
        "cert",
        "connect-timeout",
        "data",
        "header",
        "key",
        "max-time",
        "output",
        "request",
        "retry",
        "retry-delay",
        "retry-max-time",
        "user",
        "user-agent",
        "write-out",
    ],
    leads_away: &["--resolve", "--connect-to", "--unix-socket", "--proxy", "-x", "-K", "--config"],
};

const WGET: Client = Client {
    letters: "aeioOPtTUwY",
    names: &["header", "output-document", "timeout", "tries", "user-agent", "wait"],
    leads_away: &["--max-redirect=0", "--input-file"],
};

impl Probe {
    /// The request that a step makes, if it is one and nothing else decides what comes of it.
    fn of(step: &Step) -> Option<Self> {
        if step.apart {
            return None;
        }
        match step.program_name() {
            "curl" => curl(&step.started.words),
            "wget" => wget(&step.started.words),
            name if name.starts_with("python") => code(step.started.words.first()?),
            _ => None,
        }
    }

    pub fn sets(&self, header: &str) -> bool {
        self.headers.iter().any(|it| it == header)
    }
}

impl Step {
    /// The name of what is started, without its folder.
    pub fn program_name(&self) -> &str {
        self.started.program_name()
    }

    /// Whether it brings up Apache, of which it is not known where it listens: `apache2ctl -D FOREGROUND`.
    pub fn starts_apache(&self) -> bool {
        let words = || self.started.words.iter().map(|it| it.value.as_str());
        match self.program_name() {
            "service" => words().next() == Some("apache2") && words().any(is_start),
            "apache2ctl" | "apachectl" => words().any(|it| it == "FOREGROUND" || is_start(it)),
            name => matches!(name, "apache2" | "apache2-foreground" | "httpd" | "httpd-foreground"),
        }
    }

    /// Whether it brings up nginx, itself or as the machine's service.
    pub fn starts_nginx(&self) -> bool {
        let words = || self.started.words.iter().map(|it| it.value.as_str());
        match self.program_name() {
            "service" => words().next() == Some("nginx") && words().any(is_start),
            "nginx" => self.started.program.value == Program::Nginx || words().any(is_start),
            _ => self.started.program.value == Program::Nginx,
        }
    }

    /// Whether it leaves a program behind that goes on while the next step runs: `redis-server --daemonize
    /// yes`, `service postgresql start`, `/etc/init.d/cron start`.
    pub fn leaves_a_daemon(&self) -> bool {
        let words = || self.started.words.iter().map(|it| it.value.as_str());
        let is_told = || words().any(|it| it.trim_start_matches('-').starts_with("daemon"));
        let is_service = |it: &str| matches!(it, "service" | "pg_ctl" | "pg_ctlcluster");
        match self.program_name() {
            "redis-server" => is_told() && !words().any(|it| it == "no"),
            name if is_service(name) => words().any(is_start),
            _ if self.started.executable.value.starts_with("/etc/init.d/") => words().any(is_start),
            _ => false,
        }
    }
}

fn is_start(word: &str) -> bool {
    matches!(word, "start" | "restart")
}

fn curl(words: &[Fact<String>]) -> Option<Probe> {
    let options = CURL.read(words)?;
    let fails = options.has('f', &["fail", "fail-with-body"]);
    let follows = options.has('L', &["location"]);
    let url = options.url?.try_map(|it| Url::parse(it))?;
    Some(Probe { url, follows, fails, headers: options.headers })
}

fn wget(words: &[Fact<String>]) -> Option<Probe> {
    let options = WGET.read(words)?;
    let url = options.url?.try_map(|it| Url::parse(it))?;
    Some(Probe { url, follows: true, fails: true, headers: options.headers })
}

/// `python -c`: urllib and httpx, and requests where it raises.
fn code(text: &Fact<String>) -> Option<Probe> {
    let code = text.value.as_str();
    let checks = ["raise_for_status", ".ok", "status_code == 200", "status_code==200"];
    let raises = checks.iter().any(|it| code.contains(it));
    let by_urllib = code.contains("urlopen(");
    let by_requests = ["requests.get(", "requests.head("].iter().any(|it| code.contains(it));
    if !(by_urllib || by_requests && raises) || code.contains("except") {
        return None;
    }
    let start = code.find("http://").or_else(|| code.find("https://"))?;
    let url: &str = code[start..].split(['\'', '"', ' ', ')', '\\']).next()?;
    let lower = code.to_ascii_lowercase();
    let names = ["host", "x-forwarded-proto", "x-forwarded-host"];
    let set = |name: &&&str| {
        ['\'', '"'].iter().any(|quote| lower.contains(&format!("{quote}{name}{quote}")))
    };
    let headers = names.iter().filter(set).map(|it| (*it).to_owned()).collect();
    Some(Probe { url: text.try_map(|_| Url::parse(url))?, follows: true, fails: true, headers })
}

struct Options {
    short: String,
    long: Vec<String>,
    headers: Vec<String>,
    url: Option<Fact<String>>,
}

impl Options {
    fn has(&self, letter: char, names: &[&str]) -> bool {
        self.short.contains(letter) || self.long.iter().any(|it| names.contains(&it.as_str()))
    }
}

impl Client {
    fn read(&self, words: &[Fact<String>]) -> Option<Options> {
        let mut out =
            Options { short: String::new(), long: Vec::new(), headers: Vec::new(), url: None };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let text = word.value.as_str();
            if self.leads_away.contains(&text) {
                return None;
            }
            if let Some(long) = text.strip_prefix("--") {
                let (name, value) = match long.split_once('=') {
                    Some((name, value)) => (name, Some(value.to_owned())),
                    None if self.names.contains(&long) => {
                        (long, words.next().map(|it| it.value.clone()))
                    }
                    None => (long, None),
                };
                out.long.push(name.to_owned());
                if name == "header" {
                    out.headers.extend(value.as_deref().and_then(header));
                }
            } else if let Some(letters) = text.strip_prefix('-').filter(|it| !it.is_empty()) {
                self.letters(letters, &mut words, &mut out);
            } else if out.url.is_none() {
                out.url = Some(word.clone());
            }
        }
        Some(out)
    }

    /// `-fsS`, `-o/dev/null`, `-H 'Host: x'`.
    fn letters<'a>(
        &self,
        letters: &str,
        words: &mut impl Iterator<Item = &'a Fact<String>>,
        out: &mut Options,
    ) {
        for (at, letter) in letters.char_indices() {
            out.short.push(letter);
            if !self.letters.contains(letter) {
                continue;
            }
            let glued = &letters[at + letter.len_utf8()..];
            let value = match glued {
                "" => words.next().map(|it| it.value.clone()),
                glued => Some(glued.to_owned()),
            };
            if letter == 'H' {
                out.headers.extend(value.as_deref().and_then(header));
            }
            return;
        }
    }
}

/// The name in `Name: value`.
fn header(text: &str) -> Option<String> {
    Some(text.split_once(':')?.0.trim().to_ascii_lowercase())
}

impl Url {
    fn parse(text: &str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://").unwrap_or(("http", text));
        let https = match scheme {
            "http" => false,
            "https" => true,
            _ => return None,
        };
        let (authority, path) = match rest.find('/') {
            Some(at) => rest.split_at(at),
            None => (rest, "/"),
        };
        if authority.contains(['$', '@', '%']) || symbol::is_symbolic(authority) {
            return None;
        }
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, port.parse().ok()?),
            _ => (authority, if https { 443 } else { 80 }),
        };
        let path = path.split(['?', '#']).next().unwrap_or("/").to_owned();
        (!host.is_empty()).then(|| Self { https, host: host.to_ascii_lowercase(), port, path })
    }
}

impl Container {
    /// The requests that its health check makes.
    pub fn probes(&self) -> Vec<Probe> {
        let mut probes: Vec<Probe> = self.health.steps.iter().filter_map(Probe::of).collect();
        probes.iter_mut().for_each(|probe| probe.fails &= self.health.decided);
        probes
    }
}

impl Deployment {
    /// The requests of all health checks, with the process of Django that each asks.
    pub fn probes(&self) -> impl Iterator<Item = (Probe, Fact<&Process>)> {
        let each = self.containers.iter().flat_map(|container| {
            container.probes().into_iter().map(move |probe| (container, probe))
        });
        each.filter_map(|(container, probe)| {
            let app = self.probed(container, &probe)?;
            Some((probe, app))
        })
    }

    /// The process of Django that a container's health check asks.
    pub fn probed(&self, container: &Container, probe: &Probe) -> Option<Fact<&Process>> {
        let project = self.compose.as_ref()?;
        let caller = project.service(&container.name)?;
        let (service, asked) = match Host::parse(&probe.url.value.host) {
            Host::Loopback | Host::Any if caller.network_mode.is_none() => (caller, container),
            Host::Name(name) => {
                let service = project.resolve(caller, &name)?;
                (service, self.container(&service.name.value)?)
            }
            Host::Loopback | Host::Any | Host::Address(_) => return None,
        };
        if asked.runs_more() {
            return None;
        }
        let process = self.processes.iter().find(|it| it.name == service.name.value)?;
        let port = probe.url.value.port;
        let listening = process.listens.iter().find(|it| it.value.endpoint.port() == Some(port))?;
        process.kind.is_web().then(|| process.fact().given(listening).given(&probe.url))
    }

    /// A port of its own container that a health check asks, where surely nothing listens.
    pub fn probes_nothing(&self, container: &Container, probe: &Probe) -> Option<Fact<&Process>> {
        match Host::parse(&probe.url.value.host) {
            Host::Loopback | Host::Any => {
                Some(self.closed_to_itself(container, probe.url.value.port)?.given(&probe.url))
            }
            Host::Name(_) | Host::Address(_) => None,
        }
    }

    /// That surely nothing in a container listens on one of its ports: what it is there for does not.
    pub(super) fn closed_to_itself(
        &self,
        container: &Container,
        port: u16,
    ) -> Option<Fact<&Process>> {
        let own = self.compose.as_ref()?.service(&container.name)?.network_mode.is_none();
        let process = self.processes.iter().find(|it| it.name == container.name)?;
        let known = process.listens_known && !process.listens.is_empty();
        // Celery listens nowhere; code of the project's may, where it is told a port.
        let is_told = || {
            let port = port.to_string();
            let is_it = |it: &str| matches!(process.environment.get(it), Lookup::Set(value) if *value.value == port);
            process.environment.names().any(is_it)
        };
        let silent = process.runs_celery() && process.listens.is_empty() && !is_told();
        if !own || container.runs_more() || !(process.kind.is_web() && known || silent) {
            return None;
        }
        let open = process.listens.iter().any(|it| match &it.value.endpoint {
            Endpoint::Tcp { port: bound, .. } => *bound == port,
            Endpoint::Unix(_) => false,
        });
        (!open).then(|| process.fact())
    }
}
