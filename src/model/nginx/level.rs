//! What holds at a level: its own lines, or those of the nearest level around it that has some.
//!
//! That one rule covers nearly all of nginx: a value is that of the nearest level, and a list
//! (`add_header`, `proxy_set_header`, `error_page`, `allow` and `deny`) replaces the outer one
//! whole. What is not inherited (rewriting, `try_files`, handlers) is asked of the level alone.

use crate::fact::{Certainty, Fact, Origin};
use crate::model::nginx::handler::Handler;
use crate::model::nginx::matcher::Matcher;
use crate::model::nginx::rewrite::redirects;
use crate::model::nginx::scope::{Context, Line, Scope, ScopeId, Unseen};
use crate::model::nginx::{Config, text};
use crate::source::Place;
use crate::syntax::nginx::{Resolution, offset, time};
use std::time::Duration;

/// A level of a configuration.
#[derive(Clone, Copy, Debug)]
pub struct Level<'c> {
    pub(super) config: &'c Config,
    pub(super) id: ScopeId,
}

/// The lines that hold at a level, and what could change that.
#[derive(Clone, Debug)]
pub struct InEffect<'c> {
    pub lines: Vec<&'c Line>,
    /// The level they stand in; none if no level has any.
    pub at: Option<Level<'c>>,
    unseen: Option<&'c Unseen>,
}

/// The directory that a level's files come from.
#[derive(Clone, Debug)]
pub enum Served<'c> {
    /// The whole URI is looked up below it.
    Root(Fact<String>),
    /// What follows the location's own path is put behind it.
    Alias { to: Fact<String>, location: Level<'c> },
}

const UWSGI_READ_TIMEOUT: &str = "uwsgi_read_timeout";

impl<'c> Level<'c> {
    pub fn id(self) -> ScopeId {
        self.id
    }

    pub fn config(self) -> &'c Config {
        self.config
    }

    pub fn scope(self) -> &'c Scope {
        self.config.scope(self.id)
    }

    pub fn context(self) -> Context {
        self.scope().context
    }

    pub fn matcher(self) -> Option<&'c Matcher> {
        self.scope().matcher.as_ref()
    }

    pub fn parent(self) -> Option<Self> {
        self.scope().parent.map(|id| self.config.level(id))
    }

    /// Where its block is opened: `location /static/`.
    pub fn place(self) -> Option<Place> {
        self.scope().opener.and_then(Origin::place)
    }

    /// The line that opens its block.
    pub fn opener(self) -> Option<&'c Line> {
        self.parent()?.lines().iter().find(|line| line.body == Some(self.id))
    }

    /// Something that holds because of this level.
    pub fn fact<T>(self, value: T) -> Fact<T> {
        Fact::new(value, self.scope().opener.unwrap_or(Origin::UNSEEN))
    }

    /// Whether its server answers every request before any location is looked up: a `return` of its
    /// own or a `rewrite` of all to another URL (ngx_http_rewrite_module), or a `return` for plain http
    /// where it listens for nothing else.
    pub fn is_never_reached(self) -> bool {
        let Some(server) = self.outwards().find(|it| it.context() == Context::Server) else {
            return false;
        };
        let bare = |line: &Line| {
            let text: String = line.args.iter().map(|it| it.value.as_str()).collect();
            text.replace(['(', ')', '"', '\'', ' '], "")
        };
        let returns = |line: &Line| {
            line.body.is_some_and(|body| server.config.level(body).own("return").next().is_some())
        };
        let all = ["^", ".*", "^.*", "^.*$", "^(.*)$", "(.*)", "^(.*)", "^/(.*)$", "^/(.*)"];
        let sends_all = |line: &Line| {
            line.arg(0).is_some_and(|pattern| all.contains(&pattern)) && redirects(line)
        };
        let is_secure = |line: &Line| line.args.iter().any(|it| it.value == "ssl");
        let is_plain = !server.own("listen").any(is_secure) && server.own("ssl").next().is_none();
        server.own("return").next().is_some()
            || server.own("rewrite").any(sends_all)
            || is_plain && server.own("if").any(|it| bare(it) == "$scheme=http" && returns(it))
    }

    /// This level and those around it, inside out.
    pub fn outwards(self) -> impl Iterator<Item = Self> {
        self.config.table.outwards(self.id).map(move |id| self.config.level(id))
    }

    /// Its own lines, in reading order.
    pub fn lines(self) -> &'c [Line] {
        &self.scope().lines
    }

    /// Its own lines of a name.
    pub fn own(self, name: &str) -> impl Iterator<Item = &'c Line> {
        self.lines().iter().filter(move |line| line.is(name))
    }

    /// The levels right inside this one that lines of a name open.
    pub fn inner(self, name: &str) -> impl Iterator<Item = Self> {
        self.own(name).filter_map(|line| line.body).map(move |id| self.config.level(id))
    }

    /// The locations right inside this level, in reading order.
    pub fn locations(self) -> impl Iterator<Item = Self> {
        self.inner("location")
    }

    /// This level and all locations in it, outer ones first.
    pub fn with_locations(self) -> Vec<Self> {
        let inner = self.locations().flat_map(Self::with_locations);
        std::iter::once(self).chain(inner).collect()
    }

    /// What it does where no file answers, as sites of before `try_files` write that:
    /// `if (!-f $request_filename)`.
    pub fn without_file(self) -> Option<Self> {
        let asks = |line: &&Line| {
            let words = line.args.iter().map(|it| it.value.trim_matches(['(', ')']));
            let words: Vec<&str> = words.filter(|it| !it.is_empty()).collect();
            matches!(words.as_slice(), ["!-f" | "!-e", "$request_filename"])
        };
        let line = self.own("if").find(asks)?;
        line.body.map(|id| self.config.level(id))
    }

    /// The lines of some names that hold here. Names that replace each other go together.
    pub fn in_effect(self, names: &[&str]) -> InEffect<'c> {
        let mut unseen = None;
        for level in self.outwards() {
            let settings = level.scope().settings();
            let lines = settings.filter(|line| names.contains(&line.name.as_str()));
            let lines: Vec<_> = lines.collect();
            if !lines.is_empty() {
                return InEffect { lines, at: Some(level), unseen };
            }
            unseen = unseen.or(level.scope().unseen.first());
        }
        InEffect { lines: Vec::new(), at: None, unseen }
    }

    /// The first argument of the line that holds here.
    pub fn value(self, name: &str) -> Option<Fact<String>> {
        let found = self.in_effect(&[name]);
        let argument = found.lines.first()?.args.first()?.clone();
        Some(found.doubted(argument))
    }

    /// The same, or what nginx does by itself.
    pub fn value_or(self, name: &str, default: &'static str, module: &'static str) -> Fact<String> {
        let found = self.in_effect(&[name]);
        let argument = found.lines.first().and_then(|line| line.args.first());
        let origin = Origin::Default { of: "nginx", version: "every version", source: module };
        found.doubted(argument.cloned().unwrap_or_else(|| Fact::new(default.to_owned(), origin)))
    }

    pub fn is_on(self, name: &str, default: bool, module: &'static str) -> Fact<bool> {
        let default = if default { "on" } else { "off" };
        self.value_or(name, default, module).map(|value| value.eq_ignore_ascii_case("on"))
    }

    /// `client_max_body_size` in bytes; zero is no limit.
    pub fn body_limit(self) -> Option<Fact<u64>> {
        let limit = self.value_or("client_max_body_size", "1m", "ngx_http_core_module");
        limit.try_map(|limit| offset(limit))
    }

    /// How long the next bytes of an upstream's answer are waited for.
    pub fn read_timeout(self) -> Option<Fact<Duration>> {
        let name = self.read_timeout_directive();
        let module = match name {
            UWSGI_READ_TIMEOUT => "ngx_http_uwsgi_module",
            _ => "ngx_http_proxy_module",
        };
        let timeout = self.value_or(name, "60s", module);
        timeout.try_map(|timeout| time(timeout, Resolution::Milliseconds))
    }

    /// What says so, which depends on the protocol.
    pub fn read_timeout_directive(self) -> &'static str {
        match self.handler().value {
            Handler::Gateway(gateway) if gateway.is_uwsgi() => UWSGI_READ_TIMEOUT,
            _ => "proxy_read_timeout",
        }
    }

    /// For how long browsers may keep answers from here, by `expires`; `max` is ten years.
    pub fn expires(self) -> Option<Fact<Duration>> {
        let found = self.in_effect(&["expires"]);
        let line = found.lines.first()?;
        let kept = line.args.last().filter(|_| line.args.len() == 1)?;
        let kept = kept
            .try_map(|kept| time(if kept == "max" { "10y" } else { kept }, Resolution::Seconds))?;
        Some(found.doubted(kept))
    }

    /// The directory that files come from. `root` and `alias` replace each other, and an alias
    /// that is inherited still counts from the location that it stands in.
    pub fn served(self) -> Served<'c> {
        let found = self.in_effect(&["root", "alias"]);
        let line = found.lines.last().filter(|line| !line.args.is_empty());
        match (line, found.at) {
            (Some(line), Some(at)) if line.is("alias") => {
                // A block without a name counts from the location it stands in.
                let location = at.outwards().find(|level| level.matcher().is_some());
                let location = location.unwrap_or(at);
                Served::Alias { to: found.doubted(line.args[0].clone()), location }
            }
            (Some(line), _) => {
                let trimmed = |root: &String| match root.strip_suffix('/') {
                    Some(bare) => bare.to_owned(),
                    None => root.clone(),
                };
                Served::Root(found.doubted(line.args[0].map(trimmed)))
            }
            (None, _) => Served::Root(self.value_or("root", "html", "ngx_http_core_module")),
        }
    }

    /// The file that a decoded URI path is answered from, as far as no variable decides.
    pub fn file_for(self, path: &str) -> Option<Fact<String>> {
        let fixed =
            |dir: &Fact<String>| dir.try_map(|dir| (!text::has_variable(dir)).then(|| dir.clone()));
        match self.served() {
            Served::Root(root) => Some(fixed(&root)?.map(|root| format!("{root}{path}"))),
            Served::Alias { to, location } => {
                let rest = match location.matcher()? {
                    // The groups of an expression say which part goes where.
                    Matcher::Regex(_) => "",
                    Matcher::Exact(_)
                    | Matcher::Prefix { .. }
                    | Matcher::Named(_)
                    | Matcher::Unseen => location.below(path)?,
                };
                Some(fixed(&to)?.map(|to| format!("{to}{rest}")).given(&location.fact(())))
            }
        }
    }

    /// What of a path lies below this location's own.
    pub(super) fn below(self, path: &str) -> Option<&str> {
        path.strip_prefix(self.matcher()?.path()?)
    }

    /// Whether no client can ask for it, and only nginx itself leads there (`internal`).
    pub fn is_internal(self) -> bool {
        !self.in_effect(&["internal"]).lines.is_empty()
    }

    /// Whether it or the server around it includes what is out of view, which may set anything for it.
    pub fn includes_unseen(self) -> bool {
        let mut own = self.outwards().take_while(|it| it.context() != Context::Http);
        own.any(|level| level.scope().unseen.iter().any(|it| it.place.is_some()))
    }

    /// Why this level may hold more than is in view, the inner reasons first.
    pub fn unseen(self) -> Option<&'c Unseen> {
        self.outwards().find_map(|level| level.scope().unseen.first())
    }
}

impl InEffect<'_> {
    /// Whether no nearer level can have others.
    pub fn is_seen(&self) -> bool {
        self.unseen.is_none()
    }

    /// A fact of these lines, with the doubt that a nearer level may have others.
    pub fn doubted<T>(&self, fact: Fact<T>) -> Fact<T> {
        match self.unseen {
            Some(unseen) => unseen.doubt(fact),
            None => fact,
        }
    }

    /// A fact of there being no other lines beside these, with the doubt that an include of their own
    /// level which is not in view has some.
    pub fn alone<T>(&self, fact: Fact<T>) -> Fact<T> {
        let beside = self.at.and_then(|it| it.scope().unseen.first());
        match beside {
            Some(unseen) => unseen.doubt(self.doubted(fact)),
            None => self.doubted(fact),
        }
    }
}

impl Unseen {
    pub fn doubt<T>(&self, fact: Fact<T>) -> Fact<T> {
        fact.doubt(Certainty::Likely, &self.why)
    }
}
