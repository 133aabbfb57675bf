//! What a tree says of certificates and of what stands before its servers, in whatever words.
//!
//! Only to know when to be silent: a sentence in a README is no configuration, but it may be why the
//! configuration lacks something.

use crate::model::surroundings::Speaks;
use crate::model::{Files, Found, Kind};
use camino::Utf8Path;

const CERTIFICATES: &[&str] = &[
    "certbot",
    "letsencrypt",
    "let's encrypt",
    "acme.sh",
    "acme-challenge",
    "dehydrated",
    "lego ",
];

const OUTER: &[&str] = &[
    "cloudflare",
    "cloudfront",
    "load balancer",
    "loadbalancer",
    "traefik",
    "ngrok",
    "tailscale",
    "nginx-proxy",
    "kubernetes",
    "ingress",
    "reverse proxy manager",
    "proxy manager",
    "haproxy",
];

/// Words of whoever does something again and again, or after a renewal.
const AGAIN: &[&str] =
    &["cron", "renew", "timer", "deploy-hook", "post-hook", "while ", "schedule"];

/// More documents than these are no guide to a deployment.
const MOST_DOCUMENTS: usize = 200;

pub(super) fn speaks(files: &Files) -> Speaks {
    let kinds = [
        Kind::Shell,
        Kind::Makefile,
        Kind::Workflow,
        Kind::Compose,
        Kind::Dockerfile,
        Kind::Systemd,
        Kind::Nginx,
        Kind::Crontab,
    ];
    let read = kinds.into_iter().flat_map(|kind| files.of(kind));
    let read = read.map(|read| (read.text, runs_by_itself(read.parsed.kind())));
    let is_document = |path: &Utf8Path| matches!(path.extension(), Some("md" | "rst" | "txt"));
    let documents = files.tree.files().filter(|path| is_document(path)).take(MOST_DOCUMENTS);
    // Not lazily: all that are to be read are asked for in one round.
    let documents: Vec<Found> = documents.map(|path| files.find(path)).collect();
    let documents = documents.into_iter().filter_map(|found| match found {
        Found::Read(read) => Some((read.text, false)),
        Found::Wanted | Found::Folder | Found::Absent => None,
    });
    let mut found = Speaks::default();
    for (text, by_itself) in read.chain(documents) {
        let text = text.to_lowercase();
        // By hand, or once when it is set up, is not after each renewal.
        let again = by_itself || AGAIN.iter().any(|word| text.contains(word));
        let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
        found.of_certificates |= has(CERTIFICATES);
        found.of_outer_proxy |= has(OUTER);
        found.of_renewals |= text.contains("renew");
        found.of_reloads |= again && text.lines().any(reloads);
    }
    found
}

fn reloads(line: &str) -> bool {
    let again = ["reload", "restart", "sighup", "-s hup", "hup "];
    let server = ["nginx", "caddy", "proxy"];
    again.iter().any(|it| line.contains(it)) && server.iter().any(|it| line.contains(it))
}

/// Whether what stands in a file is done without anybody: other files are for people to use.
fn runs_by_itself(kind: Kind) -> bool {
    matches!(kind, Kind::Compose | Kind::Systemd | Kind::Crontab)
}
