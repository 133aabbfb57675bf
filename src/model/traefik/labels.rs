//! What the labels of a service tell Traefik, and so what stands before it.
//!
//! An entry point of Traefik drops what clients send of `X-Forwarded-*` and sets its own, unless it is
//! told whom to believe (`forwardedHeaders`, which believes nobody by default).

use crate::fact::Fact;
use crate::model::compose::Service;
use crate::model::{Deployment, Process, Site};

impl Deployment {
    /// The service that a site is of, if requests come to it by way of Traefik only.
    pub fn behind_traefik(&self, site: &Site) -> Option<&Service> {
        let service = self.service_of(site)?;
        (service.is_routed_by_traefik() && service.ports.is_empty()).then_some(service)
    }

    /// Whether requests come to a process by way of Traefik or of Caddy only, under hosts that its
    /// routers or sites name: neither passes on what is for another.
    pub fn hosts_are_named(&self, process: &Process) -> bool {
        let service = self.compose.as_ref().and_then(|it| it.service(&process.name));
        let Some(service) = service.filter(|it| it.ports.is_empty()) else { return false };
        let mut sites = self.sites_before(process).peekable();
        service.is_routed_by_traefik() && service.is_routed_by_host()
            || sites.peek().is_some() && sites.all(Site::is_of_named_hosts)
    }
}

impl Service {
    /// Whether each router leads here for names of the machine itself: ``Host(`localhost`)``. What a variable
    /// is but without a value, ``Host(`shop.${DOMAIN:-localhost}`)``, the server has its own name for.
    pub fn is_routed_on_this_machine(&self) -> bool {
        if self.is_routed_by_default() {
            return false;
        }
        let is_own =
            |it: &str| it == "localhost" || it.ends_with(".localhost") || it == "127.0.0.1";
        let is_for_own = |rule: String| {
            // Every second part stands between two quotes.
            let mut named = rule.split(['`', '"']).skip(1).step_by(2).peekable();
            rule.contains("host(") && named.peek().is_some() && named.all(is_own)
        };
        let mut rules = self.rules().peekable();
        rules.peek().is_some() && rules.all(is_for_own)
    }

    /// Whether what is written for the case that a variable is not set has a part in the rule of a router.
    fn is_routed_by_default(&self) -> bool {
        self.labels.iter().any(|label| {
            let rule =
                label.value.as_ref().filter(|_| is_rule(&label.name.value.to_ascii_lowercase()));
            rule.is_some_and(|it| it.defaults().iter().any(|default| default.used))
        })
    }

    fn rules(&self) -> impl Iterator<Item = String> {
        self.plain_labels().filter(|(name, _)| is_rule(name)).map(|(_, rule)| rule)
    }

    /// Whether each router leads here for hosts that it names.
    fn is_routed_by_host(&self) -> bool {
        let mut rules = self.rules().peekable();
        rules.peek().is_some() && rules.all(|rule| rule.split("||").all(names_host))
    }

    /// That one of Traefik's routers leads here with all that is asked of some host, at its rule.
    pub fn routed_whole(&self) -> Option<Fact<()>> {
        if !self.is_routed_by_traefik() {
            return None;
        }
        let is_whole = |(name, rule): &(String, String)| {
            is_rule(name) && names_host(rule) && !rule.contains("path")
        };
        let mut each = self.labels.iter().zip(self.plain_labels());
        let (label, _) = each.find(|(_, plain)| is_whole(plain))?;
        Some(label.name.map(|_| ()))
    }

    pub fn is_routed_by_traefik(&self) -> bool {
        let is_off = |(name, value): (String, String)| name == ENABLE && value == "false";
        let is_on = |(name, value): (String, String)| {
            name.starts_with(ROUTERS) || (name == ENABLE && value == "true")
        };
        self.plain_labels().any(is_on) && !self.plain_labels().any(is_off)
    }

    /// That Traefik takes https for it, at the label that says so.
    pub fn https_of_traefik(&self) -> Option<Fact<()>> {
        let of_router = |name: &str, value: &str| {
            let rest = name.strip_prefix(ROUTERS).and_then(|it| it.split_once('.'));
            match rest {
                Some((_, "tls")) => value == "true",
                Some((_, rest)) => rest.starts_with("tls."),
                None => false,
            }
        };
        let mut each = self.labels.iter().zip(self.plain_labels());
        let (label, _) = each.find(|(_, (name, value))| of_router(name, value))?;
        Some(label.name.map(|_| ()))
    }

    /// Names do not depend on case for Traefik.
    fn plain_labels(&self) -> impl Iterator<Item = (String, String)> {
        self.labels.iter().map(|label| {
            let value = label.value.as_ref().map(ToString::to_string).unwrap_or_default();
            (label.name.value.to_ascii_lowercase(), value.to_ascii_lowercase())
        })
    }
}

/// Whether a label in small letters is the rule of a router.
fn is_rule(name: &str) -> bool {
    name.starts_with(ROUTERS) && name.ends_with(".rule")
}

/// Whether one alternative of a rule is for some hosts, and not for any.
fn names_host(rule: &str) -> bool {
    let is_any = [".*", ".+", "!host"].iter().any(|it| rule.contains(it));
    (rule.contains("host(") || rule.contains("hostregexp(")) && !is_any
}

const ENABLE: &str = "traefik.enable";
const ROUTERS: &str = "traefik.http.routers.";
