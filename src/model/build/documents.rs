//! Texts for people, which tell of what no configuration says.

use crate::model::build::described;
use crate::model::{Files, Kind};

/// Asks for them where there is a server to tell of, or what compose or a platform starts.
pub(super) fn want(files: &Files) {
    if has_servers(files) || starts_containers(files) {
        // What is wanted is there the next time.
        let _ = files.documents();
    }
}

/// Whether anything of a machine itself is in view: a supervisor's, or a web server's configuration.
pub(super) fn has_servers(files: &Files) -> bool {
    let of_servers = [Kind::Systemd, Kind::Supervisor, Kind::Nginx, Kind::Caddy];
    of_servers.iter().any(|kind| !files.of(*kind).is_empty())
}

/// Whether compose starts something, or a platform does by a Procfile or a description of its own.
pub(super) fn starts_containers(files: &Files) -> bool {
    let starts = [Kind::Compose, Kind::Procfile];
    starts.iter().any(|kind| !files.of(*kind).is_empty()) || described::are_there(files)
}
