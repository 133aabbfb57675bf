//! Real Caddyfiles: accepted or refused alike, and if accepted with the same hosts, upstreams and
//! roots.

use crate::fact::Environment;
use crate::fact::version::Series;
use crate::model::caddy::{Config, Handler, Imported, Inputs, Route, Upstream, read};
use crate::model::{Endpoint, Host};
use crate::source::{FileId, Sources};
use crate::syntax::caddy::{Token, Tree, parse};
use crate::syntax::kind::{self, Kind};
use crate::tests::caddy::oracle::current;
use crate::tests::file;
use camino::{Utf8Path, Utf8PathBuf};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::fs;
use std::process::Command;

/// Compares the Caddyfiles of `KILTER_CHECKOUTS`, or else those among the fixtures.
#[test]
fn caddyfiles_found_in_checkouts_are_read_alike() {
    let fixtures = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures");
    let folder = env::var("KILTER_CHECKOUTS").unwrap_or_else(|_| fixtures.to_owned());
    let mut files = Vec::new();
    collect(Utf8Path::new(&folder), &mut files);
    files.sort();
    let (mut equal, mut refused, mut different) = (0, 0, 0);
    for path in &files {
        let (config, problems) = kilters(path);
        let why = match (caddys(path), problems.first()) {
            (Err(_), Some(_)) => {
                refused += 1;
                continue;
            }
            (Ok(_), Some(problem)) => format!("kilter refuses it: {problem}"),
            (Err(message), None) => format!("caddy refuses it: {message}"),
            (Ok(theirs), None) => {
                let ours = facts(&config);
                if ours == theirs {
                    equal += 1;
                    continue;
                }
                let missing: Vec<_> = theirs.difference(&ours).collect();
                let extra: Vec<_> = ours.difference(&theirs).collect();
                format!("not found: {missing:?}, found besides: {extra:?}")
            }
        };
        different += 1;
        println!("{}\n  {why}", path.strip_prefix(&folder).unwrap_or(path));
    }
    println!(
        "{} Caddyfiles: {equal} with caddy's hosts, upstreams and roots, {refused} refused by \
         both, {different} different",
        files.len()
    );
    assert!(equal + refused >= 4 * different, "more than one in five differs");
}

fn collect(folder: &Utf8Path, files: &mut Vec<Utf8PathBuf>) {
    let Ok(entries) = folder.read_dir_utf8() else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        let Ok(found) = fs::symlink_metadata(path) else { continue };
        if found.is_dir() && entry.file_name() != ".git" {
            collect(path, files);
        } else if found.is_file() && is_caddyfile(path) {
            files.push(path.to_owned());
        }
    }
}

fn is_caddyfile(path: &Utf8Path) -> bool {
    let text = fs::read_to_string(path).unwrap_or_default();
    kind::by_name(path) == Some(Kind::Caddy) && !text.is_empty()
}

/// Ports with their hosts, upstreams and roots, each as one line.
type Facts = BTreeSet<String>;

fn caddys(path: &Utf8Path) -> Result<Facts, String> {
    let output = Command::new(current())
        .args(["adapt", "--adapter", "caddyfile", "--config"])
        .arg(path)
        .env_clear()
        .env("HOME", env::temp_dir())
        .output()
        .unwrap();
    if !output.status.success() {
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(message.lines().last().unwrap_or_default().to_owned());
    }
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    let mut facts = Facts::new();
    let none = serde_json::Map::new();
    let servers = json["apps"]["http"]["servers"].as_object().unwrap_or(&none);
    for server in servers.values() {
        let ports: Vec<_> = list(&server["listen"])
            .into_iter()
            .filter_map(|listen| listen.rsplit(':').next().map(str::to_owned))
            .collect();
        for route in server["routes"].as_array().into_iter().flatten() {
            for set in route["match"].as_array().into_iter().flatten() {
                for host in list(&set["host"]) {
                    facts.extend(ports.iter().map(|port| format!("host {host}:{port}")));
                }
            }
        }
        walk(server, &mut facts);
    }
    Ok(facts)
}

fn list(value: &Value) -> Vec<&str> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

fn walk(value: &Value, facts: &mut Facts) {
    // What PHP and `forward_auth` are sent to is not modelled.
    let is_plain =
        value["transport"]["protocol"] != "fastcgi" && value["handle_response"].is_null();
    for upstream in value["upstreams"].as_array().into_iter().flatten().filter(|_| is_plain) {
        let Some(dial) = upstream["dial"].as_str().filter(|dial| !dial.contains('{')) else {
            continue;
        };
        let endpoint = match (dial.strip_prefix("unix/"), dial.rsplit_once(':')) {
            (Some(path), _) => Endpoint::Unix(path.into()),
            (None, Some((host, port))) => {
                Endpoint::Tcp { host: Host::parse(host), port: port.parse().unwrap() }
            }
            (None, None) => continue,
        };
        facts.insert(format!("upstream {endpoint}"));
    }
    if let (Some("vars"), Some(root)) = (value["handler"].as_str(), value["root"].as_str()) {
        facts.insert(format!("root {root}"));
    }
    match value {
        Value::Object(fields) => fields.values().for_each(|value| walk(value, facts)),
        Value::Array(items) => items.iter().for_each(|value| walk(value, facts)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// What kilter makes of a file and of all that it imports.
fn kilters(path: &Utf8Path) -> (Config, Vec<String>) {
    let environment = Environment::default();
    let mut wanted = vec![path.to_owned()];
    let mut sources = Sources::default();
    let mut trees: BTreeMap<FileId, Tree> = BTreeMap::new();
    let mut problems = Vec::new();
    while let Some(path) = wanted.pop() {
        if sources.find(&path).is_some() {
            continue;
        }
        let Ok(text) = fs::read(&path) else { continue };
        sources.add(vec![file(path.as_str(), text)]);
        let Some(id) = sources.find(&path) else { continue };
        let (tree, found) = parse(id, sources.get(id).text());
        problems.extend(found.into_iter().map(|problem| problem.message));
        let tokens = tree.in_environment(&environment);
        wanted.extend(tokens.windows(2).filter_map(imported).flat_map(|it| matches(&path, it)));
        trees.insert(id, tree);
    }
    let import = |from: FileId, wanted: &str| {
        let found = matches(sources.get(from).path(), wanted);
        let ids: Vec<_> = found.iter().filter_map(|path| sources.find(path)).collect();
        if ids.is_empty() && !wanted.contains('*') {
            Imported::Nothing
        } else {
            Imported::Files(ids)
        }
    };
    let main = sources.find(path).unwrap();
    let version = Some(Series::new(2, 11));
    let config =
        read(&Inputs { main, trees: &trees, import: &import, environment: &environment, version });
    let refused = config.problems.iter().chain(&config.imported_options);
    problems.extend(refused.map(|problem| problem.message.clone()));
    problems.extend(config.unknown.iter().map(|name| format!("unknown `{name}`")));
    (config, problems)
}

fn imported(pair: &[Token]) -> Option<&str> {
    pair[0].is("import").then(|| pair[1].text())
}

/// The files that an import in `from` finds.
fn matches(from: &Utf8Path, wanted: &str) -> Vec<Utf8PathBuf> {
    let path = from.parent().unwrap_or(from).join(wanted);
    let Some((start, end)) = path.as_str().split_once('*') else {
        return if path.is_file() { vec![path] } else { Vec::new() };
    };
    let folder = Utf8Path::new(start).parent().unwrap_or(from);
    let entries = folder.read_dir_utf8().into_iter().flatten().flatten();
    let fits =
        |path: &Utf8PathBuf| path.as_str().starts_with(start) && path.as_str().ends_with(end);
    let mut found: Vec<_> = entries.map(|entry| entry.path().to_owned()).filter(fits).collect();
    found.sort();
    found
}

fn facts(config: &Config) -> Facts {
    let mut facts = Facts::new();
    for site in &config.sites {
        for address in &site.addresses {
            let port = config.port(address);
            // Each port is a server of its own, and has no hosts where one address takes them all.
            let same = site.addresses.iter().filter(|it| config.port(it) == port);
            let everybody = same.into_iter().any(|it| it.host.is_empty());
            if let (Some(port), false) = (port, everybody) {
                // Caddy writes placeholders of templates in lower case as well.
                facts.insert(format!("host {}:{port}", address.host.to_lowercase()));
            }
        }
        routes(&site.routes, &mut facts);
        routes(&site.errors, &mut facts);
    }
    facts
}

fn routes(list: &[Route], facts: &mut Facts) {
    for step in list.iter().flat_map(|route| &route.steps) {
        match &step.handler {
            Handler::Routes(inner) => routes(inner, facts),
            Handler::Root(root) => {
                facts.insert(format!("root {root}"));
            }
            Handler::Proxy(proxy) => {
                facts.extend(proxy.upstreams.iter().filter_map(upstream));
            }
            Handler::Headers(_)
            | Handler::RequestHeaders(_)
            | Handler::Rewrite(_)
            | Handler::Files(_)
            | Handler::Respond(_)
            | Handler::Redirect { .. }
            | Handler::Error { .. }
            | Handler::Abort
            | Handler::Authenticate
            | Handler::Transparent
            | Handler::Opaque => {}
        }
    }
}

/// Those that kilter knows the way to; to it, `localhost` and `127.0.0.1` are one.
fn upstream(upstream: &Upstream) -> Option<String> {
    Some(format!("upstream {}", upstream.endpoint.as_ref()?.value))
}
