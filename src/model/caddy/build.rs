//! Directives to routes: which handlers there are, sorted and grouped as Caddy does it
//! (`buildSubroute` in `caddyconfig/httpcaddyfile/httptype.go`).

use crate::fact::Fact;
use crate::model::caddy::directive::Arguments;
use crate::model::caddy::handlers;
use crate::model::caddy::matcher::Scope;
use crate::model::caddy::order::{self, Rank};
use crate::model::caddy::release::Release;
use crate::model::caddy::{
    FileServer, Handler, HeaderOps, MatcherSet, Proxy, Respond, Rewrite, Route, Step,
};
use crate::source::Place;
use crate::syntax::Problem;
use crate::syntax::caddy::{Directive, Token, UNORDERED, is_standard};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Named routes that invoke each other are followed this far.
const DEEPEST_INVOCATION: u32 = 8;

pub(super) struct Builder<'a> {
    pub order: &'a [String],
    pub release: Release,
    pub named: &'a BTreeMap<String, Vec<Directive>>,
    pub problems: Vec<Problem>,
    /// Directives that Caddy's standard build does not have; plugins may bring them.
    pub unknown: Vec<Fact<String>>,
    groups: u32,
    invocations: u32,
    /// Blocks that are being read.
    depth: u32,
}

const ENCODERS: [&str; 2] = ["gzip", "zstd"];

/// Directives that neither answer nor change what answers.
const TRANSPARENT: &[&str] = &[
    "copy_response_headers",
    "fs",
    "log_append",
    "log_name",
    "log_skip",
    "map",
    "push",
    "request_body",
    "skip_log",
    "templates",
    "timeouts",
    "tracing",
    "vars",
];

/// A route on its way, with what decides its rank.
struct Entry {
    /// `handle_path` goes by the name of `handle`.
    name: String,
    route: Route,
}

impl<'a> Builder<'a> {
    pub(super) fn new(
        order: &'a [String],
        release: Release,
        named: &'a BTreeMap<String, Vec<Directive>>,
    ) -> Self {
        let (problems, unknown) = (Vec::new(), Vec::new());
        Self { order, release, named, problems, unknown, groups: 0, invocations: 0, depth: 0 }
    }

    fn refuse(&mut self, place: Place, message: impl Into<String>) {
        self.problems.push(Problem::new(place, message));
    }

    /// The routes of a block. `route` alone keeps the order in which its directives are written.
    pub(super) fn routes(&mut self, body: &[Directive], outer: &Scope, sorts: bool) -> Vec<Route> {
        let scope = self.scope(body, outer);
        let mut entries = Vec::new();
        self.depth += 1;
        for directive in body.iter().filter(|line| !line.name().text().starts_with('@')) {
            entries.extend(self.entries(directive, &scope));
        }
        self.depth -= 1;
        if sorts {
            entries = self.sorted(entries);
        }
        self.group(&mut entries);
        consolidated(entries)
    }

    fn scope(&mut self, body: &[Directive], outer: &Scope) -> Scope {
        let mut scope = outer.clone();
        for definition in body.iter().filter(|line| line.name().text().starts_with('@')) {
            let name = definition.name();
            let matcher = MatcherSet::define(definition, &mut self.problems);
            if scope.insert(name.text().to_owned(), Arc::new(matcher)).is_some() {
                self.refuse(name.place, format!("the matcher `{}` is defined twice", name.text()));
            }
        }
        scope
    }

    fn sorted(&mut self, entries: Vec<Entry>) -> Vec<Entry> {
        let mut ranked = Vec::with_capacity(entries.len());
        for entry in entries {
            // A directive of a plugin that no `order` mentions; Caddy would not start.
            let rank = self.order.iter().position(|name| *name == entry.name);
            ranked.push((rank.unwrap_or(self.order.len()), entry));
        }
        let rank = |entry: &(usize, Entry)| entry.0;
        let sorted = order::sort(ranked, |a, b| {
            if rank(a) != rank(b) {
                return rank(a) < rank(b);
            }
            let of = |entry: &Entry| -> Option<Arc<MatcherSet>> { entry.route.matcher.clone() };
            let (a, b) = (&a.1, &b.1);
            let (first, second) = (of(a), of(b));
            let a = Rank { name: &a.name, matcher: first.as_deref() };
            let b = Rank { name: &b.name, matcher: second.as_deref() };
            order::is_before(&a, &b, self.release)
        });
        sorted.into_iter().map(|(_, entry)| entry).collect()
    }

    fn next_group(&mut self) -> u32 {
        self.groups += 1;
        self.groups
    }

    /// Of several `handle` or `root` the first that matches is taken. Rewrites exclude each other
    /// and, being a group even alone, are never looked at together with what follows.
    fn group(&mut self, entries: &mut [Entry]) {
        for (name, alone) in [("handle", false), ("rewrite", true), ("root", false)] {
            let count = entries.iter().filter(|entry| entry.name == name).count();
            if count > 1 || alone && count > 0 {
                let group = self.next_group();
                for entry in entries.iter_mut().filter(|entry| entry.name == name) {
                    entry.route.group = Some(group);
                }
            }
        }
    }

    fn entries(&mut self, directive: &Directive, scope: &Scope) -> Vec<Entry> {
        let name = directive.name().text();
        if !self.release.has_directive(name) {
            self.refuse(directive.name().place, format!("this Caddy has no directive `{name}`"));
        }
        if self.depth > 1 && UNORDERED.contains(&name) {
            self.refuse(directive.name().place, format!("`{name}` belongs to a site itself"));
        }
        let arguments = Arguments::of(directive, scope, self.release, &mut self.problems);
        if name == "try_files" {
            return self.tries(directive);
        }
        let handlers = self.handlers(directive, &arguments, scope);
        let entry = |handler: Handler| {
            let step = Step { directive: directive.name().text.clone(), handler };
            let name = if name == "handle_path" { "handle" } else { name };
            let matcher = arguments.matcher.clone();
            Entry {
                name: name.to_owned(),
                route: Route { matcher, group: None, steps: vec![step] },
            }
        };
        handlers.into_iter().map(entry).collect()
    }

    /// `try_files a b?q c`: one rewrite for the files up to each one with a query, of which the
    /// first that matches is taken.
    fn tries(&mut self, directive: &Directive) -> Vec<Entry> {
        let name = &directive.name().text;
        let policy = directive.body().iter().find(|line| line.name().text() == "policy");
        let policy = policy.and_then(|line| line.arguments().first());
        let tries = handlers::tries(directive.arguments());
        let group = (tries.len() > 1).then(|| self.next_group());
        let entry = |(tried, query): (Vec<Fact<String>>, String)| {
            let matcher = MatcherSet::file(directive.name().place, tried, policy);
            let to = name.map(|_| format!("{{http.matchers.file.relative}}{query}"));
            let handler = Handler::Rewrite(Rewrite::To(to));
            let steps = vec![Step { directive: name.clone(), handler }];
            let route = Route { matcher: Some(Arc::new(matcher)), group, steps };
            Entry { name: name.value.clone(), route }
        };
        tries.into_iter().map(entry).collect()
    }

    /// The handlers of a directive; none for those that handle no request.
    fn handlers(
        &mut self,
        directive: &Directive,
        arguments: &Arguments<'_>,
        scope: &Scope,
    ) -> Vec<Handler> {
        let (words, body) = (arguments.words, directive.body());
        let first = || words.first().map(|word| word.text.clone());
        let handler = match directive.name().text() {
            "handle" => Some(Handler::Routes(self.routes(body, scope, true))),
            "route" => Some(Handler::Routes(self.routes(body, scope, false))),
            "handle_path" => Some(Handler::Routes(self.stripped(arguments, body, scope))),
            "invoke" => first().map(|name| self.invoked(&name)),
            "root" => first().map(Handler::Root),
            "header" => {
                let ops = HeaderOps::of_directive(words, body);
                return ops.into_iter().map(Handler::Headers).collect();
            }
            "request_header" => Some(self.request_header(words)),
            "rewrite" => first().map(|to| Handler::Rewrite(Rewrite::To(to))),
            "uri" => Some(self.manipulation(words)),
            "method" => first().map(|method| Handler::Rewrite(Rewrite::Method(method))),
            "file_server" => Some(self.file_server(directive, words)),
            "reverse_proxy" => {
                let proxy = Proxy::read(words, body, self.release, &mut self.problems);
                Some(Handler::Proxy(Box::new(proxy)))
            }
            "respond" => Some(Handler::Respond(Respond::read(words, body))),
            "redir" => handlers::redirect(words),
            "error" => {
                let status = words.last().map(|word| word.text.clone());
                let status = status.filter(|status| handlers::is_status(&status.value));
                Some(Handler::Error { status })
            }
            "abort" => Some(Handler::Abort),
            "basic_auth" | "basicauth" | "forward_auth" => Some(Handler::Authenticate),
            "encode" => {
                let names = words.iter().filter(|word| !ENCODERS.contains(&word.text()));
                self.unknown.extend(names.map(|word| word.text.clone()));
                Some(Handler::Transparent)
            }
            name if TRANSPARENT.contains(&name) => Some(Handler::Transparent),
            name if UNORDERED.contains(&name) => None,
            name => {
                if !is_standard(name) {
                    self.unknown.push(directive.name().text.clone());
                }
                Some(Handler::Opaque)
            }
        };
        handler.into_iter().collect()
    }

    fn request_header(&mut self, words: &[Token]) -> Handler {
        if let Some(field) = words.first().filter(|field| field.text().starts_with('?')) {
            self.refuse(field.place, "`?` is for the headers of responses");
        }
        Handler::RequestHeaders(HeaderOps::of_line(words))
    }

    fn file_server(&mut self, directive: &Directive, words: &[Token]) -> Handler {
        for word in words.iter().filter(|word| word.text() != "browse") {
            self.refuse(word.place, "`file_server` takes `browse` only");
        }
        Handler::Files(FileServer::read(directive, words, self.release))
    }

    fn manipulation(&mut self, words: &[Token]) -> Handler {
        const KINDS: [&str; 5] =
            ["strip_prefix", "strip_suffix", "replace", "path_regexp", "query"];
        let Some(kind) = words.first() else { return Handler::Opaque };
        let is_late = kind.text() == "query" && !self.release.has_query_operations();
        if is_late || !KINDS.contains(&kind.text()) {
            self.refuse(kind.place, format!("`uri` has no operation `{}`", kind.text()));
        } else if kind.text() != "query" && words.len() < 2 {
            self.refuse(kind.place, format!("`{}` lacks an argument", kind.text()));
        }
        Handler::Rewrite(handlers::manipulation(words, self.release))
    }

    fn stripped(
        &mut self,
        arguments: &Arguments<'_>,
        body: &[Directive],
        scope: &Scope,
    ) -> Vec<Route> {
        let mut routes = self.routes(body, scope, true);
        let path = arguments.matcher.as_ref().and_then(|matcher| matcher.written_path());
        if let Some(path) = path {
            // Caddy strips what comes before the `/*` or `*`.
            let prefix = path.map(|path| {
                path.strip_suffix("/*")
                    .or_else(|| path.strip_suffix('*'))
                    .unwrap_or(path)
                    .to_owned()
            });
            let directive = path.map(|_| "handle_path".to_owned());
            let handler = Handler::Rewrite(Rewrite::StripPrefix {
                prefix,
                keeps_slash: self.release.keeps_slash(),
            });
            let steps = vec![Step { directive, handler }];
            routes.insert(0, Route { matcher: None, group: None, steps });
        }
        routes
    }

    fn invoked(&mut self, name: &Fact<String>) -> Handler {
        let Some(body) = self.named.get(&name.value) else {
            if let Some(place) = name.evidence().place() {
                self.refuse(place, format!("no route is named `{}`", name.value));
            }
            return Handler::Opaque;
        };
        if self.invocations == DEEPEST_INVOCATION {
            return Handler::Opaque;
        }
        self.invocations += 1;
        // A named route knows none of the matchers of the site that invokes it.
        let routes = self.routes(body, &Scope::new(), true);
        self.invocations -= 1;
        Handler::Routes(routes)
    }
}

/// Neighbours with one matcher and one group become one route, so that a rewrite in the first
/// does not keep the second from matching.
fn consolidated(entries: Vec<Entry>) -> Vec<Route> {
    let mut routes: Vec<Route> = Vec::with_capacity(entries.len());
    for Entry { route, .. } in entries {
        let key = |route: &Route| route.matcher.as_ref().map(|matcher| matcher.key.clone());
        match routes.last_mut() {
            Some(last) if last.group == route.group && key(last) == key(&route) => {
                last.steps.extend(route.steps);
            }
            Some(_) | None => routes.push(route),
        }
    }
    routes
}
