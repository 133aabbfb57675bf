//! Whether anything in a tree speaks of a web server that could send its files.

use crate::model::build::{described, documents};
use crate::model::{Deployment, Files, Kind};

/// Names of web servers, and of those that set one up for whoever uses them. Dokku's nginx can be told
/// to send files (its documentation, "Nginx Proxy").
const WORDS: &[&str] = &[
    "nginx",
    "caddy",
    "apache",
    "httpd",
    "haproxy",
    "openresty",
    "lighttpd",
    "reverse proxy",
    "reverse-proxy",
    "proxy manager",
    "dokku",
];

/// Looked for only where compose or a platform starts something, and no site is in view: elsewhere it is
/// known what they send, or nothing is asked.
pub(super) fn tells_of_web_server(files: &Files, deployments: &[Deployment]) -> bool {
    let servers = [Kind::Nginx, Kind::Caddy];
    if deployments.iter().any(|it| !it.sites.is_empty())
        || servers.iter().any(|kind| !files.of(*kind).is_empty())
        || described::send_files(files)
    {
        return true;
    }
    if !documents::starts_containers(files) {
        return false;
    }
    let kinds = [Kind::Shell, Kind::Compose, Kind::Dockerfile, Kind::Workflow, Kind::Makefile];
    let reads = kinds.into_iter().flat_map(|kind| files.of(kind)).chain(files.documents());
    let mut texts = reads.map(|read| files.in_small_letters(read.id));
    texts.any(|text| WORDS.iter().any(|word| text.contains(word)))
}
