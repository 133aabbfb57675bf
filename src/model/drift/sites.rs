//! Sites of nginx, location by location.
//!
//! certbot writes into the installed file, and splits a server in two; so a location is looked for
//! in every installed server of the name, and what certbot writes is not compared.

use crate::fact::Fact;
use crate::model::Host;
use crate::model::drift::{Copies, Difference, Drift, is_sample};
use crate::model::files::{Files, Read};
use crate::syntax::Parsed;
use crate::syntax::kind::Kind;
use crate::syntax::nginx::{Directive, Tree};
use camino::Utf8PathBuf;
use std::collections::BTreeSet;

/// What decides where a request goes, what it may carry and what the application is told.
const DECISIVE: &[&str] = &[
    "alias",
    "allow",
    "auth_basic",
    "client_max_body_size",
    "deny",
    "fastcgi_pass",
    "internal",
    "proxy_pass",
    "proxy_read_timeout",
    "proxy_set_header",
    "root",
    "try_files",
    "uwsgi_pass",
];

/// What answers a request. A file that has another answer altogether is for another time: the page
/// that is shown while the site is down.
const ANSWERS: &[&str] =
    &["alias", "fastcgi_pass", "proxy_pass", "root", "try_files", "uwsgi_pass"];

/// A server of one file.
struct Server<'a> {
    names: BTreeSet<&'a str>,
    block: &'a Directive,
}

pub(super) fn needed(tree: &Tree) -> Vec<Utf8PathBuf> {
    let mut paths = Vec::new();
    each(&tree.directives, &mut |it| {
        if it.is("alias") || it.is("root") {
            let path = it.arg(0).filter(|path| path.starts_with('/') && !path.contains('$'));
            paths.extend(path.map(Utf8PathBuf::from));
        }
    });
    paths
}

pub(super) fn find(files: &Files, copies: &Copies) -> Vec<Drift> {
    let (of_projects, installed): (Vec<_>, Vec<_>) =
        files.of(Kind::Nginx).into_iter().partition(|it| copies.contains_key(it.path));
    let trees: Vec<&Tree> = installed.iter().filter_map(tree).collect();
    let mut inherited: BTreeSet<&str> = trees.iter().flat_map(|it| inherited(it)).collect();
    // What is included here was read.
    inherited.remove("include");
    let installed: Vec<Server> = trees.into_iter().flat_map(servers).collect();
    let of_projects: Vec<(&Read, Server)> = of_projects
        .iter()
        .filter_map(|read| Some((read, tree(read)?)))
        .flat_map(|(read, tree)| servers(tree).into_iter().map(move |it| (read, it)))
        .collect();
    let mut drifts = Vec::new();
    for (read, copy) in &of_projects {
        let same_name = |it: &&Server| !it.names.is_disjoint(&copy.names);
        let here: Vec<&Server> = installed.iter().filter(same_name).collect();
        // One file for each of several machines, or of several ways to run it.
        let others = of_projects.iter().filter(|(it, _)| it.path != read.path);
        let is_only = !others.map(|(_, it)| it).any(|it| same_name(&it));
        if here.is_empty() || !is_only || !is_meant(read, files) {
            continue;
        }
        let name = copy.names.first().map(|it| (*it).to_owned()).unwrap_or_default();
        let inherited = [&inherited, &tree(read).map(self::inherited).unwrap_or_default()];
        let differences = differences(copy, &here, inherited);
        let is_another = |it: &Difference| {
            ANSWERS.contains(&it.key.as_str()) && it.installed.value != it.copy.value
        };
        if differences.iter().any(is_another) {
            continue;
        }
        drifts.push(Drift { name, copy: read.path.to_owned(), differences });
    }
    drifts
}

fn tree<'a>(read: &Read<'a>) -> Option<&'a Tree> {
    match read.parsed {
        Parsed::Nginx(tree) => Some(tree),
        _ => None,
    }
}

/// The servers that say by which names they go.
fn servers(tree: &Tree) -> Vec<Server<'_>> {
    let mut servers = Vec::new();
    each(&tree.directives, &mut |block| {
        if block.is("server") && block.block().is_some() {
            let named = block.children().iter().filter(|it| it.is("server_name"));
            let names = named.flat_map(|it| &it.args).map(|it| it.value.as_str());
            let names = names.filter(|it| it.contains('.') && !it.starts_with(['~', '*', '.']));
            servers.push(Server { names: names.collect(), block });
        }
    });
    servers
}

fn each<'a>(directives: &'a [Directive], look: &mut impl FnMut(&'a Directive)) {
    for directive in directives {
        look(directive);
        each(directive.children(), look);
    }
}

/// What is said outside of locations, which those then need not say.
fn inherited(tree: &Tree) -> BTreeSet<&str> {
    fn gather<'a>(directives: &'a [Directive], names: &mut BTreeSet<&'a str>) {
        for directive in directives.iter().filter(|it| !it.is("location")) {
            names.insert(directive.name.value.as_str());
            gather(directive.children(), names);
        }
    }
    let mut names = BTreeSet::new();
    gather(&tree.directives, &mut names);
    names
}

/// Whether a project's file is for this machine, as it stands: its folders are there, and it passes
/// requests on to nowhere else, as one for containers would.
fn is_meant(read: &Read, files: &Files) -> bool {
    let Some(tree) = tree(read) else { return false };
    let (mut upstreams, mut targets) = (BTreeSet::new(), Vec::new());
    each(&tree.directives, &mut |it| {
        let name = it.arg(0).unwrap_or_default();
        if it.is("upstream") {
            upstreams.insert(name);
        } else if it.is("proxy_pass") || it.is("uwsgi_pass") {
            targets.push(name);
        }
    });
    let is_here = |target: &&str| {
        let rest = target.split_once("://").map_or(*target, |(_, rest)| rest);
        let host = rest.split(['/', ':']).next().unwrap_or_default();
        host == "unix" || upstreams.contains(host) || Host::parse(host) == Host::Loopback
    };
    tree.template.is_none()
        && tree.dump.is_none()
        && !is_sample(read.path)
        && targets.iter().all(is_here)
        && needed(tree).iter().all(|path| files.tree.resolve(path).is_some())
}

/// By which names directives are inherited: where it is installed, and in the project.
type Inherited<'a> = [&'a BTreeSet<&'a str>; 2];

/// What the locations say that both have; where several servers have one, as the nearest says it.
fn differences(copy: &Server, installed: &[&Server], inherited: Inherited) -> Vec<Difference> {
    let mut found = Vec::new();
    for location in locations(copy) {
        let is_same = |it: &&Directive| words(&[it]) == words(&[location]);
        let here = installed.iter().filter_map(|it| locations(it).find(is_same));
        let each = here.map(|here| between(here, location, inherited));
        found.extend(each.min_by_key(Vec::len).unwrap_or_default());
    }
    found
}

fn locations<'a>(server: &Server<'a>) -> impl Iterator<Item = &'a Directive> + use<'a> {
    server.block.children().iter().filter(|it| it.is("location"))
}

fn words<'a>(directives: &[&'a Directive]) -> Vec<&'a str> {
    directives.iter().flat_map(|it| &it.args).map(|it| it.value.as_str()).collect()
}

fn between(installed: &Directive, copy: &Directive, inherited: Inherited) -> Vec<Difference> {
    let both = [installed, copy];
    // What an included file adds cannot be told from here.
    if both.iter().any(|location| location.children().iter().any(|it| it.is("include"))) {
        return Vec::new();
    }
    let keys: BTreeSet<String> = both.into_iter().flat_map(decisive).map(key).collect();
    let difference = |key: String| {
        let said = both.map(|location| decisive(location).filter(|it| self::key(it) == key));
        let said = said.map(Iterator::collect::<Vec<_>>);
        let name = key.split(' ').next().unwrap_or_default();
        let is_silent = |side: usize| {
            let comes_from_outside =
                ["include", name].iter().any(|it| inherited[side].contains(it));
            said[side].is_empty() && comes_from_outside
        };
        let differs = words(&said[0]) != words(&said[1]) && !is_silent(0) && !is_silent(1);
        let at = |side: usize| {
            let line = said[side].last().map(|it| it.head());
            Fact::at(line.is_some(), line.unwrap_or(both[side].head()))
        };
        differs.then(|| Difference { installed: at(0), copy: at(1), key: key.clone() })
    };
    keys.into_iter().filter_map(difference).collect()
}

fn decisive(location: &Directive) -> impl Iterator<Item = &Directive> {
    location.children().iter().filter(|it| DECISIVE.contains(&it.name.value.as_str()))
}

/// A header is set by its own name.
fn key(directive: &Directive) -> String {
    let name = directive.name.value.as_str();
    match directive.arg(0).filter(|_| name == "proxy_set_header") {
        Some(header) => format!("{name} {header}"),
        None => name.to_owned(),
    }
}
