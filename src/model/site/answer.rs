//! What a site answers for a path, asked from the web server that it is of.

use crate::fact::Fact;
use crate::model::caddy;
use crate::model::nginx::{self, Address, Arrival, Level, Reply, Request};
use crate::model::{Deployment, Dir, Engine, Route, Site};
use crate::source::{Place, normalize};
use camino::{Utf8Path, Utf8PathBuf};
use std::mem::discriminant;

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
pub(in crate::model) const SAMPLES: &[&str] =
    &["kilter/sample.css", "kilter/sample.js", "kilter/sample"];

/// Values of `Host` that are the name the client asked for.
const NAMES: &[&str] = &["$host", "$http_host", "$host:$server_port"];

impl Site {
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
        let mut same = sent.map(|sent| sent.filter(|it| self.sends_name(&it.value, host)));
        let first = same.next()??;
        same.all(|it| it.is_some()).then(|| first.map(|_| ()).given(&answer))
    }

    /// The location that requests for a host reach Django by under that name, where the site may answer all else
    /// itself. What programs ask for, who follow no redirect, is none.
    pub fn passed_part(&self, host: &str) -> Option<Fact<String>> {
        const OF_PROGRAMS: [&str; 8] =
            ["callback", "health", "hook", "ipn", "metrics", "ping", "status", "well-known"];
        let passed = self.routes.iter().filter(|it| it.process.is_some());
        passed.into_iter().find_map(|route| {
            let part = route.part().filter(|it| !OF_PROGRAMS.iter().any(|of| it.contains(of)))?;
            let sent = route.sends("host").filter(|it| self.sends_name(&it.value, host))?;
            let answer = self.passed(host, &format!("{part}kilter-sample"))?;
            Some(route.shown.map(|_| part.to_owned()).given(sent).given(&answer))
        })
    }

    /// Whether a value of `Host` is the name that was asked for. nginx knows a server by its first.
    fn sends_name(&self, value: &str, host: &str) -> bool {
        match value {
            "$server_name" => self.host() == host,
            value => NAMES.contains(&value) || value == host,
        }
    }

    /// That a path is passed on, if not at once then as no file is there for it: `try_files`.
    fn passed(&self, host: &str, path: &str) -> Option<Fact<()>> {
        let answer = self.ask_in_the_end(host, path)?;
        answer.try_map(|answer| matches!(answer, Answer::Pass).then_some(()))
    }

    /// What answers a path that no file is there for.
    pub(in crate::model) fn answer_without_files(&self, path: &str) -> Option<Fact<Answer>> {
        self.ask_in_the_end(self.host(), path)
    }

    fn ask_in_the_end(&self, host: &str, path: &str) -> Option<Fact<Answer>> {
        let config = match &self.engine {
            Engine::Nginx { config, .. } => config,
            Engine::Caddy { config, index } => {
                let reply = |reply: &caddy::Reply<'_>| self.caddy_answer(reply);
                return self.caddy_reply_if(&config.sites[*index], host, path, false, reply);
            }
            Engine::Traefik { .. } => return self.ask(host, path),
        };
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

    /// That nginx sends whoever asks it by plain http to the usual port of https, for the first page and
    /// for all others.
    pub fn sends_all_to_https(&self) -> Option<Fact<()>> {
        let host = if self.host().is_empty() { "kilter.example" } else { self.host() };
        self.sends_to_https(host, "https://")
    }

    /// The same for whoever asks for a host, where the address begins so.
    pub(in crate::model) fn sends_to_https(&self, host: &str, begin: &str) -> Option<Fact<()>> {
        let Engine::Nginx { config, .. } = &self.engine else { return None };
        let sent = |path: &str| {
            let reply = self.nginx_answer(config, host, path)?.reply;
            reply.try_map(|reply| match reply {
                Reply::Redirect { location: Ok(to), .. } => {
                    (to.starts_with(begin) && is_at_usual_port(to)).then_some(())
                }
                _ => None,
            })
        };
        Some(sent("/")?.given(&sent("/kilter/sample")?))
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
            Engine::Traefik { config, index } => {
                let router = config.sites[*index].router(self.host(), path)?;
                let route = self.routes.iter().find(|it| it.shown.value == router.shown())?;
                Some(router.rule.map(|_| route))
            }
        }
    }

    /// The file that a path is answered from, if it is there.
    pub fn file_for(&self, path: &str) -> Option<Fact<Utf8PathBuf>> {
        let answer = self.ask(self.host(), path)?;
        answer.try_map(|answer| match answer {
            Answer::Dir(file) => Some(file.clone()),
            Answer::Pass | Answer::Redirect | Answer::Status(_) => None,
        })
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

    /// The directory that files below a URL are read from.
    pub fn dir_for(&self, deployment: &Deployment, url: &Fact<String>) -> Option<Fact<Dir>> {
        let view = deployment.view(self.view);
        self.answer(url)?.try_map(|answer| match answer {
            Answer::Dir(path) => Some(view.dir(self.view, path)),
            Answer::Pass | Answer::Redirect | Answer::Status(_) => None,
        })
    }

    /// The directory that files below a URL are read from, where a location was written for it: what
    /// answers all other paths as well may be another program's page, and so may what is passed on
    /// where no file is.
    pub fn own_dir_for(&self, deployment: &Deployment, url: &Fact<String>) -> Option<Fact<Dir>> {
        let sample = format!("{}/kilter/sample.css", url.value.trim_end_matches('/'));
        let is_passed = || {
            self.answer_without_files(&sample).is_some_and(|answer| answer.value == Answer::Pass)
        };
        let one = !self.answers_as_all_else(&url.value)
            && !self.tries_elsewhere(&url.value)
            && !self.looks_elsewhere(&sample)
            && !is_passed();
        self.dir_for(deployment, url).filter(|_| one)
    }

    /// Whether what answers below a URL looks for a file before it does anything else:
    /// `if (!-f $request_filename)`.
    pub fn looks_for_files(&self, url: &str) -> bool {
        let sample = format!("{}/kilter/sample.css", url.trim_end_matches('/'));
        self.level_for(&sample).is_some_and(|level| level.without_file().is_some())
    }

    /// Whether a file that is not where it is looked for first is looked for in another folder: in that of
    /// the named location that `try_files` or `error_page` leads to.
    fn looks_elsewhere(&self, sample: &str) -> bool {
        let Engine::Nginx { config, .. } = &self.engine else { return false };
        let Some(answer) = self.nginx_answer(config, self.host(), sample) else { return false };
        let first = answer.tried.first();
        let in_end = match &answer.reply.value {
            Reply::File(path) => Some(path.as_str()),
            _ => None,
        };
        let named = first.zip(in_end).is_some_and(|(first, end)| {
            let name = Utf8Path::new(sample).file_name().unwrap_or_default();
            end.ends_with(name) && end != first.path.value
        });
        let level = first.map_or(answer.level, |tried| config.level(tried.level));
        named || level.in_effect(&["error_page"]).lines.iter().any(|line| follows_absence(line))
    }

    /// Whether files are looked for in several places, of which the first is no more than that:
    /// `try_files /old/$1 $uri =404`.
    fn tries_elsewhere(&self, url: &str) -> bool {
        let sample = format!("{}/kilter/sample.css", url.trim_end_matches('/'));
        let Some(level) = self.level_for(&sample) else { return false };
        let Some(line) = level.own("try_files").next() else { return false };
        line.args.len() > 2 && line.arg(0).is_some_and(|it| !it.starts_with("$uri"))
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
            Engine::Traefik { config, .. } => {
                config.added.iter().any(|it| it.eq_ignore_ascii_case(header))
            }
        }
    }

    /// Whether nginx marks the cookies of what a route leads to as secure (ngx_http_proxy_module,
    /// "proxy_cookie_flags"), or puts that behind their path ("proxy_cookie_path"); or may, by what it
    /// includes out of view.
    pub fn marks_cookies(&self, route: &Route) -> bool {
        let Some(level) = self.level(route) else { return false };
        let marks = |name: &str| {
            let found = level.in_effect(&[name]);
            let says = |it: &Fact<String>| it.value.to_ascii_lowercase().contains("secure");
            found.lines.iter().any(|line| line.args.iter().any(says))
        };
        level.includes_unseen() || marks("proxy_cookie_flags") || marks("proxy_cookie_path")
    }

    /// What the web server adds to answers that come over a route, beside a header that the
    /// application itself sends.
    pub fn added_beside(&self, route: &Route, header: &str, own: &str) -> Option<Fact<String>> {
        let value = match &self.engine {
            Engine::Nginx { .. } => self.level(route)?.added_beside(header)?.value,
            Engine::Caddy { config, index } => {
                let site = &config.sites[*index];
                self.caddy_reply(site, self.host(), "/kilter/sample", |reply| {
                    let place = route.pass.evidence().place()?;
                    let asked = reply.trail.contains(&place);
                    reply.added_beside(header, own).filter(|_| asked)
                })?
            }
            Engine::Traefik { .. } => return None,
        };
        (!value.value.contains(['$', '{'])).then_some(value)
    }

    /// The answer to one path; files are taken to be there.
    fn ask(&self, host: &str, path: &str) -> Option<Fact<Answer>> {
        match &self.engine {
            Engine::Nginx { config, .. } => self.ask_nginx(config, host, path),
            Engine::Caddy { config, index } => self.ask_caddy(&config.sites[*index], host, path),
            Engine::Traefik { config, index } => config.sites[*index].ask(host, path),
        }
    }

    fn ask_caddy(&self, site: &caddy::Site, host: &str, path: &str) -> Option<Fact<Answer>> {
        self.caddy_reply(site, host, path, |reply| self.caddy_answer(reply))
    }

    /// What Caddy replies where the files are there that matchers look for.
    pub(in crate::model) fn caddy_reply<T>(
        &self,
        site: &caddy::Site,
        host: &str,
        path: &str,
        read: impl FnOnce(&caddy::Reply) -> Option<T>,
    ) -> Option<T> {
        self.caddy_reply_if(site, host, path, true, read)
    }

    /// The same where all or none of them are. `None` if something else decides what kind of answer
    /// that is, as an `expression` does.
    fn caddy_reply_if<T>(
        &self,
        site: &caddy::Site,
        host: &str,
        path: &str,
        are_there: bool,
        read: impl FnOnce(&caddy::Reply) -> Option<T>,
    ) -> Option<T> {
        let mut request = caddy::Request::get(host, path);
        if self.speaks_tls() {
            request.scheme = caddy::Scheme::Https;
        }
        let replies = site.route(&request);
        let fits = |it: &&caddy::Reply| {
            it.assumptions.iter().all(|it| !it.is_of_files || it.holds == are_there)
        };
        let holds = |it: &&caddy::Reply| it.assumptions.iter().all(|it| it.is_of_files || it.holds);
        let fitting = || replies.0.iter().filter(fits);
        let first = fitting().find(holds)?;
        let kind = discriminant(&first.answer);
        fitting().all(|it| discriminant(&it.answer) == kind).then(|| read(first))?
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
    pub(in crate::model) fn nginx_answer<'c>(
        &self,
        config: &'c nginx::Config,
        host: &str,
        path: &str,
    ) -> Option<nginx::Answer<'c>> {
        let Engine::Nginx { index, .. } = &self.engine else { return None };
        let server = config.servers().nth(*index)?;
        let listener = server.listeners().iter().find(|it| it.value.ssl);
        let listener = listener.or(server.listeners().first())?;
        let Some(port) = listener.value.address.port() else {
            // Whatever is put in the place of `{{ port }}`, this site answers there.
            let is_open = matches!(listener.value.address, Address::Unknown(_));
            let arrival = Arrival::port(if listener.value.ssl { 443 } else { 80 });
            let request = Request::get(arrival, listener.value.ssl, host, path);
            return is_open.then(|| config.answer_by(server, &request, &|_| None));
        };
        let request = Request::get(Arrival::port(port), listener.value.ssl, host, path);
        // No host that is known leads there, and some will.
        let is_open = |name: &Fact<nginx::Name>| matches!(name.value, nginx::Name::Unknown(_));
        if host.is_empty() && server.names().iter().all(is_open) && !server.names().is_empty() {
            return Some(config.answer_by(server, &request, &|_| None));
        }
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

/// Whether an `error_page` leads on to a named location from what comes of a file that is not there, or may
/// not be read (`ngx_http_static_handler`).
fn follows_absence(line: &nginx::Line) -> bool {
    let Some((to, codes)) = line.args.split_last() else { return false };
    to.value.starts_with('@') && codes.iter().any(|it| matches!(it.value.as_str(), "403" | "404"))
}

/// Whether an address is by https, and names no port but that of https.
fn is_at_usual_port(url: &str) -> bool {
    let Some(rest) = url.strip_prefix("https://") else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    authority.rsplit_once(':').is_none_or(|(_, port)| port == "443")
}
