//! What a web server answers, whichever web server it is.
//!
//! nginx and Caddy decide in their own ways, and their modules know how; a rule asks a site. What
//! is asked comes back as a fact that rests on all the lines that decided it.

use crate::diagnostic::Subject;
use crate::fact::Fact;
use crate::model::caddy;
use crate::model::nginx::{self, Arrival, Level, Reply, Request};
use crate::model::{Deployment, Dir, Endpoint, Host, ViewId};
use crate::source::{Place, normalize};
use camino::{Utf8Path, Utf8PathBuf};
use std::sync::Arc;
use std::time::Duration;

#[derive(Debug)]
pub struct Site {
    /// The first name, or the address if it has none.
    pub name: String,
    /// The head of its block.
    pub declared: Fact<()>,
    /// Where its files are looked up.
    pub view: ViewId,
    pub names: Vec<Fact<SiteName>>,
    /// Its file lies where the server's own are, and no other file brings it in.
    pub left_out: bool,
    pub listeners: Vec<Fact<Listener>>,
    /// Its file is where the server itself would read it, and no template or copy.
    pub installed: bool,
    /// Its file is called a template or an example, to be filled in before it is used.
    pub is_template: bool,
    /// What it passes on to others, in no order of choice.
    pub routes: Vec<Route>,
    pub(super) engine: Engine,
}

/// The configuration that answers for a site.
#[derive(Clone, Debug)]
pub enum Engine {
    Nginx { config: Arc<nginx::Config>, index: usize },
    Caddy { config: Arc<caddy::Config>, index: usize },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SiteName {
    /// One host.
    Host(String),
    /// A pattern, or whatever no other site has; as written.
    Many(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listener {
    pub port: Option<u16>,
    pub tls: bool,
    pub default: bool,
    /// Only the machine itself can connect.
    pub loopback: bool,
}

/// A part of a site that is passed on to another program.
#[derive(Clone, Debug)]
pub struct Route {
    /// `location /api/`, at its head.
    pub shown: Fact<String>,
    /// The line that passes it on.
    pub pass: Fact<String>,
    /// Where to, at the line that says so; none if variables decide.
    pub upstreams: Vec<Fact<Endpoint>>,
    /// The process that takes it, found when the deployment is put together.
    pub process: Option<Fact<usize>>,
    /// That process does not listen where the route leads, and no other does.
    pub missed: bool,
    /// What is sent on beside the client's own headers, by name in lower case.
    pub sent: Vec<(String, Fact<String>)>,
    /// How long the proxy waits for the next bytes of an answer.
    pub read_timeout: Option<Fact<Duration>>,
    /// The largest body that is passed on; zero is no limit.
    pub body_limit: Option<Fact<u64>>,
    /// That nothing else is sent, at the line that passes it on.
    pub sent_whole: Fact<()>,
}

/// What answers a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Files of this directory.
    Dir(Utf8PathBuf),
    /// Passed on.
    Pass,
    Redirect,
    /// A status without a file.
    Status(u16),
}

/// Names that files below a URL may have: what a location for suffixes catches is not what one for
/// the prefix does.
pub(super) const SAMPLES: &[&str] = &["kilter/sample.css", "kilter/sample.js", "kilter/sample"];

/// Values of `Host` that are the name the client asked for.
const NAMES: &[&str] = &["$host", "$http_host", "$host:$server_port", "$server_name"];

impl Route {
    /// The path that its location is for, if that is one and no pattern.
    pub fn part(&self) -> Option<&str> {
        let path = self.shown.value.strip_prefix("location ")?;
        let path = path.strip_prefix("^~ ").unwrap_or(path);
        (path.starts_with('/') && path.ends_with('/')).then_some(path)
    }
}

impl Engine {
    /// Whether both are of one configuration.
    pub(super) fn is_of(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Nginx { config, .. }, Self::Nginx { config: other, .. }) => {
                Arc::ptr_eq(config, other)
            }
            (Self::Caddy { config, .. }, Self::Caddy { config: other, .. }) => {
                Arc::ptr_eq(config, other)
            }
            (Self::Nginx { .. }, Self::Caddy { .. }) | (Self::Caddy { .. }, Self::Nginx { .. }) => {
                false
            }
        }
    }
}

impl Site {
    /// Whether only the machine itself asks for it: all its names are the machine's own.
    pub fn is_local(&self) -> bool {
        let own = |name: &SiteName| match name {
            SiteName::Host(host) => matches!(Host::parse(host), Host::Loopback),
            SiteName::Many(_) => false,
        };
        !self.names.is_empty() && self.names.iter().all(|name| own(&name.value))
    }

    /// Whether browsers reach it by https. `None` if it listens nowhere that is in view.
    pub fn https(&self) -> Option<Fact<bool>> {
        let tls = self.listeners.iter().find(|listener| listener.value.tls);
        let listener = tls.or(self.listeners.first())?;
        Some(listener.map(|listener| listener.tls))
    }

    /// That requests for a host reach Django under that name. `None` if the host is redirected
    /// first, another is sent on, or nobody can tell.
    pub fn passes_host(&self, host: &str) -> Option<Fact<()>> {
        self.passes_at(host, "/kilter/sample")
    }

    /// The same where a front end has all but a part of the site.
    pub fn passes_part_of_host(&self, host: &str) -> Option<Fact<()>> {
        let mut parts =
            self.routes.iter().filter(|it| it.process.is_some()).filter_map(Route::part);
        self.passes_host(host)
            .or_else(|| parts.find_map(|it| self.passes_at(host, &format!("{it}kilter-sample"))))
    }

    /// The same for one path.
    pub fn passes_at(&self, host: &str, path: &str) -> Option<Fact<()>> {
        let answer = self.passed(host, path)?;
        let sent = self.routes.iter().map(|route| route.sends("host"));
        let mut same = sent.map(|sent| sent.filter(|it| NAMES.contains(&it.value.as_str())));
        let first = same.next()??;
        same.all(|it| it.is_some()).then(|| first.map(|_| ()).given(&answer))
    }

    /// That a path is passed on, if not at once then as no file is there for it: `try_files`.
    fn passed(&self, host: &str, path: &str) -> Option<Fact<()>> {
        let answer = self.ask_in_the_end(host, path)?;
        answer.try_map(|answer| matches!(answer, Answer::Pass).then_some(()))
    }

    /// What answers a path that no file is there for.
    pub(super) fn answer_without_files(&self, path: &str) -> Option<Fact<Answer>> {
        self.ask_in_the_end(self.host(), path)
    }

    fn ask_in_the_end(&self, host: &str, path: &str) -> Option<Fact<Answer>> {
        let Engine::Nginx { config, .. } = &self.engine else { return self.ask(host, path) };
        let passed = self.nginx_answer(config, host, path)?.reply.try_map(|reply| match reply {
            Reply::Proxy(_) | Reply::Gateway(_) => Some(Answer::Pass),
            _ => None,
        });
        passed.or_else(|| self.ask(host, path))
    }

    /// What answers files below a URL. `None` if nobody can tell, or not all alike.
    pub fn answer(&self, url: &Fact<String>) -> Option<Fact<Answer>> {
        let prefix = url.value.strip_suffix('/').unwrap_or(&url.value);
        let mut answers = SAMPLES.iter().map(|sample| {
            let answer = self.ask(self.host(), &format!("{prefix}/{sample}"))?;
            answer.try_map(|answer| answer.below(sample))
        });
        let first = answers.next()??;
        let agree = answers.all(|it| it.is_some_and(|it| it.value == first.value));
        agree.then(|| first.given(url))
    }

    /// The route that a path is passed on by. `None` if it is answered here, or nobody can tell.
    pub fn route_for(&self, path: &str) -> Option<Fact<&Route>> {
        match &self.engine {
            Engine::Nginx { config, .. } => {
                let answer = self.nginx_answer(config, self.host(), path)?;
                let passed = matches!(answer.reply.value, Reply::Proxy(_) | Reply::Gateway(_));
                if !passed || !answer.tried.is_empty() {
                    return None;
                }
                let place = answer.level.place();
                let of = |route: &&Route| route.shown.evidence().place() == place;
                let route = self.routes.iter().find(of)?;
                Some(answer.reply.map(|_| route))
            }
            Engine::Caddy { config, index } => {
                self.caddy_reply(&config.sites[*index], self.host(), path, |reply| {
                    let caddy::Answer::Proxy { .. } = &reply.answer else { return None };
                    let trail = || reply.trail.iter().rev();
                    let of = |place: &Place| {
                        self.routes.iter().find(|it| it.pass.evidence().place() == Some(*place))
                    };
                    trail().find_map(|place| Some(Fact::at(of(place)?, *place)))
                })
            }
        }
    }

    pub fn is_of_caddy(&self) -> bool {
        matches!(self.engine, Engine::Caddy { .. })
    }

    /// The level of its server, if it is nginx's.
    pub fn level_of_server(&self) -> Option<Level<'_>> {
        self.levels().into_iter().next()
    }

    /// Whether it takes another server's word for who asks, and by which scheme.
    pub fn is_behind_another(&self) -> bool {
        let from_outside = ["set_real_ip_from", "real_ip_header"];
        let believes = |level: &Level| !level.in_effect(&from_outside).lines.is_empty();
        let passes_on = |route: &Route| {
            let sent = route.sends("x-forwarded-proto");
            sent.is_some_and(|it| it.value.contains("http_x_forwarded") || it.value == "https")
        };
        self.levels().iter().any(believes) || self.routes.iter().any(passes_on)
    }

    /// The file that a path is answered from, if it is there.
    pub fn file_for(&self, path: &str) -> Option<Fact<Utf8PathBuf>> {
        let answer = self.ask(self.host(), path)?;
        answer.try_map(|answer| match answer {
            Answer::Dir(file) => Some(file.clone()),
            Answer::Pass | Answer::Redirect | Answer::Status(_) => None,
        })
    }

    /// The configuration that answers for it.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// The level of nginx that answers for files below a URL.
    pub fn level_for(&self, url: &str) -> Option<Level<'_>> {
        let Engine::Nginx { config, .. } = &self.engine else { return None };
        let sample = SAMPLES.first()?;
        let path = format!("{}/{sample}", url.trim_end_matches('/'));
        let answer = self.nginx_answer(config, self.host(), &path)?;
        let tried = answer.tried.first().map(|tried| config.level(tried.level));
        Some(tried.unwrap_or(answer.level))
    }

    /// The level of nginx that a route belongs to.
    pub fn level(&self, route: &Route) -> Option<Level<'_>> {
        let place = route.shown.evidence().place();
        self.levels().into_iter().find(|level| level.place() == place)
    }

    /// The levels of nginx that answer for the site: its server, and all locations in it.
    pub fn levels(&self) -> Vec<Level<'_>> {
        let Engine::Nginx { config, index } = &self.engine else { return Vec::new() };
        let Some(server) = config.servers().nth(*index) else { return Vec::new() };
        server.level().with_locations()
    }

    /// The directory that files below a URL are read from.
    pub fn dir_for(&self, deployment: &Deployment, url: &Fact<String>) -> Option<Fact<Dir>> {
        let view = deployment.view(self.view);
        self.answer(url)?.try_map(|answer| match answer {
            Answer::Dir(path) => Some(view.dir(self.view, path)),
            Answer::Pass | Answer::Redirect | Answer::Status(_) => None,
        })
    }

    /// The directory that files below a URL are read from, where a location was written for it: what
    /// answers all other paths as well may be another program's page.
    pub fn own_dir_for(&self, deployment: &Deployment, url: &Fact<String>) -> Option<Fact<Dir>> {
        self.dir_for(deployment, url).filter(|_| !self.answers_as_all_else(&url.value))
    }

    /// Whether it may send a header with what it passes on: some line of its configuration names
    /// it, or a line that could is not in view.
    pub fn may_add(&self, header: &str) -> bool {
        match &self.engine {
            Engine::Nginx { config, .. } => config.levels().any(|level| {
                let names = |line: &nginx::Line| {
                    matches!(line.name.as_str(), "add_header" | "more_set_headers")
                        && line.args.iter().any(|it| it.value.to_ascii_lowercase().contains(header))
                };
                level.lines().iter().any(names)
                    || level.scope().unseen.iter().any(|it| it.place.is_some())
            }),
            Engine::Caddy { config, index } => {
                let site = &config.sites[*index];
                let sent = self.caddy_reply(site, self.host(), "/kilter/sample", |reply| {
                    let fields = reply.response_headers(&[])?;
                    Some(fields.iter().any(|(name, _)| name.eq_ignore_ascii_case(header)))
                });
                sent.unwrap_or(true)
            }
        }
    }

    /// The certificate files that it serves with; none where variables name them.
    pub fn certificates(&self) -> Vec<Fact<Utf8PathBuf>> {
        let Engine::Nginx { config, index } = &self.engine else { return Vec::new() };
        let Some(server) = config.servers().nth(*index).filter(|it| it.may_speak_tls()) else {
            return Vec::new();
        };
        let lines = server.level().in_effect(&["ssl_certificate"]).lines;
        let paths = lines.into_iter().filter_map(|line| line.args.first());
        let paths = paths.filter(|path| path.value.starts_with('/') && !path.value.contains('$'));
        paths.map(|path| path.map(|it| Utf8PathBuf::from(it.as_str()))).collect()
    }

    /// A host that it has, to ask it by.
    pub(super) fn host(&self) -> &str {
        match self.names.first().map(|name| &name.value) {
            Some(SiteName::Host(host)) => host,
            Some(SiteName::Many(_)) | None => "",
        }
    }

    /// The answer to one path; files are taken to be there.
    fn ask(&self, host: &str, path: &str) -> Option<Fact<Answer>> {
        match &self.engine {
            Engine::Nginx { config, .. } => self.ask_nginx(config, host, path),
            Engine::Caddy { config, index } => self.ask_caddy(&config.sites[*index], host, path),
        }
    }

    fn ask_caddy(&self, site: &caddy::Site, host: &str, path: &str) -> Option<Fact<Answer>> {
        self.caddy_reply(site, host, path, |reply| self.caddy_answer(reply))
    }

    /// What Caddy replies.
    pub(super) fn caddy_reply<T>(
        &self,
        site: &caddy::Site,
        host: &str,
        path: &str,
        read: impl FnOnce(&caddy::Reply) -> Option<T>,
    ) -> Option<T> {
        let mut request = caddy::Request::get(host, path);
        if self.listeners.iter().any(|listener| listener.value.tls) {
            request.scheme = caddy::Scheme::Https;
        }
        let replies = site.route(&request);
        // Files are taken to be there: a reply that rests on a missing one is another's.
        read(replies.0.iter().find(|it| it.assumptions.iter().all(|it| it.holds))?)
    }

    fn caddy_answer(&self, reply: &caddy::Reply) -> Option<Fact<Answer>> {
        let at = reply.trail.last().map_or(self.declared.clone(), |place| Fact::at((), *place));
        let answer = match &reply.answer {
            caddy::Answer::File { root, path, server, .. } => {
                let root = server.root.as_ref().or(root.as_ref())?;
                let file = format!("{}{path}", root.value.trim_end_matches('/'));
                return Some(root.map(|_| Answer::Dir(file.into())).given(&at));
            }
            caddy::Answer::Proxy { .. } => Answer::Pass,
            caddy::Answer::Redirect { .. } => Answer::Redirect,
            caddy::Answer::Respond { status, .. } | caddy::Answer::Error { status } => {
                Answer::Status(status.parse().ok()?)
            }
            _ => return None,
        };
        Some(at.map(|()| answer))
    }

    /// What nginx answers, if it is this site that does.
    pub(super) fn nginx_answer<'c>(
        &self,
        config: &'c nginx::Config,
        host: &str,
        path: &str,
    ) -> Option<nginx::Answer<'c>> {
        let Engine::Nginx { index, .. } = &self.engine else { return None };
        let server = config.servers().nth(*index)?;
        let listener = server.listeners().iter().find(|it| it.value.ssl);
        let listener = listener.or(server.listeners().first())?;
        let port = listener.value.address.port()?;
        let arrival = Arrival::Tcp { ip: None, port };
        let request = Request::get(arrival, listener.value.ssl, host, path);
        let answer = config.answer(&request, &|_| None).ok()?;
        // Another server has this name on this port, so this one is never asked.
        (answer.server.level().id() == server.level().id()).then_some(answer)
    }

    fn ask_nginx(&self, config: &nginx::Config, host: &str, path: &str) -> Option<Fact<Answer>> {
        let answer = self.nginx_answer(config, host, path)?;
        if let Some(tried) = answer.tried.first() {
            return Some(tried.path.map(|path| Answer::Dir(path.into())));
        }
        answer.reply.try_map(|reply| match reply {
            Reply::File(path) | Reply::Listing(path) => Some(Answer::Dir(path.into())),
            Reply::Proxy(_) | Reply::Gateway(_) => Some(Answer::Pass),
            Reply::Redirect { .. } => Some(Answer::Redirect),
            Reply::Respond { status, .. } | Reply::Error(status) => Some(Answer::Status(*status)),
            Reply::Own(_) | Reply::Unknown(_) => None,
        })
    }
}

impl Answer {
    /// The folder that holds what was asked for; `None` if the file has another name than the URL.
    fn below(&self, sample: &str) -> Option<Self> {
        let Self::Dir(path) = self else { return Some(self.clone()) };
        let folder = path.as_str().strip_suffix(sample)?;
        Some(Self::Dir(normalize(Utf8Path::new(folder))))
    }
}

impl Route {
    /// The value that a header is sent with, if the proxy sets it.
    pub fn sends(&self, header: &str) -> Option<&Fact<String>> {
        let header = header.to_ascii_lowercase();
        self.sent.iter().find(|(name, _)| *name == header).map(|(_, value)| value)
    }

    /// Whether it is what a site passes on if nothing else is said.
    pub fn is_for_everything(&self) -> bool {
        matches!(self.shown.value.as_str(), "location /" | "server")
    }

    /// Whether connections can become WebSockets.
    pub fn upgrades(&self) -> bool {
        self.sends("upgrade").is_some_and(|value| !value.value.is_empty())
    }

    /// That a header is surely not set, so that a client's own passes or none is sent.
    pub fn does_not_send(&self, header: &str) -> Option<Fact<()>> {
        self.sends(header).is_none().then(|| self.sent_whole.clone())
    }
}

impl From<&Site> for Subject {
    fn from(site: &Site) -> Self {
        Self::Site(site.name.clone())
    }
}
