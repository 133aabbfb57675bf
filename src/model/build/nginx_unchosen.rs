//! Files of nginx that stand beside the one which a server has: another was taken in their place.

use crate::model::build::nginx_left_out::recipes_beside;
use crate::model::build::provisioned;
use crate::model::build::put_in_place::speaks_tls;
use crate::model::build::{image_builds, image_of};
use crate::model::{Files, Kind, Read, scripted};
use crate::syntax::nginx::{Directive, Tree};
use camino::Utf8Path;
use std::collections::{BTreeMap, BTreeSet};

/// Whether it answers every path with the one page of an application in the browser, and so does a file
/// that a container has, where only a Dockerfile beside it takes it, and no service, script or workflow
/// builds that: the web server of production has the application's files itself. What a guide tells of
/// that image was so before.
pub(super) fn is_of_unbuilt_page(
    files: &Files,
    (path, tree): (&Utf8Path, &Tree),
    every: &[(&Utf8Path, &Tree)],
    claimed: &BTreeSet<&Utf8Path>,
) -> bool {
    let Some(name) = path.file_name() else { return false };
    let is_instead =
        |(other, its): &(&Utf8Path, &Tree)| claimed.contains(other) && has_one_page(its);
    if !has_one_page(tree) || !every.iter().any(is_instead) {
        return false;
    }
    let recipes = recipes_beside(files, path, name);
    let below = |path: &Utf8Path| files.from_root(path).1.to_string();
    let named: Vec<String> =
        recipes.iter().copied().chain([path]).map(below).filter(|it| it.contains('/')).collect();
    let names_one = |read: &Read<'_>| named.iter().any(|it| read.has(it));
    let steps = || scripted::lists(files).into_iter().chain(scripted::step_files(files));
    !recipes.is_empty()
        && !image_builds::by_commands(files).iter().any(|(_, it)| recipes.contains(&*it.dockerfile))
        && !image_of::by_services(files).iter().any(|it| recipes.contains(it.as_path()))
        && !steps().any(|read| names_one(&read))
}

/// Whether what is no file is answered with one page: `try_files $uri /index.html`.
fn has_one_page(tree: &Tree) -> bool {
    fn has(directives: &[Directive]) -> bool {
        directives.iter().any(|it| {
            let last = it.args.last().map(|arg| arg.value.as_str());
            it.is("try_files") && last == Some("/index.html") || has(it.children())
        })
    }
    has(&tree.directives)
}

/// Whether a script gives one variable now this file and now another of its folder, of which nginx gets the
/// one that it then is: `conf=/etc/nginx/http.conf` in a branch, and `conf=/etc/nginx/https.conf` in the
/// other. Where just one of them takes TLS, that is what a server with visitors has.
pub(super) fn is_another_choice(
    files: &Files,
    (path, tree): (&Utf8Path, &Tree),
    every: &[(&Utf8Path, &Tree)],
) -> bool {
    let beside = |name: &str| {
        every.iter().find(|(it, _)| it.parent() == path.parent() && it.file_name() == Some(name))
    };
    let is_left = |read: Read<'_>| {
        let mut given: BTreeMap<&str, BTreeSet<&Utf8Path>> = BTreeMap::new();
        for line in read.text.lines().map(str::trim) {
            let Some((variable, value)) = line.split_once('=') else { continue };
            let value = value.trim_matches(['"', '\'', ';']);
            let name = value.strip_prefix("/etc/nginx/").map(|it| it.rsplit('/').next());
            if let Some((other, _)) = name.flatten().and_then(beside) {
                given.entry(variable).or_default().insert(other);
            }
        }
        let mut choices = given.into_values().filter(|it| it.len() > 1 && it.contains(path));
        choices.any(|among| {
            let with_tls = every.iter().filter(|(it, _)| among.contains(it));
            let with_tls = with_tls.filter(|(_, its)| speaks_tls(&its.directives)).count();
            !(speaks_tls(&tree.directives) && with_tls == 1)
        })
    };
    files.of(Kind::Shell).into_iter().any(is_left)
}

/// Whether tasks of a role put now this file and now another to one place, as with and without a
/// certificate. Where just one of them takes TLS, that is what a server with visitors has.
pub(super) fn is_another_of_role(
    files: &Files,
    (path, tree): (&Utf8Path, &Tree),
    every: &[(&Utf8Path, &Tree)],
) -> bool {
    let Some(role) = provisioned::role_of(path).filter(|_| !speaks_tls(&tree.directives)) else {
        return false;
    };
    let puts = provisioned::puts_of_role(files, role);
    let targets = |path: &Utf8Path| {
        let own = puts.iter().filter(|(source, _)| provisioned::is_source(role, source, path));
        own.map(|(_, target)| target.as_str()).collect::<BTreeSet<_>>()
    };
    let own = targets(path);
    let is_instead = |it: &&(&Utf8Path, &Tree)| it.0 != path && !own.is_disjoint(&targets(it.0));
    let mut with_tls = every.iter().filter(is_instead).filter(|it| speaks_tls(&it.1.directives));
    !own.is_empty() && with_tls.next().is_some() && with_tls.next().is_none()
}
