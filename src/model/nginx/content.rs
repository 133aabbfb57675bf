//! What a location does once it is chosen: access, `try_files`, its handler, files and indices.

use crate::fact::{Certainty, Fact};
use crate::model::nginx::access::{self, Verdict};
use crate::model::nginx::answer::{Next, State};
use crate::model::nginx::handler::{Handler, Pass};
use crate::model::nginx::level::{Level, Served};
use crate::model::nginx::matcher::Matcher;
use crate::model::nginx::reply::{Proxied, Reply, Tried};
use crate::model::nginx::request::Entry;
use crate::model::nginx::text::{Unknown, has_variable};
use crate::model::nginx::uri::{Escape, escaped};

impl<'c> State<'c, '_> {
    /// The phases after rewriting.
    pub(super) fn content(&mut self) -> Next {
        if let Some(refused) = self.access() {
            return refused;
        }
        if let Some(next) = self.try_files() {
            return next;
        }
        let handler = self.level.handler();
        match &handler.value {
            Handler::Proxy(_) => self.proxied(&handler),
            Handler::Gateway(gateway) => {
                Next::Reply(handler.map(|_| Reply::Gateway(gateway.clone())))
            }
            Handler::Own(name) => Next::Reply(handler.map(|_| Reply::Own(name.clone()))),
            Handler::Files => self.files(),
        }
    }

    /// Addresses and passwords: both have to be right, or one with `satisfy any`.
    fn access(&mut self) -> Option<Next> {
        let any = self.level.value("satisfy").is_some_and(|it| it.value == "any");
        let mut refused = None;
        match access::verdict(self.level, self.request.client) {
            Verdict::Allowed if any => return None,
            Verdict::Open | Verdict::Allowed => {}
            Verdict::Depends(line) => self.conditions.push(line),
            Verdict::Denied(line) if any => refused = Some(Next::Error(line.map(|()| 403))),
            Verdict::Denied(line) => return Some(Next::Error(line.map(|()| 403))),
        }
        for name in ["auth_basic", "auth_request", "auth_jwt"] {
            let found = self.level.in_effect(&[name]);
            let on = found.lines.iter().find(|line| line.arg(0) != Some("off"));
            let Some(line) = on else { continue };
            let missing = name == "auth_basic"
                && self.variable("http_authorization").is_ok_and(|header| header.is_empty());
            if missing {
                return Some(Next::Error(found.doubted(line.fact(401))));
            }
            // Who knows the password passes.
            refused = None;
            self.conditions.push(line.fact(()));
        }
        refused
    }

    /// `try_files` of this very level: it is not inherited. The last argument is not tried.
    fn try_files(&mut self) -> Option<Next> {
        let line = self.level.own("try_files").next()?;
        let (last, candidates) = line.args.split_last()?;
        if let Some(refused) = self.lost_alias() {
            return Some(refused);
        }
        // `=404` is a status in the last place alone; before it a file is looked for that nobody has.
        let is_code = |text: &str| {
            text.strip_prefix('=').is_some_and(|it| it.bytes().all(|it| it.is_ascii_digit()))
        };
        for candidate in candidates.iter().filter(|it| !is_code(&it.value)) {
            let (text, wanted) = match candidate.value.strip_suffix('/') {
                Some(folder) => (folder, Entry::Folder),
                None => (candidate.value.as_str(), Entry::File),
            };
            let (path, uri) = match self.candidate(text) {
                Ok(found) => found,
                Err(why) => return Some(Next::Reply(candidate.map(|_| Reply::Unknown(why)))),
            };
            match self.entry(&path) {
                Some(entry) if entry == wanted => {
                    self.uri.path = uri;
                    self.step(line, "this file is there");
                    return None;
                }
                // The last argument led back here, and nginx would go round for ever without it.
                None if wanted == Entry::File && self.has_tried(&path) => {
                    self.uri.path = uri;
                    self.step(line, "looked for once more, so it has to be there");
                    return None;
                }
                None if wanted == Entry::File => {
                    self.tried.push(Tried { path: candidate.map(|_| path), level: self.level.id });
                }
                Some(_) | None => {}
            }
        }
        Some(self.fallback(last))
    }

    fn has_tried(&self, path: &str) -> bool {
        self.tried.iter().any(|it| it.path.value == path && it.level == self.level.id)
    }

    /// The path of a candidate, and the URI that the request has if it is there.
    fn candidate(&mut self, text: &str) -> Result<(String, String), Unknown> {
        let filled = self.filled(text)?;
        let Served::Alias { to, location } = self.level.served() else {
            return Ok((self.path_of(&filled)?, filled));
        };
        let to = self.filled(&to.value)?;
        let Some(own) = location.matcher().and_then(Matcher::path) else {
            return Ok((format!("{to}{filled}"), filled));
        };
        // The location's path is cut off where a variable brought it in.
        let cut = filled.strip_prefix(own).filter(|_| has_variable(text));
        let rest = cut.unwrap_or(&filled);
        Ok((format!("{to}{rest}"), format!("{own}{rest}")))
    }

    /// What lies at a path; with a slash behind it, no file can.
    fn entry(&self, path: &str) -> Option<Entry> {
        match (self.disk)(path.strip_suffix('/').unwrap_or(path))? {
            Entry::File if path.ends_with('/') => Some(Entry::Nothing),
            entry @ (Entry::File | Entry::Folder | Entry::Nothing) => Some(entry),
        }
    }

    fn fallback(&mut self, last: &Fact<String>) -> Next {
        if let Some(status) = last.value.strip_prefix('=') {
            return match status.parse() {
                Ok(status) => Next::Error(last.map(|_| status)),
                Err(_) => Next::Reply(last.map(|_| Reply::Error(500))),
            };
        }
        match self.filled(&last.value) {
            Ok(uri) if uri.starts_with('@') => Next::Named(last.map(|_| uri)),
            Ok(uri) => {
                let (path, args) = uri.split_once('?').unwrap_or((&uri, ""));
                Next::Redirect(last.map(|_| (path.to_owned(), args.to_owned())))
            }
            Err(why) => Next::Reply(last.map(|_| Reply::Unknown(why))),
        }
    }

    fn files(&mut self) -> Next {
        let fact = self.level.fact(());
        let readable = matches!(self.method.as_str(), "GET" | "HEAD" | "POST");
        if self.uri.path.ends_with('/') {
            return if readable { self.index() } else { Next::Error(fact.map(|()| 405)) };
        }
        if !readable {
            return Next::Error(fact.map(|()| 405));
        }
        if let Some(refused) = self.lost_alias() {
            return refused;
        }
        let path = match self.file() {
            Ok(path) => path,
            Err(why) => return Next::Reply(fact.map(|()| Reply::Unknown(why))),
        };
        let from = self.served_from();
        match self.entry(&path) {
            Some(Entry::File) if self.method == "POST" => Next::Error(from.map(|()| 405)),
            Some(Entry::File) | None => Next::Reply(from.map(|()| Reply::File(path))),
            Some(Entry::Nothing) => Next::Error(from.map(|()| 404)),
            Some(Entry::Folder) => {
                let args = match self.uri.args.as_str() {
                    "" => String::new(),
                    args => format!("?{args}"),
                };
                let location = format!("{}/{args}", escaped(&self.uri.path, Escape::Uri));
                let location = Ok(self.absolute(location));
                Next::Reply(from.map(|()| Reply::Redirect { status: 301, location }))
            }
        }
    }

    /// An alias counts from the location's path, which a rewritten URI need not have.
    fn lost_alias(&self) -> Option<Next> {
        match self.level.served() {
            Served::Alias { to, .. } if !self.valid_location => Some(Next::Error(to.map(|_| 500))),
            Served::Alias { .. } | Served::Root(_) => None,
        }
    }

    /// The first index file that is there, by an inner redirect; else a listing.
    fn index(&mut self) -> Next {
        let found = self.level.in_effect(&["index"]);
        let default = self.level.value_or("index", "index.html", "ngx_http_index_module");
        let names: Vec<Fact<String>> = match found.lines.is_empty() {
            true => vec![default],
            false => found.lines.iter().flat_map(|line| &line.args).cloned().collect(),
        };
        if let Some(refused) = self.lost_alias() {
            return refused;
        }
        let from = self.served_from();
        let folder = match self.file() {
            Ok(folder) => folder,
            Err(why) => return Next::Reply(from.map(|()| Reply::Unknown(why))),
        };
        for name in &names {
            let filled = match self.filled(&name.value) {
                Ok(filled) => filled,
                Err(why) => return Next::Reply(name.map(|_| Reply::Unknown(why))),
            };
            if filled.starts_with('/') {
                return Next::Redirect(name.map(|_| (filled, self.uri.args.clone())));
            }
            let uri = (format!("{}{filled}", self.uri.path), self.uri.args.clone());
            match self.entry(&format!("{folder}{filled}")) {
                // Without the folder, none of the others is looked for.
                Some(Entry::Nothing) => {
                    if let Some(status) = self.no_folder(&folder) {
                        return Next::Error(from.map(|()| status));
                    }
                }
                Some(Entry::File | Entry::Folder) => return Next::Redirect(name.map(|_| uri)),
                None => {
                    let next = name.map(|_| uri).given(&from);
                    let why = "whether the index file is there is not known";
                    return Next::Redirect(next.doubt(Certainty::Likely, why));
                }
            }
        }
        let listed = self.level.is_on("autoindex", false, "ngx_http_autoindex_module");
        if listed.value {
            return Next::Reply(listed.map(|_| Reply::Listing(folder)));
        }
        Next::Error(from.map(|()| 403))
    }

    /// The error for what is no folder (`ngx_http_index_test_dir`).
    fn no_folder(&self, path: &str) -> Option<u16> {
        match self.entry(path.trim_end_matches('/'))? {
            Entry::Folder => None,
            // An alias without a slash behind it leads nginx astray.
            Entry::File if !path.ends_with('/') => Some(500),
            Entry::File | Entry::Nothing => Some(404),
        }
    }

    /// The line that says where files come from.
    fn served_from(&self) -> Fact<()> {
        match self.level.served() {
            Served::Root(dir) | Served::Alias { to: dir, .. } => dir.map(|_| ()),
        }
    }

    pub(super) fn document_root(&mut self) -> Result<String, Unknown> {
        match self.level.served() {
            Served::Root(root) => self.filled(&root.value),
            Served::Alias { to, .. } => self.filled(&to.value),
        }
    }

    /// `$request_filename`.
    pub(super) fn file(&mut self) -> Result<String, Unknown> {
        let path = self.uri.path.clone();
        self.path_of(&path)
    }

    /// The path of the machine that a decoded URI path stands for here
    /// (`ngx_http_map_uri_to_path`).
    fn path_of(&mut self, path: &str) -> Result<String, Unknown> {
        match self.level.served() {
            Served::Root(root) => Ok(format!("{}{path}", self.filled(&root.value)?)),
            Served::Alias { .. } if !self.valid_location => {
                Err(Unknown::new("nginx refuses an alias where the URI was rewritten"))
            }
            Served::Alias { to, location } => {
                let to_path = self.filled(&to.value)?;
                match location.matcher() {
                    // Its groups say which part of the URI goes where.
                    Some(Matcher::Regex(_)) => Ok(to_path),
                    _ => match location.below(path) {
                        Some(rest) => Ok(format!("{to_path}{rest}")),
                        None => Ok(format!("{to_path}{path}")),
                    },
                }
            }
        }
    }

    /// Where the request would be passed on to, with variables filled.
    pub(super) fn passed(&mut self) -> Result<Pass, Unknown> {
        let pass = self.level.pass().ok_or_else(|| Unknown::variable("proxy_host"))?;
        if !has_variable(&pass.value.url) {
            return Ok(pass.value);
        }
        let url = self.filled(&pass.value.url)?;
        Ok(Pass::parse(self.config, &url))
    }

    fn proxied(&mut self, handler: &Fact<Handler>) -> Next {
        let pass = match self.passed() {
            Ok(pass) => pass,
            Err(_) => match &handler.value {
                Handler::Proxy(pass) => pass.clone(),
                Handler::Gateway(_) | Handler::Own(_) | Handler::Files => {
                    return Next::Reply(handler.map(|_| Reply::Error(500)));
                }
            },
        };
        let uri = self.passed_uri(&pass);
        let reply = Reply::Proxy(Proxied { pass, method: self.method.clone(), uri });
        Next::Reply(handler.map(|_| reply.clone()))
    }

    /// The URI of the request that is passed on (`ngx_http_proxy_create_request`).
    fn passed_uri(&mut self, pass: &Pass) -> Result<String, Unknown> {
        let written = self.level.pass().map(|pass| pass.value.url).unwrap_or_default();
        if has_variable(&written) {
            let url = self.filled(&written)?;
            let uri = Pass::parse(self.config, &url).uri;
            if !uri.is_empty() {
                return Ok(uri);
            }
        }
        if pass.uri.is_empty() && self.unparsed {
            return Ok(self.request.uri.clone());
        }
        let own = self.location_path().filter(|_| self.valid_location && !pass.uri.is_empty());
        let rest = own.map_or(self.uri.path.as_str(), |own| {
            self.uri.path.get(own.len()..).unwrap_or_default()
        });
        let again = self.uri.quoted || self.internal;
        let rest = if again { escaped(rest, Escape::Uri) } else { rest.to_owned() };
        let before = if self.valid_location { pass.uri.as_str() } else { "" };
        let query = if self.uri.args.is_empty() { "" } else { "?" };
        Ok(format!("{before}{rest}{query}{}", self.uri.args))
    }

    /// The path of the location that blocks without a name stand in.
    fn location_path(&self) -> Option<&'c str> {
        let mut levels = self.level.outwards();
        let named = levels.find(|level: &Level| level.matcher().is_some())?;
        named.matcher()?.path()
    }
}
