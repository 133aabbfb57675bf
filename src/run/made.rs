//! Files that scripts of the tree make on a server: sites, units and programs whose whole text stands
//! in a here-document.

use crate::model::is_of_no_server;
use crate::source::{File, Sources, Tree};
use crate::syntax::Parsed;
use crate::syntax::kind::{self, Kind};
use crate::syntax::shell::{self, Written};
use crate::syntax::spliced::Spliced;
use camino::{Utf8Path, Utf8PathBuf};

/// Where a server looks for what a script installs.
const FOLDERS: [&str; 7] = [
    "/etc/nginx/",
    "/etc/systemd/system/",
    "/lib/systemd/system/",
    "/usr/lib/systemd/system/",
    "/etc/supervisor/",
    "/etc/supervisord.d/",
    "/etc/caddy/",
];

/// Adds what these scripts make, each below its script: `setup.sh` makes
/// `setup.sh/etc/systemd/system/shop.service`. Those of tests make no server. A file that the tree has for the same purpose is the one
/// that people keep up; the script made it once.
pub(super) fn add(tree: &Tree, sources: &mut Sources, parsed: &[Parsed], from: usize) {
    let new = sources.ids().split_off(from);
    let scripts = new.into_iter().filter_map(|id| match &parsed[id.index()] {
        Parsed::Shell(script) => Some((sources.get(id).path().clone(), script)),
        _ => None,
    });
    let made: Vec<_> = scripts
        .filter(|(path, _)| {
            !is_of_no_server(tree.from_root(path).1) && !is_of_image(sources, parsed, path)
        })
        .flat_map(|(path, script)| {
            let written = shell::written(script).into_iter().filter(is_of_server);
            let written = written.filter(|it| !is_in_tree(sources, parsed, it)).collect::<Vec<_>>();
            written.into_iter().map(move |it| (path.join(it.path.trim_start_matches('/')), it.text))
        })
        .collect();
    for (path, text) in made {
        add_one(sources, path, text);
    }
}

/// Whether an image has a script, which then writes its files in a container: a Dockerfile names it.
fn is_of_image(sources: &Sources, parsed: &[Parsed], script: &Utf8Path) -> bool {
    let Some(name) = script.file_name() else { return false };
    let read = sources.ids().into_iter().zip(parsed);
    let mut images = read.filter(|(_, parsed)| matches!(parsed, Parsed::Dockerfile(_)));
    images.any(|(id, _)| sources.get(id).text().contains(name))
}

pub(super) fn add_one(sources: &mut Sources, path: Utf8PathBuf, text: Spliced) {
    let file = File { path, bytes: text.as_str().as_bytes().to_vec() };
    sources.add_made(file, move |span| text.place_of(span.range()));
}

/// The path on the server of what a script makes.
pub(super) fn installed(path: &Utf8Path) -> &Utf8Path {
    let at = FOLDERS.iter().filter_map(|folder| path.as_str().rfind(folder)).max();
    at.map_or(path, |at| Utf8Path::new(&path.as_str()[at..]))
}

/// Programs of which a project has one each, as a rule.
const PROGRAMS: [&str; 5] = ["gunicorn", "uwsgi", "uvicorn", "daphne", "celery"];

/// Whether the tree has a site for the server that this is one for, or a unit for the program.
fn is_in_tree(sources: &Sources, parsed: &[Parsed], made: &Written) -> bool {
    let own = sources.ids().into_iter().filter(|id| !sources.is_made(*id));
    let mut own = own.filter_map(|id| Some((sources.get(id), parsed.get(id.index())?)));
    match kind::by_name(Utf8Path::new(&made.path)) {
        Some(Kind::Nginx) => own.any(|(source, parsed)| {
            matches!(parsed, Parsed::Nginx(_)) && source.text().contains("server")
        }),
        Some(Kind::Systemd) => own.any(|(source, parsed)| {
            let name = Utf8Path::new(&made.path).file_name();
            let has = |it: &&str| source.text().contains(*it) && made.text.as_str().contains(*it);
            matches!(parsed, Parsed::Systemd(_))
                && (source.path().file_name() == name || PROGRAMS.iter().any(has))
        }),
        Some(kind) => own.any(|(_, parsed)| parsed.kind() == kind),
        None => own.any(|(_, parsed)| parsed.kind() == Kind::Supervisor),
    }
}

fn is_of_server(written: &Written) -> bool {
    is_unit_to_be_moved(written)
        || FOLDERS.iter().any(|folder| written.path.starts_with(folder))
            && match kind::by_name(Utf8Path::new(&written.path)) {
                Some(kind) => kind != Kind::Shell,
                // Its programs may go under any name, and the content tells.
                None => written.path.contains("/supervisor") && written.path.ends_with(".conf"),
            }
}

/// Whether a unit for a server is left where the script is called, for somebody to put it where systemd
/// looks: there is nothing else that it could be for.
fn is_unit_to_be_moved(written: &Written) -> bool {
    !written.path.contains('/')
        && written.path.ends_with(".service")
        && ["[Service]", "ExecStart="].iter().all(|it| written.text.as_str().contains(it))
}
