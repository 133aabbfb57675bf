//! Files that scripts of the tree make on a server: sites, units and programs whose whole text stands
//! in a here-document.

use crate::source::{File, Sources};
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
/// `setup.sh/etc/systemd/system/shop.service`.
pub(super) fn add(sources: &mut Sources, parsed: &[Parsed], from: usize) {
    let new = sources.ids().split_off(from);
    let scripts = new.into_iter().filter_map(|id| match &parsed[id.index()] {
        Parsed::Shell(script) => Some((sources.get(id).path().clone(), script)),
        _ => None,
    });
    let made: Vec<_> = scripts
        .flat_map(|(path, script)| {
            let written = shell::written(script).into_iter().filter(is_of_server);
            written.map(move |it| (path.join(it.path.trim_start_matches('/')), it.text))
        })
        .collect();
    for (path, text) in made {
        add_one(sources, path, text);
    }
}

fn add_one(sources: &mut Sources, path: Utf8PathBuf, text: Spliced) {
    let file = File { path, bytes: text.as_str().as_bytes().to_vec() };
    sources.add_made(file, move |span| text.place_of(span.start as usize..span.end as usize));
}

/// The path on the server of what a script makes.
pub(super) fn installed(path: &Utf8Path) -> &Utf8Path {
    let at = FOLDERS.iter().filter_map(|folder| path.as_str().rfind(folder)).max();
    at.map_or(path, |at| Utf8Path::new(&path.as_str()[at..]))
}

fn is_of_server(written: &Written) -> bool {
    FOLDERS.iter().any(|folder| written.path.starts_with(folder))
        && kind::by_name(Utf8Path::new(&written.path)) != Some(Kind::Shell)
}
