//! Texts for people, which tell of what no configuration says.

use crate::model::names::{GUIDES, MOST_GUIDES};
use crate::model::{Files, Kind, Read};
use camino::Utf8PathBuf;

/// Asks for them where there is a server to tell of.
pub(super) fn want(files: &Files) {
    if has_servers(files) {
        // What is wanted is there the next time.
        let _ = documents(files);
    }
}

/// Whether anything of a machine itself is in view: a supervisor's, or a web server's configuration.
pub(super) fn has_servers(files: &Files) -> bool {
    let of_servers = [Kind::Systemd, Kind::Supervisor, Kind::Nginx, Kind::Caddy];
    of_servers.iter().any(|kind| !files.of(*kind).is_empty())
}

/// Their paths, in order.
pub(super) fn paths<'f>(files: &Files<'f>) -> impl Iterator<Item = &'f Utf8PathBuf> {
    files.ending_in(&GUIDES).into_iter()
}

/// Those of the tree that were read; the others are asked for, all in one round.
pub(super) fn documents<'f>(files: &Files<'f>) -> Vec<Read<'f>> {
    let found = paths(files).take(MOST_GUIDES).filter_map(|path| files.find(path).read());
    found.collect()
}
