//! Whether visitors reach a process by plain http only, as far as files can tell.
//!
//! A server with TLS may always stand before those in view, so anything that speaks of one makes
//! the answer unknown: a header that tells of https, a proxy's addresses that are believed, an
//! origin with https, and scripts or documents about certificates.

use crate::fact::{Certainty, Fact};
use crate::model::{
    CSRF_TRUSTED_ORIGINS, Deployment, Engine, Process, SECURE_PROXY_SSL_HEADER, Site, nginx,
};

/// What nginx does about a proxy before it, or about certificates.
const BEHIND_ANOTHER: &[&str] =
    &["set_real_ip_from", "real_ip_header", "ssl_certificate", "proxy_protocol"];

impl Deployment {
    /// That the sites before a process take plain http and nothing tells of TLS elsewhere, where
    /// one of them listens.
    pub fn plain_only(&self, app: &Fact<&Process>) -> Option<Fact<()>> {
        if self.surroundings.tells_of_tls {
            return None;
        }
        app.missing(SECURE_PROXY_SSL_HEADER)?;
        let origins = app.get(CSRF_TRUSTED_ORIGINS)?;
        if origins.value.iter().any(|it| it.value.starts_with("https://")) {
            return None;
        }
        if self.sites.iter().any(|site| {
            site.speaks_tls() || may_stand_behind(site) || site.sends_to_https_before().is_some()
        }) {
            return None;
        }
        let before = self.sites_before(app.value).flat_map(|site| &site.listeners);
        let mut open = before.filter(|it| !it.value.loopback && it.value.port == Some(80));
        let listener = open.next()?.map(|_| ());
        let why = "a server that is not in view may take TLS";
        Some(listener.doubt(Certainty::Likely, why))
    }
}

/// Whether a site's own configuration shows that a proxy stands before it.
fn may_stand_behind(site: &Site) -> bool {
    let told = |value: &str| value.contains("http_x_forwarded_proto") || value == "https";
    if site.routes.iter().any(|route| route.sent.iter().any(|(_, value)| told(&value.value))) {
        return true;
    }
    let Engine::Nginx { config, .. } = &site.engine else { return true };
    let shows = |line: &nginx::Line| BEHIND_ANOTHER.contains(&line.name.as_str());
    config.levels().any(|level| level.lines().iter().any(shows))
}
