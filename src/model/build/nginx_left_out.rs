//! Files of nginx that lie in the tree, and that no server reads.

use crate::model::build::nginx_files::is_main;
use crate::model::build::nginx_installed::{self, served_names};
use crate::model::build::{host, image_builds};
use crate::model::{Endpoint, Files, Host, Kind, Read, Site, compose, scripted};
use crate::source::{kept_of, normalize, words};
use crate::syntax::Parsed;
use crate::syntax::nginx::{Directive, Tree};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeSet;

/// Whether a file lies beside the `nginx.conf` of a folder that has its sites in another, as the
/// whole of `/etc/nginx` does: nginx reads no such file, be it the site's draft or its former text.
pub(super) fn is_loose(files: &Files, path: &Utf8Path, mains: &[&Utf8Path]) -> bool {
    let folder = path.parent().unwrap_or(Utf8Path::new(""));
    files.tree.is_dir(&folder.join("sites-enabled"))
        && !mains.contains(&path)
        && mains.iter().any(|it| it.parent() == Some(folder))
}

/// Whether somebody kept the file as it was before another beside it: `nginx-copy.conf`; or before one
/// elsewhere, and nothing names it any more: `default.old.conf`.
pub(super) fn is_kept(files: &Files, path: &Utf8Path, every: &[(&Utf8Path, &Tree)]) -> bool {
    let Some(name) = path.file_name() else { return false };
    let Some(of) = kept_of(name) else { return false };
    let is_it = |other: &Utf8Path| {
        other.parent() == path.parent() && other.file_name().is_some_and(|name| words(name) == of)
    };
    // `old.example.com` is the name of a site.
    let begins_otherwise = words(name).first() == of.first();
    let is_left = || begins_otherwise && every.len() > 1 && !is_named(files, path);
    every.iter().any(|(other, _)| is_it(other)) || is_left()
}

/// Whether it is called as the site is that packages install, and another beside it declares what nginx
/// takes once only: an upstream of one name, or the default server of one address. It refuses the two
/// together ("duplicate upstream", "a duplicate default server"), so this one had to go.
pub(super) fn is_former_default(
    (path, tree): (&Utf8Path, &Tree),
    all: &[(&Utf8Path, &Tree)],
) -> bool {
    let is_default = |path: &Utf8Path| matches!(path.file_name(), Some("default" | "default.conf"));
    if !is_default(path) {
        return false;
    }
    let own: BTreeSet<_> = taken_once(tree).collect();
    all.iter()
        .filter(|(other, _)| other.parent() == path.parent() && !is_default(other))
        .any(|(_, tree)| taken_once(tree).any(|it| own.contains(&it)))
}

/// What no other file of one nginx may declare as well.
fn taken_once(tree: &Tree) -> impl Iterator<Item = (&str, &str)> {
    let upstreams = tree.directives.iter().filter(|it| it.is("upstream"));
    let upstreams = upstreams.filter_map(|it| Some(("upstream", it.arg(0)?)));
    let servers = tree.directives.iter().filter(|it| it.is("server"));
    let listens = servers.flat_map(Directive::children).filter(|it| it.is("listen"));
    let is_default = |it: &&Directive| it.args.iter().any(|it| it.value == "default_server");
    let default = listens.filter(is_default);
    upstreams.chain(default.filter_map(|it| Some(("listen", it.arg(0)?))))
}

/// Whether a container has another whole configuration of the folder, and nothing in the tree names
/// this one: nginx reads one, and this is a former or a further way that nobody goes.
pub(super) fn is_set_aside(
    files: &Files,
    (path, tree): (&Utf8Path, &Tree),
    every: &[(&Utf8Path, &Tree)],
    claimed: &BTreeSet<&Utf8Path>,
) -> bool {
    let folder = path.parent();
    let is_instead = |(other, its): &(&Utf8Path, &Tree)| {
        claimed.contains(other) && other.parent() == folder && is_main(its)
    };
    is_main(tree) && every.iter().any(is_instead) && !is_named(files, path)
}

/// Whether containers have other files of the folder or of the same site, each by its name, and nothing
/// in the tree names this one, nor starts anything outside of containers: a draft, or what they had
/// before.
pub(super) fn is_beside_mounted(
    files: &Files,
    (path, tree): (&Utf8Path, &Tree),
    every: &[(&Utf8Path, &Tree)],
    claimed: &BTreeSet<&Utf8Path>,
) -> bool {
    // Or all that is brought into one image.
    let recipe = |path: &Utf8Path| {
        let mut around = path.ancestors().skip(1);
        around.find(|it| has_recipe(files, it)).map(Utf8Path::to_owned)
    };
    let own = recipe(path).filter(|it| !files.from_root(it).1.as_str().is_empty());
    let is_neighbour = |other: &&Utf8Path| {
        other.parent() == path.parent() || own.is_some() && recipe(other) == own
    };
    let names = served_names(tree);
    let is_same_site = |(other, its): &(&Utf8Path, &Tree)| {
        claimed.contains(other) && {
            let theirs = served_names(its);
            names.is_empty() && theirs.is_empty() || !names.is_disjoint(&theirs)
        }
    };
    let is_instead = || every.iter().any(is_same_site) && !is_folder_named(files, path);
    let on_hosts = [Kind::Systemd, Kind::Supervisor];
    let in_containers_alone = || on_hosts.into_iter().all(|kind| files.of(kind).is_empty());
    // Of the same site and by the same name, and in no folder, it is what was there before there were any.
    let is_copy = || {
        let of_its_name = every.iter().filter(|(other, _)| other.file_name() == path.file_name());
        let is_loose = files.from_root(path).1.components().count() == 1;
        is_loose && !names.is_empty() && of_its_name.into_iter().any(is_same_site)
    };
    let is_left = claimed.iter().any(is_neighbour) || is_instead();
    is_left
        && (in_containers_alone() && !is_named(files, path) || is_copy() && !is_meant(files, path))
}

/// Whether only Dockerfiles beside it take it, none of which anything builds, where containers have other
/// files of the folder: `Dockerfile` with `nginx.conf` beside `Dockerfile.prod` with `nginx.prod.conf`.
pub(super) fn is_of_unbuilt_beside(
    files: &Files,
    path: &Utf8Path,
    claimed: &BTreeSet<&Utf8Path>,
) -> bool {
    let Some(name) = path.file_name() else { return false };
    if !claimed.iter().any(|it| it.parent() == path.parent()) {
        return false;
    }
    let recipes = recipes_beside(files, path, name);
    let is_built = || {
        let built = image_builds::find(files);
        built.iter().any(|(_, it)| recipes.contains(it.dockerfile.as_path()))
    };
    let named = |read: &Read<'_>| !recipes.contains(read.path) && names_file(read, name);
    let on_hosts = [Kind::Systemd, Kind::Supervisor];
    !recipes.is_empty()
        && on_hosts.into_iter().all(|kind| files.of(kind).is_empty())
        && !is_built()
        && !any_step(files, &named)
}

/// The Dockerfiles beside a file that take it by its name.
pub(super) fn recipes_beside<'f>(
    files: &Files<'f>,
    path: &Utf8Path,
    name: &str,
) -> BTreeSet<&'f Utf8Path> {
    let copies = |read: &Read<'_>| {
        let is_name = |it: &str| it.rsplit('/').next() == Some(name);
        let mut lines =
            read.text.lines().filter(|it| it.starts_with("COPY ") || it.starts_with("ADD "));
        let takes = lines.any(|it| it.split_whitespace().skip(1).any(is_name));
        read.path.parent() == path.parent() && takes
    };
    files.of(Kind::Dockerfile).into_iter().filter(copies).map(|it| it.path).collect()
}

/// Whether a script, a list of steps or a text for people names a file. Where nginx has one of that name
/// another may be put: `./site.conf:/etc/nginx/conf.d/default.conf`.
pub(super) fn is_named(files: &Files, path: &Utf8Path) -> bool {
    path.file_name().is_some_and(|name| any_step(files, &|read: &Read<'_>| names_file(read, name)))
}

/// Whether one names a file of which there is another by the same name, in its own folder.
fn is_meant(files: &Files, path: &Utf8Path) -> bool {
    let (_, below) = files.from_root(path);
    let own = below.parent().and_then(Utf8Path::file_name);
    let Some(name) = path.file_name() else { return false };
    any_step(files, &|read: &Read<'_>| {
        read.text.match_indices(name).any(|(at, _)| {
            let before = read.text[..at].rsplit(is_cut).next().unwrap_or_default();
            // What names no folder is beside it, and a compose file has its paths begin there.
            if before.is_empty() || before.starts_with('.') {
                let around = read.path.parent().unwrap_or(Utf8Path::new(""));
                return normalize(&around.join(before).join(name)) == path;
            }
            Utf8Path::new(before).file_name() == own
        })
    })
}

fn names_file(read: &Read<'_>, name: &str) -> bool {
    let is_of_tree = |before: &str| {
        !before.rsplit(is_cut).next().is_some_and(|folder| folder.starts_with("/etc/nginx/"))
    };
    read.text.match_indices(name).any(|(at, _)| is_of_tree(&read.text[..at]))
}

/// Whether a path ends before a character of a text.
fn is_cut(it: char) -> bool {
    it.is_whitespace() || [':', '"', '\'', '=', '`', '(', ')', '<', '>', ','].contains(&it)
}

/// Whether one names the folder that a file lies in, all of which it then may take.
fn is_folder_named(files: &Files, path: &Utf8Path) -> bool {
    let Some(folder) = path.parent().map(|it| files.from_root(it).1.as_str()) else { return false };
    !folder.is_empty() && any_step(files, &|read: &Read<'_>| read.has(folder))
}

/// Whether something holds of a script, a list of steps, a text for people or a compose file.
fn any_step(files: &Files, holds: &dyn Fn(&Read<'_>) -> bool) -> bool {
    let steps = scripted::lists(files).into_iter().chain(scripted::step_files(files));
    steps.chain(files.documents()).chain(files.of(Kind::Compose)).any(|read| holds(&read))
}

fn has_recipe(files: &Files, folder: &Utf8Path) -> bool {
    files.tree.is_file(&folder.join("Dockerfile"))
}

/// Whether it lies beside a Dockerfile that nothing builds any more, where compose builds those of
/// other folders beside this one: `compose/nginx` with its service taken out.
pub(super) fn is_of_unbuilt(files: &Files, path: &Utf8Path) -> bool {
    let has_recipe = |folder: &Utf8Path| has_recipe(files, folder);
    let Some(folder) = path.parent().filter(|it| has_recipe(it)) else { return false };
    let Some(around) = folder.parent().filter(|it| !it.as_str().is_empty()) else { return false };
    let short = |folder: &Utf8Path| {
        let (_, below) = files.from_root(folder);
        below.to_owned()
    };
    let folders = files.tree.children(around).map(|(path, _)| path.to_owned());
    let others: Vec<Utf8PathBuf> =
        folders.filter(|it| it != folder && has_recipe(it)).map(|it| short(&it)).collect();
    let names = |read: &Read<'_>, folder: &Utf8Path| {
        let mut lines = read.text.lines().filter(|line| !line.trim_start().starts_with('#'));
        lines.any(|line| line.contains(folder.as_str()))
    };
    let composed = files.of(Kind::Compose);
    let is_built = |folder: &Utf8PathBuf| composed.iter().any(|read| names(read, folder));
    let own = short(folder);
    let callers = scripted::lists(files).into_iter().chain(scripted::step_files(files));
    own.components().count() > 1
        && others.iter().any(is_built)
        && !callers.chain(composed.iter().copied()).any(|read| names(&read, &own))
}

/// Whether a compose file has its mount in a comment (`# - ./nginx.conf:/etc/nginx/nginx.conf`), and nothing
/// else names it: the container is started without it. A file that is a comment as a whole starts none.
pub(super) fn is_mount_taken_out(files: &Files, path: &Utf8Path) -> bool {
    let Some(name) = path.file_name() else { return false };
    let mount = format!("{name}:/etc/nginx/");
    let is_comment = |line: &str| line.trim_start().starts_with('#');
    let composed = files.of(Kind::Compose);
    let live = composed.iter().filter(|it| it.text.lines().any(|it| it.starts_with("services:")));
    let is_out =
        live.flat_map(|it| it.text.lines()).any(|it| is_comment(it) && it.contains(&mount));
    let names_it =
        |read: &Read<'_>| read.text.lines().any(|it| !is_comment(it) && it.contains(name));
    let steps = || scripted::lists(files).into_iter().chain(scripted::step_files(files));
    is_out && !steps().chain(composed.iter().copied()).any(|it| names_it(&it))
}

/// Whether it passes requests on to a service of a compose file, by the name that only containers know it
/// by, and no container has the file, nor does anything name it: its service was taken out.
pub(super) fn is_of_no_container(files: &Files, path: &Utf8Path, tree: &Tree) -> bool {
    let of_compose = files.of(Kind::Compose);
    if of_compose.is_empty() {
        return false;
    }
    let is_service = |name: &str| {
        of_compose.iter().any(|read| {
            let Parsed::Compose(tree) = read.parsed else { return false };
            let services = tree.documents.first().map(compose::services).unwrap_or_default();
            services.iter().any(|it| it.key.text() == Some(name))
        })
    };
    let mut passed = Vec::new();
    passed_to(&tree.directives, &mut passed);
    // An upstream of its own says itself where that is.
    let http = tree.directives.iter().filter(|it| it.is("http")).flat_map(Directive::children);
    let upstreams = tree.directives.iter().chain(http).filter(|it| it.is("upstream"));
    let upstreams: BTreeSet<&str> = upstreams.filter_map(|it| it.arg(0)).collect();
    passed.retain(|it| !upstreams.contains(it));
    passed.into_iter().any(is_service)
        && !path.parent().is_some_and(|it| has_recipe(files, it))
        && !is_named(files, path)
        && !is_folder_named(files, path)
}

/// The names without a dot that requests are passed on to.
fn passed_to<'t>(directives: &'t [Directive], found: &mut Vec<&'t str>) {
    for directive in directives {
        let is_server = directive.is("server") && directive.children().is_empty();
        let passes = ["proxy_pass", "uwsgi_pass"].iter().any(|it| directive.is(it));
        if let Some(target) = directive.arg(0).filter(|_| is_server || passes) {
            let host = target.split_once("://").map_or(target, |it| it.1);
            let host = host.split([':', '/']).next().unwrap_or_default();
            let is_name = !host.is_empty() && host != "unix" && !host.contains(['.', '$', '{']);
            found.extend(is_name.then_some(host));
        }
        passed_to(directive.children(), found);
    }
}

/// Whether the path below the tree's root says that no server has this file: `compose/local/nginx`.
pub(super) fn is_for_developers(files: &Files, path: &Utf8Path) -> bool {
    let (_, below) = files.from_root(path);
    let words = ["local", "dev", "devel", "development", "test", "tests", "testing"];
    let mut named = below.as_str().split(['/', '.', '-', '_']);
    named.any(|word| words.contains(&word.to_ascii_lowercase().as_str()))
}

/// A site in `sites-available` counts if `sites-enabled` links to it, or is not in view at all.
pub(super) fn is_enabled(files: &Files, path: &Utf8Path) -> bool {
    let Some(folder) = path.parent().filter(|it| it.file_name() == Some("sites-available")) else {
        return true;
    };
    let enabled = folder.with_file_name("sites-enabled");
    if !files.tree.is_dir(&enabled) {
        return true;
    }
    let linked = files.tree.children(&enabled).filter_map(|(link, _)| files.tree.resolve(link));
    linked.into_iter().any(|target| target == path)
}

/// Whether a file has servers of `example.com` alone, which is nobody's (RFC 2606, 3), and asks for paths
/// (`/path/to/your/site`), calls itself an example at its head, or another has a site of some other name:
/// this one was taken from a guide, or is one.
pub(super) fn is_of_guide(
    files: &Files,
    (path, tree): (&Utf8Path, &Tree),
    all: &[(&Utf8Path, &Tree)],
) -> bool {
    let of_nobody = |name: &&str| {
        let mut labels = name.rsplit('.');
        matches!(labels.next(), Some("com" | "net" | "org")) && labels.next() == Some("example")
    };
    let own: Vec<&str> = hosts(tree).collect();
    let is_real =
        |(other, its): &(&Utf8Path, &Tree)| *other != path && hosts(its).any(|it| !of_nobody(&it));
    !own.is_empty()
        && own.iter().all(of_nobody)
        && (names_any(&tree.directives, &|it| it.contains("/path/to/"))
            || files.find(path).read().is_some_and(is_said_to_be_example)
            || all.iter().any(is_real))
}

/// Whether the comments at the head of a file call it an example.
fn is_said_to_be_example(read: Read<'_>) -> bool {
    let head = read.text.lines().map(str::trim_start).take_while(|it| it.starts_with('#'));
    head.into_iter().any(|line| {
        let line = line.to_ascii_lowercase();
        let mut words = line.split(|it: char| !it.is_ascii_alphanumeric() && it != '.');
        words.any(|it| matches!(it, "example" | "sample"))
    })
}

/// Whether a developer's machine has it: its servers are for names that lead every machine to itself (RFC
/// 6761, 6.3), so that no visitor comes by `blog.localhost`, or its paths lie where only macOS and the
/// machines of Vagrant have homes.
pub fn is_of_own_machine(tree: &Tree) -> bool {
    let mut names = hosts(tree).peekable();
    let of_homes = |it: &str| {
        ["/home/vagrant/", "/vagrant/", "/Users/"].iter().any(|home| it.starts_with(home))
    };
    names.peek().is_some() && names.all(|it| it.ends_with(".localhost"))
        || names_any(&tree.directives, &of_homes)
}

/// Whether an argument of one of these directives, or of those in their blocks, is such a one.
fn names_any(directives: &[Directive], is_it: &dyn Fn(&str) -> bool) -> bool {
    directives
        .iter()
        .any(|it| it.args.iter().any(|arg| is_it(&arg.value)) || names_any(it.children(), is_it))
}

/// The addresses that the servers of a file listen on as they are written, each with a host.
pub(super) fn answered(tree: &Tree) -> BTreeSet<(&str, &str)> {
    let mut found = BTreeSet::new();
    for server in tree.directives.iter().filter(|it| it.is("server")) {
        let of = |name: &'static str| server.children().iter().filter(move |it| it.is(name));
        let mut listens: Vec<&str> = of("listen").filter_map(|it| it.arg(0)).collect();
        if listens.is_empty() {
            listens.push("80");
        }
        let names = of("server_name").flat_map(|it| &it.args).map(|it| it.value.as_str());
        for host in names.filter(|it| it.contains('.')) {
            found.extend(listens.iter().map(|at| (*at, host)));
        }
    }
    found
}

/// The hosts that the servers of a file are for, but for those that are filled in.
fn hosts(tree: &Tree) -> impl Iterator<Item = &str> {
    nginx_installed::hosts(tree).filter(|it| !it.contains('{'))
}

/// Whether sites for this machine alone ask for a port, and scripts start the server at another: the two
/// have nothing to do with each other, be the site another project's that was copied with its folder.
pub(super) fn are_left_by_another(files: &Files, sites: &[Site]) -> bool {
    let upstreams = || sites.iter().flat_map(|it| &it.routes).flat_map(|it| &it.upstreams);
    let port = |it: &Endpoint| match it {
        Endpoint::Tcp { host: Host::Loopback, port } => Some(*port),
        Endpoint::Tcp { .. } | Endpoint::Unix(_) => None,
    };
    let asked: Option<Vec<u16>> = upstreams().map(|it| port(&it.value)).collect();
    let Some(asked) = asked.filter(|it| !it.is_empty() && sites.iter().all(Site::is_local)) else {
        return false;
    };
    let after = |line: &str| {
        let behind = line.split(':').skip(1).map(|it| {
            it.split(|it: char| !it.is_ascii_digit()).next().unwrap_or_default().to_owned()
        });
        behind.filter_map(|it| it.parse::<u16>().ok()).collect::<Vec<_>>()
    };
    let bound: Vec<u16> = host::binders(files).iter().flat_map(|it| after(it)).collect();
    !bound.is_empty() && !bound.iter().any(|it| asked.contains(it))
}
