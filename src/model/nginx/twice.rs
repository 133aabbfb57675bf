//! What nginx takes once, and finds a second time: a directive in its block ("is duplicate"), a location
//! of its server, an upstream or a format by its name, an address of a server.

use crate::fact::{Fact, symbol};
use crate::model::nginx::listen::{self, Address};
use crate::model::nginx::matcher::Matcher;
use crate::model::nginx::scope::Line;
use crate::model::nginx::{Config, Level};
use crate::source::Place;
use crate::syntax::nginx::known;
use std::collections::HashMap;

/// A line at which nginx stops, as it has read the like before.
#[derive(Clone, Copy, Debug)]
pub struct Twice<'c> {
    pub line: &'c Line,
    pub first: &'c Line,
}

impl Twice<'_> {
    /// Where the second is written or, where one line is read twice, what reads it again.
    pub fn at(&self) -> Fact<()> {
        self.shown(self.line)
    }

    /// Where the first is written, or what reads it.
    pub fn first_at(&self) -> Fact<()> {
        self.shown(self.first)
    }

    fn shown(&self, line: &Line) -> Fact<()> {
        let at = line.fact(());
        match line.via.last() {
            Some(include) if self.is_one_line() || at.written_at().is_none() => {
                Fact::at((), *include)
            }
            _ => at,
        }
    }

    /// Whether it is the same line of a file that is included twice.
    pub fn is_one_line(&self) -> bool {
        self.line.fact(()).written_at() == self.first.fact(()).written_at()
    }
}

/// How one server, or two of them, ask for an address more often than nginx takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// One server names it again.
    Address,
    /// Two servers are to have what no name decides.
    Default,
    /// The socket's options are said in two places.
    Options,
}

/// A `listen` at which nginx stops.
#[derive(Clone, Debug)]
pub struct DoubleListen<'c> {
    pub claim: Claim,
    pub address: Address,
    pub lines: Twice<'c>,
}

/// What nginx has by name for all of `http`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Named {
    Upstream,
    LogFormat,
}

impl Config {
    /// Directives that their block has already.
    pub fn repeated_directives(&self) -> Vec<Twice<'_>> {
        self.levels().flat_map(|level| self.repeated_in(level)).collect()
    }

    fn repeated_in<'c>(&'c self, level: Level<'c>) -> Vec<Twice<'c>> {
        let Some(context) = level.context().name() else { return Vec::new() };
        let mut first: HashMap<&str, &Line> = HashMap::new();
        let mut found = Vec::new();
        for line in level.lines() {
            let mut forms = known(&line.name).iter().filter(|it| it.stands_in(context)).peekable();
            if forms.peek().is_none() || !forms.all(|it| it.once) {
                continue;
            }
            let before = *first.entry(slot(&line.name)).or_insert(line);
            found.extend(self.twice(before, line));
        }
        found
    }

    /// Locations of one modifier and path that a server, or a location, has twice. Expressions are
    /// tried in turn, and of two names the first counts.
    pub fn repeated_locations(&self) -> Vec<Twice<'_>> {
        let mut found = Vec::new();
        for level in self.levels() {
            let mut first: HashMap<(bool, &str), &Line> = HashMap::new();
            for line in level.own("location") {
                let matcher = line.body.and_then(|it| self.level(it).matcher());
                let Some((is_exact, path)) = matcher.and_then(path_of) else { continue };
                let before = *first.entry((is_exact, path)).or_insert(line);
                found.extend(self.twice(before, line));
            }
        }
        found
    }

    /// Upstreams and formats of a name that another has. Upstreams are compared in any case.
    pub fn repeated_names(&self) -> Vec<(Named, Twice<'_>)> {
        let mut first: HashMap<(Named, String), &Line> = HashMap::new();
        let mut found = Vec::new();
        for line in self.http().lines() {
            let Some(name) = line.arg(0).filter(|it| !symbol::is_symbolic(it)) else { continue };
            let key = match line.name.as_str() {
                "upstream" => (Named::Upstream, name.to_ascii_lowercase()),
                "log_format" => (Named::LogFormat, name.to_owned()),
                _ => continue,
            };
            let kind = key.0;
            let before = *first.entry(key).or_insert(line);
            found.extend(self.twice(before, line).map(|it| (kind, it)));
        }
        found
    }

    /// Addresses that are claimed twice.
    pub fn repeated_listens<'c>(&'c self) -> Vec<DoubleListen<'c>> {
        let mut found = Vec::new();
        let mut defaults: HashMap<Key, &Line> = HashMap::new();
        let mut options: HashMap<Key, &Line> = HashMap::new();
        for server in self.servers().filter(|it| it.is_written()) {
            let mut own: HashMap<Key, &Line> = HashMap::new();
            for line in server.level().own("listen") {
                let socket = line.has_arg("quic");
                for address in line.arg(0).map(listen::range).unwrap_or_default() {
                    if !is_sure(&address) {
                        continue;
                    }
                    let claim = |claim, known: &mut HashMap<Key, &'c Line>| {
                        let key = (socket, address.clone());
                        let before = *known.entry(key).or_insert(line);
                        let lines = self.twice(before, line)?;
                        Some(DoubleListen { claim, address: address.clone(), lines })
                    };
                    // In the order that nginx asks (`ngx_http_add_addresses`).
                    let doubled = [
                        claim(Claim::Address, &mut own),
                        sets_options(line).then(|| claim(Claim::Options, &mut options)).flatten(),
                        is_default(line).then(|| claim(Claim::Default, &mut defaults)).flatten(),
                    ];
                    found.extend(doubled.into_iter().flatten().next());
                }
            }
        }
        found
    }

    /// Two lines of one nginx, as far as both are surely what it reads.
    fn twice<'c>(&self, first: &'c Line, line: &'c Line) -> Option<Twice<'c>> {
        let is_same = std::ptr::eq(first, line);
        (!is_same && self.are_read_together(first, line)).then_some(Twice { line, first })
    }

    /// Whether one nginx surely reads two lines. Files of a folder may be there to choose from, unless a
    /// container has them all where nginx looks; and what a template has twice it may write
    /// out once, as two blocks are one where a brace is missing.
    fn are_read_together(&self, first: &Line, second: &Line) -> bool {
        let place = |line: &Line| line.fact(()).written_at();
        let is_open = |line: &Line| place(line).is_some_and(|it| self.unsettled.contains(&it.file));
        if is_open(first) || is_open(second) {
            return false;
        }
        let (Some(one), Some(other)) = (place(first), place(second)) else { return true };
        let by_pattern = |line: &Line| line.via.iter().any(|it| self.patterned.contains(it));
        let root = |line: &Line, at: Place| line.via.first().map_or(at.file, |it| it.file);
        let by_name =
            root(first, one) == root(second, other) && !by_pattern(first) && !by_pattern(second);
        one.file == other.file || !self.brought.is_empty() || by_name
    }
}

/// What tells the sockets of one nginx apart: QUIC has one of its own for the same port.
type Key = (bool, Address);

/// Whether an address is no other's as well: a name may be resolved to one that is written elsewhere.
fn is_sure(address: &Address) -> bool {
    matches!(address, Address::Tcp { .. } | Address::Unix(_))
}

fn is_default(line: &Line) -> bool {
    line.has_arg("default_server") || line.has_arg("default")
}

/// Whether a `listen` says how its socket is made (`lsopt.set` of `ngx_http_core_listen`).
fn sets_options(line: &Line) -> bool {
    const OPTIONS: [&str; 12] = [
        "bind",
        "setfib=",
        "fastopen=",
        "backlog=",
        "rcvbuf=",
        "sndbuf=",
        "accept_filter=",
        "deferred",
        "ipv6only=",
        "reuseport",
        "multipath",
        "so_keepalive=",
    ];
    line.args.iter().skip(1).any(|arg| {
        OPTIONS.iter().any(|it| match it.ends_with('=') {
            true => arg.value.starts_with(it),
            false => arg.value == *it,
        })
    })
}

/// Where nginx keeps what a directive says: `alias` is a `root` (`ngx_http_core_root`).
fn slot(name: &str) -> &str {
    if name == "alias" { "root" } else { name }
}

/// What locations are told apart by, with whether it is the whole of a request's path.
fn path_of(matcher: &Matcher) -> Option<(bool, &str)> {
    let path = matcher.path().filter(|it| !symbol::is_symbolic(it))?;
    Some((matches!(matcher, Matcher::Exact(_)), path))
}
