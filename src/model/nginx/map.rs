//! Variables that `map` and `geo` define.

use crate::model::nginx::Config;
use crate::model::nginx::access::Network;
use crate::model::nginx::answer::State;
use crate::model::nginx::level::Level;
use crate::model::nginx::names::Name;
use crate::model::nginx::scope::Line;
use crate::model::nginx::text::Unknown;

impl Config {
    /// Whether a `set`, or a named group of an expression, gives this variable a value anywhere.
    pub(super) fn sets_variable(&self, name: &str) -> bool {
        let sets = |line: &Line| {
            let target = line.arg(0).and_then(|it| it.strip_prefix('$'));
            line.is("set") && target.is_some_and(|it| it.eq_ignore_ascii_case(name))
        };
        let group = format!("<{name}>");
        let groups = |line: &Line| line.args.iter().any(|arg| arg.value.contains(&group));
        self.levels().flat_map(Level::lines).any(|line| sets(line) || groups(line))
    }
}

/// The value of a variable that a `map`, `geo` or `split_clients` defines; none if none does.
pub(super) fn variable(state: &mut State<'_, '_>, name: &str) -> Option<Result<String, Unknown>> {
    let http = state.config.http();
    let defines = |line: &&Line| {
        let target = line.args.last().and_then(|arg| arg.value.strip_prefix('$'));
        target.is_some_and(|target| target.eq_ignore_ascii_case(name))
            && matches!(line.name.as_str(), "map" | "geo" | "split_clients")
    };
    // As nginx has it, the later one counts.
    let line = http.lines().iter().rev().find(defines)?;
    let level = state.config.level(line.body?);
    Some(match line.name.as_str() {
        "map" => mapped(state, line, level),
        "geo" => located(state, line, level),
        _ => Err(Unknown::variable(name)),
    })
}

/// Exact values first, then names with wildcards, expressions in order, and the default
/// (`ngx_http_map_find`).
fn mapped(state: &mut State<'_, '_>, line: &Line, level: Level<'_>) -> Result<String, Unknown> {
    let config = state.config;
    let source = state.filled(line.arg(0).unwrap_or_default())?;
    let key = source.to_ascii_lowercase();
    let entries = || level.lines().iter().filter_map(|line| Some((&*line.name, line.arg(0)?)));
    let hosts = level.own("hostnames").next().is_some();
    let plain = |from: &str| from.strip_prefix('\\').unwrap_or(from).to_ascii_lowercase();
    let special = |from: &str| from == "default" || from.starts_with('~');

    let exact = entries().find(|(from, _)| !special(from) && plain(from) == key);
    let mut found = exact.map(|(_, to)| to);
    if found.is_none() && hosts {
        let named = entries().filter(|(from, _)| !special(from));
        let fits = named
            .filter_map(|(from, to)| Some((Name::parse(from, &config.patterns).fit(&key)?, to)));
        found = fits.max_by_key(|(fit, _)| *fit).map(|(_, to)| to);
    }
    if found.is_none() {
        for (from, to) in entries() {
            let Some(pattern) = from.strip_prefix('~') else { continue };
            let (pattern, ignores_case) = match pattern.strip_prefix('*') {
                Some(pattern) => (pattern, true),
                None => (pattern, false),
            };
            if let Some(groups) =
                state.config.patterns.get(pattern, ignores_case).groups(&source)?
            {
                state.caught(groups);
                found = Some(to);
                break;
            }
        }
    }
    if let Some(why) = level.scope().unseen.first() {
        return Err(Unknown::new(&why.why));
    }
    let default = || entries().find(|(from, _)| *from == "default").map(|(_, to)| to);
    match found.or_else(default) {
        Some(to) => state.filled(to),
        None => Ok(String::new()),
    }
}

/// The narrowest network that holds the client's address, or the default.
fn located(state: &State<'_, '_>, line: &Line, level: Level<'_>) -> Result<String, Unknown> {
    let special = ["ranges", "proxy", "proxy_recursive", "delete"];
    let own_address = line.args.len() == 1 || line.arg(0) == Some("$remote_addr");
    let simple = !level.lines().iter().any(|line| special.contains(&line.name.as_str()));
    let (Some(client), true) = (state.request.client, own_address && simple) else {
        return Err(Unknown::new("the client's network is not known"));
    };
    if let Some(why) = level.scope().unseen.first() {
        return Err(Unknown::new(&why.why));
    }
    let mut best: Option<(u8, &str)> = None;
    for line in level.lines() {
        let Some(value) = line.arg(0) else { continue };
        let network = Network::parse(&line.name);
        let length = match network {
            _ if line.is("default") => 0,
            Some(network) if network.holds(client) => network.length,
            Some(_) | None => continue,
        };
        if best.is_none_or(|(known, _)| length >= known) {
            best = Some((length, value));
        }
    }
    Ok(best.map(|(_, value)| value.to_owned()).unwrap_or_default())
}
