//! Names for which Caddy has no certificate that browsers believe.

use crate::fact::{Fact, symbol};
use crate::model::caddy::{Address, AutoHttps, Config, Scheme};
use crate::model::site::{Engine, Site};

/// Why browsers refuse a name, and the line that says so.
#[derive(Clone, Debug)]
pub struct Untrusted {
    /// As the Caddyfile has it.
    pub name: Fact<String>,
    pub at: Fact<()>,
    pub why: Distrust,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Distrust {
    /// Caddy's own authority signs it.
    SignedByItself,
    /// Nothing obtains one, and no file holds one.
    NoCertificate,
}

impl Site {
    /// A public name that Caddy obtains a certificate for by itself, and sends from http to https (Caddy's
    /// manual, "Automatic HTTPS"). What a `tls` says may bring one along.
    pub fn obtained(&self) -> Option<Fact<String>> {
        let Engine::Caddy { config, index } = &self.engine else { return None };
        let (site, options) = (&config.sites[*index], &config.options);
        let automatic = options.auto_https.value;
        let is_automatic = automatic == AutoHttps::default() && options.local_certs.is_none();
        if !is_automatic || site.tls.directive.is_some() || !config.unseen.is_empty() {
            return None;
        }
        let mut names = site.addresses.iter().filter(|it| is_public(it) && is_by_https(it, config));
        names.next().map(|it| it.text.map(|_| it.host.clone()))
    }

    /// Whether its server keeps certificates elsewhere than in the folder of its data.
    pub fn stores_certificates_elsewhere(&self) -> bool {
        let Engine::Caddy { config, .. } = &self.engine else { return true };
        config.options.storage.is_some()
    }

    /// The public names that Caddy serves by https and that browsers refuse there.
    pub fn untrusted(&self) -> Vec<Untrusted> {
        let Engine::Caddy { config, index } = &self.engine else { return Vec::new() };
        // What is not in view may say more of certificates.
        if !config.unseen.is_empty() {
            return Vec::new();
        }
        let site = &config.sites[*index];
        let own = site.tls.internal.as_ref().or(config.options.local_certs.as_ref());
        let (at, why) = match own {
            Some(at) => (at.map(|_| ()), Distrust::SignedByItself),
            None => match without_certificates(config) {
                Some(at) => (at, Distrust::NoCertificate),
                None => return Vec::new(),
            },
        };
        let names = site.addresses.iter().filter(|it| is_public(it) && is_by_https(it, config));
        names
            .map(|it| Untrusted { name: it.text.map(|_| it.host.clone()), at: at.clone(), why })
            .collect()
    }
}

/// `auto_https off` or `disable_certs`, where no site has one of its own, which would do for others.
fn without_certificates(config: &Config) -> Option<Fact<()>> {
    let automatic = &config.options.auto_https;
    let is_off = automatic.value.is_off || automatic.value.without_certificates;
    let none = config.sites.iter().all(|site| site.tls.directive.is_none());
    (is_off && none).then(|| automatic.map(|_| ()))
}

fn is_by_https(address: &Address, config: &Config) -> bool {
    address.scheme != Some(Scheme::Http)
        && !address.is_port_symbolic
        && address.port.is_none_or(|it| it == config.options.https_port.value)
}

/// Whether a name is for everybody: none of a machine or a network of one's own.
fn is_public(address: &Address) -> bool {
    const OWN: [&str; 6] = [".test", ".example", ".lan", ".home", ".corp", ".intranet"];
    let host = address.host.as_str();
    !host.is_empty()
        && !symbol::is_symbolic(host)
        && !address.is_internal()
        && !OWN.iter().any(|ending| host.ends_with(ending))
}
