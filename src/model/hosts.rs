//! Names of hosts: as Django compares them, and which of them a site has.

use crate::fact::secret::is_placeholder;
use crate::fact::version::Range;
use crate::fact::{Certainty, Fact};
use crate::model::nginx::Address;
use crate::model::{
    ALLOWED_HOSTS, Answered, Asked, DEBUG, Deployment, Engine, MIDDLEWARE, Probe, Process,
    SECURE_SSL_REDIRECT, Site, SiteName, middleware,
};
use std::sync::Arc;

/// `django.http.request.validate_host` and `is_same_domain`.
pub fn allows(pattern: &str, host: &str) -> bool {
    let (pattern, host) = (pattern.to_ascii_lowercase(), host.to_ascii_lowercase());
    match pattern.strip_prefix('.') {
        Some(domain) => host == domain || host.ends_with(&pattern),
        None => pattern == "*" || pattern == host,
    }
}

/// Whether a host is allowed while DEBUG is on and ALLOWED_HOSTS empty (`HttpRequest.get_host`).
pub fn allowed_by_debug(host: &str) -> bool {
    [".localhost", "127.0.0.1", "[::1]"].iter().any(|it| allows(it, host))
}

impl Fact<&Process> {
    /// Whether DEBUG lets every host pass, whatever the list says: it did until Django 1.8.16 (its release
    /// notes, CVE-2016-9014).
    pub fn takes_any_host_in_debug(&self) -> bool {
        let checks = self.django_version().and_then(|it| it.value.at_least([1, 8, 16]));
        // Who has MIDDLEWARE_CLASSES alone began before Django 1.10, and may be there still.
        let is_old = || {
            self.assigned(MIDDLEWARE).is_none() && self.assignment("MIDDLEWARE_CLASSES").is_some()
        };
        checks.map_or_else(is_old, |it| !it) && self.get(DEBUG).is_some_and(|it| it.value)
    }

    /// ALLOWED_HOSTS, or what the example of the env file makes of it.
    pub fn allowed_hosts(&self) -> Option<Fact<Vec<Fact<String>>>> {
        self.get(ALLOWED_HOSTS).or_else(|| {
            let documented = self.value.documented()?;
            let allowed = self.map(|_| &documented).get(ALLOWED_HOSTS)?;
            (!allowed.value.is_empty()).then_some(allowed)
        })
    }

    /// Whether nothing asks each request for its host, so that none is refused for it alone.
    pub fn takes_any_host(&self) -> bool {
        self.has_no_middleware_for_hosts() || self.debug_takes_any_host()
    }

    fn has_no_middleware_for_hosts(&self) -> bool {
        // To redirect, it has to know where.
        let redirects = self.get(SECURE_SSL_REDIRECT).is_none_or(|it| it.value);
        let asks = |it: &Fact<String>| match it.value.as_str() {
            middleware::COMMON => true,
            middleware::SECURITY => redirects,
            _ => false,
        };
        let listed = self.each_list(MIDDLEWARE).filter(|_| self.assigned(MIDDLEWARE).is_some());
        listed.is_some_and(|it| !it.iter().any(|it| it.value.iter().any(asks)))
    }

    /// Whether DEBUG is on and lets every host pass, as it did before Django 1.8.16, 1.9.11 and 1.10.3
    /// (CVE-2016-9014).
    pub fn debug_takes_any_host(&self) -> bool {
        let until = |from: [u64; 2], fixed: [u64; 3]| {
            Range::since(from).and(&Range::since(fixed).complement())
        };
        let old = until([0, 0], [1, 8, 16]);
        let old = old.or(&until([1, 9], [1, 9, 11])).or(&until([1, 10], [1, 10, 3]));
        let is_on = self.get(DEBUG).is_some_and(|it| it.value);
        is_on && self.django_version().is_some_and(|it| it.value.within(&old) == Some(true))
    }

    /// ALLOWED_HOSTS, or where a variable that is not in view decides, those of its default, if
    /// that is meant for more than a machine of one's own.
    pub fn hosts_by_default(&self) -> Option<Fact<Vec<Fact<String>>>> {
        self.get(ALLOWED_HOSTS).or_else(|| {
            let reads = &self.value.django.as_ref()?.evaluation.reads;
            let decides = |it: &&Asked| {
                it.name.ends_with("ALLOWED_HOSTS") && matches!(it.answer, Answered::Unknown(_))
            };
            let default = reads.iter().find(decides)?.default.as_ref()?;
            let of_names = |it: char| it.is_ascii_alphanumeric() || ".-*:".contains(it);
            let names = default.text.as_ref()?.split(|it: char| !of_names(it));
            let names: Vec<&str> = names.filter(|it| !it.is_empty()).collect();
            let is_public = |it: &&str| {
                let is_address = it.parse::<std::net::IpAddr>().is_ok();
                it.trim_start_matches('.').contains('.') && !is_address
            };
            names.iter().any(is_public).then_some(())?;
            let at = Fact::at((), default.evidence.place()?).given(self);
            let listed = names.iter().map(|name| at.map(|()| (*name).to_owned())).collect();
            let why = "a variable may name other hosts";
            Some(at.map(|()| listed).doubt(Certainty::Likely, why))
        })
    }
}

/// Whether it is to be replaced by whatever hosts there are: `YOUR_ALLOWED_HOSTS`, `<hosts>`. One with a dot
/// stands for a domain.
fn stands_for_hosts(entry: &str) -> bool {
    let is_a_name = entry.contains('_') && !entry.contains(|it: char| it.is_ascii_lowercase());
    let is_yours = entry.get(..4).is_some_and(|it| it.eq_ignore_ascii_case("your"));
    let is_marked = entry.contains(['<', '>', ' ']);
    !entry.contains('.') && (is_a_name || is_yours || is_marked || is_placeholder(entry))
}

impl Deployment {
    /// That requests for a host come from a site to a process under that name, if only those for a part
    /// of it: an expression says of no path that it is for it, and the process knows its own.
    pub fn passes_host_on(&self, site: &Site, host: &str, app: &Process) -> Option<Fact<()>> {
        let own = || {
            let urls = app.django.as_ref()?.urls.as_ref()?;
            let leads_here = |path: &String| {
                site.route_for(path).is_some_and(|it| self.leads_to(it.value, app).is_some())
            };
            urls.samples().filter(leads_here).find_map(|path| site.passes_at(host, &path))
        };
        site.passes_part_of_host(host).or_else(own)
    }

    /// Names that a site does not have, and that come to it: another one of the configuration sends them to
    /// https under the same name, and no site of https has it but by being the first.
    pub fn sent_to<'d>(&'d self, site: &'d Site) -> impl Iterator<Item = Fact<SiteName>> + 'd {
        let is_only = self.nginx.iter().filter(|it| site.is_of(it)).count() == self.nginx.len();
        let is_sure = self.nginx.iter().any(|it| site.is_of(it) && it.is_whole());
        let plain = self.sites.iter().filter(move |it| is_only && !it.speaks_tls());
        let plain = plain.filter(move |it| it.engine().is_of(site.engine()) && site.speaks_tls());
        let sent = plain.flat_map(move |it| {
            it.names.iter().filter_map(move |name| {
                let SiteName::Host(host) = &name.value else { return None };
                let sent = it.sends_to_https(host, &format!("https://{host}/"))?;
                site.named(host).is_none().then(|| name.clone().given(&sent))
            })
        });
        sent.map(move |name| match is_sure {
            true => name,
            false => name.doubt(Certainty::Likely, "another site may be the first for https"),
        })
    }

    /// Whether a site of nginx's has every name that no other has, as it is the first where it listens, and
    /// nothing out of view can be that: Debian's own site is, until somebody takes it away.
    pub fn answers_every_name(&self, site: &Site) -> bool {
        let Engine::Nginx { config, index } = site.engine() else { return false };
        let Some(server) = config.servers().nth(*index) else { return false };
        let is_sole = config.is_whole() || self.surroundings.told.drops_default_site;
        let is_first = |address: &Address| {
            let first = config.default_server(address);
            let mut others = self.nginx.iter().filter(|it| !Arc::ptr_eq(it, config));
            first.is_some_and(|it| it.level().id() == server.level().id())
                && others.all(|it| it.default_server(address).is_none())
        };
        is_sole && server.listeners().iter().all(|it| is_first(&it.value.address))
    }

    /// Whether some site of this name is reached by https.
    pub fn speaks_tls(&self, host: &str) -> bool {
        let mut of_name = self.sites.iter().filter(|it| it.named(host).is_some());
        of_name.any(Site::speaks_tls)
    }
}

impl Fact<&Process> {
    /// ALLOWED_HOSTS, if the host that a health check asks for is not among them, and it sends no other.
    pub fn refuses(&self, probe: &Probe) -> Option<Fact<Vec<Fact<String>>>> {
        let allowed = self.allowed_hosts().filter(|_| !probe.sets("host"))?;
        let host = probe.url.value.host.as_str();
        // Where the whole list is to be put in, nobody knows what will be in it.
        if !allowed.value.is_empty() && allowed.value.iter().all(|it| stands_for_hosts(&it.value)) {
            return None;
        }
        (!allowed.value.iter().any(|it| allows(&it.value, host))).then_some(allowed)
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
