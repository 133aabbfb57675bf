//! Names of hosts: as Django compares them, and which of them a site has.

use crate::fact::{Certainty, Fact};
use crate::model::{ALLOWED_HOSTS, Process, Site, SiteName};

/// `django.http.request.validate_host` and `is_same_domain`.
pub fn allows(pattern: &str, host: &str) -> bool {
    let (pattern, host) = (pattern.to_ascii_lowercase(), host.to_ascii_lowercase());
    match pattern.strip_prefix('.') {
        Some(domain) => host == domain || host.ends_with(&pattern),
        None => pattern == "*" || pattern == host,
    }
}

impl Fact<&Process> {
    /// ALLOWED_HOSTS, or what the example of the env file makes of it.
    pub fn allowed_hosts(&self) -> Option<Fact<Vec<Fact<String>>>> {
        self.get(ALLOWED_HOSTS).or_else(|| {
            let documented = self.value.documented()?;
            let allowed = self.map(|_| &documented).get(ALLOWED_HOSTS)?;
            (!allowed.value.is_empty()).then_some(allowed)
        })
    }
}

impl Fact<&Process> {
    /// ALLOWED_HOSTS, or where a variable that is not in view decides, those of its default, if
    /// that is meant for more than a machine of one's own.
    pub fn hosts_by_default(&self) -> Option<Fact<Vec<Fact<String>>>> {
        self.get(ALLOWED_HOSTS).or_else(|| {
            let is_public = |it: &Fact<String>| {
                let name = it.value.trim_start_matches('.');
                name.contains('.') && name.parse::<std::net::IpAddr>().is_err()
            };
            let mut outcomes = self.possible(ALLOWED_HOSTS).into_iter();
            let default = outcomes
                .find(|it| self.default_in(it).is_some() && it.value.iter().any(is_public))?;
            Some(default.doubt(Certainty::Likely, "a variable may name other hosts"))
        })
    }
}

impl Site {
    /// Whether it answers for a host, or may: what a pattern matches is the server's to say.
    pub fn is_for(&self, host: &str) -> bool {
        self.names.is_empty()
            || self.named(host).is_some()
            || self.listeners.iter().any(|listener| listener.value.default)
    }

    /// The name of it that means this host.
    pub fn named(&self, host: &str) -> Option<Fact<()>> {
        let means = |name: &SiteName| match name {
            SiteName::Host(name) => name.eq_ignore_ascii_case(host),
            SiteName::Many(pattern) => match pattern.strip_prefix('*').or(Some(pattern)) {
                Some(domain) if domain.starts_with('.') => {
                    allows(domain, host) && (pattern.starts_with('.') || host != &domain[1..])
                }
                _ => true,
            },
        };
        self.names.iter().find(|name| means(&name.value)).map(|name| name.map(|_| ()))
    }
}
