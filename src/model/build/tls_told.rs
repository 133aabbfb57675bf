//! Whether anything in the tree speaks of certificates, or of a server that has them.

use crate::model::scheme::says_http;
use crate::model::{Deployment, Files, Found, Kind, Route, Site, Stage};

/// Words of whoever sets up TLS, by hand or by a service before the site.
const WORDS: &[&str] = &[
    "acme",
    "certbot",
    "certificate",
    "cloudflare",
    "haproxy",
    "let's encrypt",
    "letsencrypt",
    "load balancer",
    "load-balancer",
    "loadbalancer",
    "ngrok",
    "ssl",
    "swag",
    "traefik",
];

/// What has one of them in it and is about something else: the setting that redirects, connections
/// to databases and mail servers, headers that packages are built with.
const OTHERWISE: &[&str] =
    &["secure_ssl_redirect", "secure_ssl_host", "sslmode", "use_ssl", "libssl"];

/// More documents than these are no guide to a server.
const MOST_DOCUMENTS: usize = 200;

/// Asked only where some site is without TLS; elsewhere nobody wants to know.
pub(super) fn tells_of_tls(files: &Files, deployments: &[Deployment]) -> bool {
    let plain = |deployment: &Deployment| {
        let sites = || deployment.sites.iter().filter(|site| !site.routes.is_empty());
        sites().next().is_some() && sites().all(|site| !site.speaks_tls())
    };
    if !deployments.iter().any(plain) {
        return true;
    }
    let kinds = [Kind::Shell, Kind::Compose, Kind::Dockerfile, Kind::Workflow, Kind::Makefile];
    let reads = kinds.into_iter().flat_map(|kind| files.of(kind));
    if reads.into_iter().any(|read| speaks(read.text)) {
        return true;
    }
    let documents = files.guides().iter().copied().filter(|path| {
        !path.as_str().contains("/site-packages/") && !path.as_str().contains("/node_modules/")
    });
    // Not lazily: all that are to be read are asked for in one round.
    let told: Vec<bool> = documents
        .take(MOST_DOCUMENTS)
        .map(|path| match files.find(path) {
            Found::Read(read) if read.parsed.kind() == Kind::Requirements => false,
            Found::Read(read) => speaks(read.text),
            Found::Wanted => true,
            Found::Folder | Found::Absent => false,
        })
        .collect();
    told.contains(&true)
}

/// Whether each proxy of production says of all that it passes on by what scheme it came to itself, and
/// takes plain http alone: whatever stands in front of one, nobody behind it hears of https.
pub(super) fn passes_on_http(deployments: &[Deployment]) -> bool {
    let live = deployments.iter().filter(|it| it.stage.value == Stage::Production);
    let mut sites = live.flat_map(|it| &it.sites).filter(|site| !site.routes.is_empty()).peekable();
    let is_told = |it: &Route| it.upstreams.is_empty() || says_http(it.forwarded_proto());
    let is_plain = |site: &Site| !site.speaks_tls() && site.routes.iter().all(is_told);
    sites.peek().is_some() && sites.all(is_plain)
}

fn speaks(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let text = OTHERWISE.iter().fold(text, |text, word| text.replace(word, ""));
    WORDS.iter().any(|word| text.contains(word))
}
