//! A request's way through nginx's phases to what answers it (`ngx_http_core_run_phases`).

use crate::fact::Fact;
use crate::model::nginx::choose::Server;
use crate::model::nginx::level::Level;
use crate::model::nginx::pattern::Groups;
use crate::model::nginx::reply::{Answer, Header, Reply, Step, Tried};
use crate::model::nginx::request::{Disk, Request};
use crate::model::nginx::rewrite::{Flow, REDIRECTS};
use crate::model::nginx::scope::{Context, Line};
use crate::model::nginx::text::Unknown;
use crate::model::nginx::uri::{self, Escape, Uri};
use crate::model::nginx::{Config, headers, names};
use std::collections::BTreeMap;

/// Inner redirects and rewrites that nginx allows one request (`NGX_HTTP_MAX_URI_CHANGES`).
const CHANGES: u8 = 10;

impl Config {
    /// What answers a request. Where that depends on files, `disk` is asked, and where it cannot
    /// tell, files are taken to be there if nothing comes after them.
    pub fn answer(&self, request: &Request, disk: Disk) -> Result<Answer<'_>, Unknown> {
        let chosen = self.choose(&request.arrival, &request.host)?;
        let mut state = State::new(self, chosen.server, request, disk);
        state.caught(chosen.groups);
        state.steps.push(chosen.why.clone());
        let reply = state.run(chosen.default).given(&chosen.why);
        Ok(state.into_answer(reply))
    }

    /// What a server answers that has this request, whoever chose it: by a name that is yet to be
    /// filled in.
    pub fn answer_by<'c>(
        &'c self,
        server: Server<'c>,
        request: &Request,
        disk: Disk,
    ) -> Answer<'c> {
        let mut state = State::new(self, server, request, disk);
        let reply = state.run(server);
        state.into_answer(reply)
    }
}

/// What a request is at some point of its way.
pub(super) struct State<'c, 'r> {
    pub(super) config: &'c Config,
    pub(super) server: Server<'c>,
    pub(super) request: &'r Request,
    pub(super) disk: Disk<'r>,
    /// The level whose settings hold now.
    pub(super) level: Level<'c>,
    pub(super) uri: Uri,
    pub(super) method: String,
    /// Variables that were set, and groups with names.
    pub(super) set: BTreeMap<String, Result<String, Unknown>>,
    pub(super) groups: Groups,
    pub(super) depth: usize,
    /// nginx itself changed the URI, so `internal` locations are open.
    pub(super) internal: bool,
    /// The URI is still the client's, and is passed on as it came.
    pub(super) unparsed: bool,
    /// The URI still begins with the location's path.
    pub(super) valid_location: bool,
    pub(super) uri_changed: bool,
    /// Groups are escaped where they are used, if the URI was.
    pub(super) escapes_groups: bool,
    pub(super) tried: Vec<Tried>,
    pub(super) conditions: Vec<Fact<()>>,
    steps: Vec<Step>,
    changes: u8,
    error_page: bool,
    /// What `error_page` makes of the status of whatever comes.
    error_status: Option<u16>,
}

/// What comes after a phase.
pub(super) enum Next {
    Reply(Fact<Reply>),
    /// Path and query of an inner redirect.
    Redirect(Fact<(String, String)>),
    Named(Fact<String>),
    /// A status that `error_page` may be for.
    Error(Fact<u16>),
}

impl<'c, 'r> State<'c, 'r> {
    fn new(config: &'c Config, server: Server<'c>, request: &'r Request, disk: Disk<'r>) -> Self {
        Self {
            config,
            server,
            request,
            disk,
            level: server.level(),
            uri: Uri::default(),
            method: request.method.clone(),
            set: BTreeMap::new(),
            groups: Groups::default(),
            depth: 0,
            internal: false,
            unparsed: true,
            valid_location: true,
            uri_changed: false,
            escapes_groups: true,
            tried: Vec::new(),
            conditions: Vec::new(),
            steps: Vec::new(),
            changes: CHANGES + 1,
            error_page: false,
            error_status: None,
        }
    }

    pub(super) fn step(&mut self, line: &Line, what: &str) {
        self.steps.push(line.fact(what.to_owned()));
    }

    /// Takes over what an expression caught.
    pub(super) fn caught(&mut self, groups: Groups) {
        let named = groups.named.iter().map(|(name, text)| (name.to_ascii_lowercase(), text));
        self.set.extend(named.map(|(name, text)| (name, Ok(text.clone()))));
        self.groups = groups;
    }

    fn run(&mut self, default: Server<'c>) -> Fact<Reply> {
        let merges = default.level().is_on("merge_slashes", true, "ngx_http_core_module");
        let Some(uri) = uri::normalized(&self.request.uri, merges.value) else {
            return self.level.fact(Reply::Error(400));
        };
        self.uri = uri;
        let mut next = self.enter_server();
        // Each turn but the last uses up one change of the URI, or the one error page.
        loop {
            next = match next {
                Next::Reply(reply) => return reply,
                Next::Error(status) => match self.error_page(&status) {
                    Some(next) => next,
                    None => return status.map(|status| Reply::Error(*status)),
                },
                Next::Redirect(to) => match self.changed() {
                    true => self.redirected(&to),
                    false => return to.map(|_| Reply::Error(500)),
                },
                Next::Named(name) => match self.changed() {
                    true => self.named(&name),
                    false => return name.map(|_| Reply::Error(500)),
                },
            };
        }
    }

    fn changed(&mut self) -> bool {
        self.changes = self.changes.saturating_sub(1);
        self.changes > 0
    }

    fn redirected(&mut self, to: &Fact<(String, String)>) -> Next {
        self.steps.push(to.map(|(path, _)| format!("continues with `{path}`")));
        (self.uri.path, self.uri.args) = to.value.clone();
        (self.internal, self.unparsed, self.valid_location) = (true, false, true);
        self.enter_server()
    }

    fn named(&mut self, name: &Fact<String>) -> Next {
        let Some(location) = self.server.named(&name.value) else {
            return Next::Reply(name.map(|_| Reply::Error(500)));
        };
        self.steps.push(name.map(|name| format!("continues in `{name}`")));
        self.internal = true;
        self.level = location;
        self.in_location()
    }

    fn enter_server(&mut self) -> Next {
        self.level = self.server.level();
        match self.rewrite(self.level) {
            Ok(Flow::On | Flow::Stop) => {}
            Ok(Flow::Reply(reply)) => return reply_or_error(reply),
            Err(why) => return Next::Reply(why.map(|why| Reply::Unknown(why.clone()))),
        }
        self.find_location()
    }

    fn find_location(&mut self) -> Next {
        self.uri_changed = false;
        let located = match self.server.locate_decoded(&self.uri.path) {
            Ok(located) => located,
            Err(why) => return Next::Reply(self.level.fact(Reply::Unknown(why))),
        };
        self.level = located.level;
        self.steps.push(located.why.clone());
        if let Some(groups) = located.groups {
            self.caught(groups);
        }
        let marked = self.level.in_effect(&["internal"]).lines.first().copied();
        if let Some(line) = marked.filter(|_| !self.internal) {
            return Next::Error(line.fact(404));
        }
        if located.adds_slash {
            let path = self.level.matcher().and_then(|it| it.path()).unwrap_or_default();
            let query = if self.uri.args.is_empty() { "" } else { "?" };
            let path = uri::escaped(path, Escape::Uri);
            let location = Ok(self.absolute(format!("{path}{query}{}", self.uri.args)));
            return Next::Reply(located.why.map(|_| Reply::Redirect { status: 301, location }));
        }
        self.in_location()
    }

    /// Rewriting in a location and, unless that changes the URI, what comes after it.
    fn in_location(&mut self) -> Next {
        if self.level.context() == Context::Server {
            // The server's own lines ran already.
            return self.content();
        }
        self.limit_methods();
        match self.rewrite(self.level) {
            Ok(Flow::On | Flow::Stop) => {}
            Ok(Flow::Reply(reply)) => return reply_or_error(reply),
            Err(why) => return Next::Reply(why.map(|why| Reply::Unknown(why.clone()))),
        }
        if !self.uri_changed {
            return self.content();
        }
        if !self.changed() {
            return Next::Reply(self.level.fact(Reply::Error(500)));
        }
        self.level = self.server.level();
        self.find_location()
    }

    /// `limit_except` has the methods that it does not name; GET includes HEAD. It takes the
    /// location's place, so that not even its rewriting is run.
    fn limit_methods(&mut self) {
        let method = self.method.as_str();
        let listed =
            |line: &Line| line.has_arg(method) || (method == "HEAD" && line.has_arg("GET"));
        let level = self.level;
        let line = level.own("limit_except").find(|line| !listed(line));
        if let Some(body) = line.and_then(|line| line.body) {
            self.level = self.config.level(body);
        }
    }

    /// What `error_page` does about a status: once for a request, unless it is recursive.
    fn error_page(&mut self, status: &Fact<u16>) -> Option<Next> {
        let recursive = self.level.is_on("recursive_error_pages", false, "ngx_http_core_module");
        if self.error_page {
            return None;
        }
        let found = self.level.in_effect(&["error_page"]);
        if found.lines.is_empty() {
            return None;
        }
        self.error_page = !recursive.value;
        let code = status.value.to_string();
        let line = found.lines.iter().find(|line| line.has_arg(&code))?;
        let target = found.doubted(line.args.last()?.clone());
        // `=200` is that status, `=` that of the page, and without either the error stays.
        let option = line.args.iter().find_map(|arg| arg.value.strip_prefix('='));
        self.error_status = match option {
            Some(status) => status.parse().ok(),
            None => Some(status.value),
        };
        Some(match self.filled(&target.value) {
            Ok(uri) if uri.starts_with('@') => Next::Named(target.map(|_| uri)),
            Ok(uri) if uri.starts_with('/') => {
                if self.method != "HEAD" {
                    self.method = "GET".to_owned();
                }
                let (path, args) = uri.split_once('?').unwrap_or((&uri, ""));
                Next::Redirect(target.map(|_| (path.to_owned(), args.to_owned())))
            }
            Ok(url) => {
                let given = option.and_then(|it| it.parse().ok());
                let status = given.filter(|it| REDIRECTS.contains(it)).unwrap_or(302);
                Next::Reply(target.map(|_| Reply::Redirect { status, location: Ok(url.clone()) }))
            }
            Err(why) => Next::Reply(target.map(|_| Reply::Unknown(why))),
        })
    }

    /// A Location header as it is sent: `absolute_redirect` puts the host before a path.
    pub(super) fn absolute(&mut self, location: String) -> String {
        let absolute = self.level.is_on("absolute_redirect", true, "ngx_http_core_module");
        if !location.starts_with('/') || !absolute.value {
            return location;
        }
        let own = self.level.is_on("server_name_in_redirect", false, "ngx_http_core_module");
        let host = names::host(&self.request.host).filter(|_| !own.value);
        let host = host.or_else(|| self.variable("server_name").ok()).unwrap_or_default();
        let with_port = self.level.is_on("port_in_redirect", true, "ngx_http_core_module");
        let usual = if self.request.tls { "443" } else { "80" };
        let port =
            self.variable("server_port").ok().filter(|port| with_port.value && port != usual);
        let port = port.map(|port| format!(":{port}")).unwrap_or_default();
        format!("{}://{host}{port}{location}", self.request.scheme())
    }

    fn header(&mut self, name: Fact<String>, value: &Fact<String>, always: bool) -> Header {
        Header { value: self.filled(&value.value), name: name.given(value), always }
    }

    fn into_answer(mut self, reply: Fact<Reply>) -> Answer<'c> {
        let own = reply.value.own_status();
        let status = if reply.value.is_of_its_own() { own } else { self.error_status.or(own) };
        let plain = status.is_none_or(|status| headers::PLAIN_STATUSES.contains(&status));
        let added = self.level.added_headers().into_iter().filter(|it| plain || it.always);
        let added = added.map(|it| self.header(it.name, &it.value, it.always)).collect();
        let (sent, variables) = match &reply.value {
            Reply::Proxy(_) => (self.level.sent_headers(), Vec::new()),
            Reply::Gateway(it) if it.is_uwsgi() => {
                (self.level.sent_variables(), self.level.set_variables())
            }
            _ => (Vec::new(), Vec::new()),
        };
        let sent = sent.into_iter().map(|it| self.header(it.name, &it.value, true)).collect();
        let variables = variables.into_iter();
        let variables = variables.map(|it| self.header(it.name, &it.value, true)).collect();
        Answer {
            server: self.server,
            level: self.level,
            reply,
            status,
            tried: self.tried,
            conditions: self.conditions,
            steps: self.steps,
            added,
            sent,
            variables,
        }
    }
}

/// `return 404` without a text is an error like any other.
fn reply_or_error(reply: Fact<Reply>) -> Next {
    if let Reply::Error(status) = reply.value {
        return Next::Error(reply.map(|_| status));
    }
    Next::Reply(reply)
}
