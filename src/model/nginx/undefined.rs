//! Names that nginx looks up when it starts and does not find: variables, and formats of logs.

use crate::fact::{Fact, symbol};
use crate::model::nginx::scope::{Context, Line};
use crate::model::nginx::text::{Part, parts};
use crate::model::nginx::{Config, Level};
use crate::syntax::nginx::known;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// The variables that nginx's own modules bring, printed from its source by `scripts/nginx-variables`;
/// a star ends the first letters of those that are made of what a request has.
static OWN: LazyLock<BTreeSet<&str>> =
    LazyLock::new(|| include_str!("variables.txt").lines().collect());

/// First letters of those that modules of others bring which need no directive of theirs, and of those of
/// nginx's commercial edition.
const OF_OTHERS: [&str; 16] = [
    "acme_",
    "brotli_",
    "echo_",
    "geoip",
    "jwt_",
    "lua_",
    "modsec",
    "njs_",
    "oidc_",
    "opentracing_",
    "otel_",
    "passenger_",
    "session_",
    "upstream_",
    "vts_",
    "zstd_",
];

/// Which arguments of a directive may have variables in them, by the first, from 0, and how many.
/// What else nginx expands is not judged.
const EXPANDED: &[(&str, usize, usize)] = &[
    ("add_header", 1, 1),
    ("alias", 0, 1),
    ("auth_request_set", 1, 1),
    ("fastcgi_cache_key", 0, 1),
    ("fastcgi_param", 1, 1),
    ("fastcgi_pass", 0, 1),
    ("limit_conn_zone", 0, 1),
    ("limit_req_zone", 0, 1),
    ("log_format", 1, usize::MAX),
    ("map", 0, 1),
    ("proxy_cache_bypass", 0, usize::MAX),
    ("proxy_cache_key", 0, 1),
    ("proxy_no_cache", 0, usize::MAX),
    ("proxy_pass", 0, 1),
    ("proxy_set_header", 1, 1),
    ("return", 0, 2),
    ("rewrite", 1, 1),
    ("root", 0, 1),
    ("set", 1, 1),
    ("split_clients", 0, 1),
    ("try_files", 0, usize::MAX),
    ("uwsgi_param", 1, 1),
    ("uwsgi_pass", 0, 1),
];

/// A format that an `access_log` names, where nginx knows none of that name yet.
#[derive(Clone, Debug)]
pub struct UnknownFormat<'c> {
    pub name: &'c Fact<String>,
    /// Where it is defined, if that is only behind the line.
    pub later: Option<Fact<()>>,
}

impl Config {
    /// Variables that nothing defines, each where it is used first (`unknown "x" variable`). None unless
    /// all that could define one is in view.
    pub fn undefined_variables(&self) -> Vec<Fact<String>> {
        // Lines of data have words of their own before them.
        let own = self.levels().filter(|it| it.context().name().is_some());
        if !self.is_settled() || own.flat_map(Level::lines).any(is_of_module) {
            return Vec::new();
        }
        let defined = self.defined_variables();
        let mut found: BTreeMap<String, Fact<String>> = BTreeMap::new();
        for level in self.levels().filter(|it| is_of_http(*it)) {
            for word in level.lines().iter().flat_map(expanded) {
                let names = parts(&word.value).into_iter().filter_map(|part| match part {
                    Part::Variable(name) => Some(name),
                    Part::Literal(_) => None,
                });
                let unknown = names.filter(|it| is_name(it) && !is_own(it));
                for name in unknown.filter(|it| !defined.contains(*it)) {
                    found.entry(name.to_owned()).or_insert_with(|| word.map(|_| name.to_owned()));
                }
            }
        }
        found.into_values().filter(|it| it.written_at().is_some()).collect()
    }

    /// Whether a line defines a variable of this name.
    pub fn defines(&self, name: &str) -> bool {
        self.defined_variables().contains(&name.to_ascii_lowercase())
    }

    /// Variables that a line defines wherever it stands, with the groups of expressions that have names.
    fn defined_variables(&self) -> BTreeSet<String> {
        let mut defined = BTreeSet::new();
        for line in self.levels().flat_map(Level::lines) {
            let at = match line.name.as_str() {
                "set" | "auth_request_set" => Some(0),
                "map" | "geo" | "split_clients" => line.args.len().checked_sub(1),
                _ => None,
            };
            let name = at.and_then(|at| line.arg(at)?.strip_prefix('$'));
            defined.extend(name.map(str::to_ascii_lowercase));
            // The lines of a `map` have their expressions before them.
            let words = line.args.iter().map(|it| it.value.as_str()).chain([line.name.as_str()]);
            defined.extend(words.flat_map(groups).map(str::to_ascii_lowercase));
        }
        defined
    }

    /// Formats of logs that nothing defines before they are named (`unknown log format`). None unless all
    /// of `http` is in view.
    pub fn unknown_formats(&self) -> Vec<UnknownFormat<'_>> {
        if !self.is_settled() || self.http().scope().opener.is_none() {
            return Vec::new();
        }
        let formats: Vec<&Line> = self.http().own("log_format").collect();
        let mut found = Vec::new();
        for level in self.levels().filter(|it| is_of_http(*it)) {
            for line in level.own("access_log") {
                let Some(name) = line.args.get(1).filter(|it| is_format(&it.value)) else {
                    continue;
                };
                let mut named = formats.iter().filter(|it| it.arg(0) == Some(&name.value));
                let later = match named.clone().next() {
                    None => None,
                    Some(_) if named.any(|it| !is_behind(it, line)) => continue,
                    Some(_) => formats.iter().find(|it| it.arg(0) == Some(&name.value)),
                };
                if name.written_at().is_some() {
                    found.push(UnknownFormat { name, later: later.map(|it| it.fact(())) });
                }
            }
        }
        found
    }

    /// Whether all is in view, as it stands: `http` itself, or that it is the one which an image ships.
    fn is_settled(&self) -> bool {
        let is_known = self.http().scope().opener.is_some() || !self.brought.is_empty();
        is_known && self.is_whole() && self.unsettled.is_empty()
    }
}

/// Whether a line is in one file behind another, and neither is included.
fn is_behind(line: &Line, other: &Line) -> bool {
    let (Some(line_at), Some(at)) = (line.fact(()).written_at(), other.fact(()).written_at())
    else {
        return false;
    };
    line.via.is_empty() && other.via.is_empty() && line_at.file == at.file && line_at > at
}

fn is_format(name: &str) -> bool {
    name != "combined" && !name.contains(['=', '$']) && !symbol::is_symbolic(name)
}

/// Whether a module that is not nginx's own may be there, which may bring variables.
fn is_of_module(line: &Line) -> bool {
    let names = ["load_module", "perl_modules", "perl_set", "perl_require"];
    names.contains(&line.name.as_str()) || known(&line.name).is_empty()
}

fn is_of_http(level: Level<'_>) -> bool {
    let of_others = [Context::Main, Context::Events];
    level.context().name().is_some() && !of_others.contains(&level.context())
}

/// The words of a line that nginx expands.
fn expanded(line: &Line) -> impl Iterator<Item = &Fact<String>> {
    let condition = line.is("if").then_some((0, 1));
    let listed = EXPANDED.iter().find(|(name, ..)| line.is(name));
    // A `geo` of one argument has the variable that it defines.
    let source = (line.is("geo") && line.args.len() == 2).then_some((0, 1));
    let (from, count) =
        listed.map(|(_, from, count)| (*from, *count)).or(condition).or(source).unwrap_or((0, 0));
    let words = line.args.iter().skip(from).take(count);
    // What stands in braces may be a template's, whoever fills that in.
    words.filter(|it| !symbol::is_symbolic(&it.value))
}

/// Whether it is a variable of nginx's: not the number of a group, nor one of the environment, which
/// people write in capitals and fill in before nginx reads them.
fn is_name(name: &str) -> bool {
    name.starts_with(|it: char| it.is_ascii_lowercase() || it == '_')
        && !name.bytes().any(|it| it.is_ascii_uppercase())
}

fn is_own(name: &str) -> bool {
    let begins =
        |known: &&str| known.strip_suffix('*').is_some_and(|first| name.starts_with(first));
    OWN.contains(name) || OWN.iter().any(begins) || OF_OTHERS.iter().any(|it| name.starts_with(it))
}

/// The names of an expression's groups: `(?<name>…)`, `(?P<name>…)`, `(?'name'…)`.
fn groups(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices("(?").filter_map(|(at, mark)| {
        let rest = &text[at + mark.len()..];
        let rest = rest.strip_prefix('P').unwrap_or(rest);
        let end = if rest.starts_with('<') { '>' } else { '\'' };
        let name = rest.strip_prefix(['<', '\''])?;
        let (name, _) = name.split_once(end)?;
        name.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_').then_some(name)
    })
}
