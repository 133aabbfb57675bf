//! Global options: what holds for every site.

use crate::fact::{Fact, Origin};
use crate::source::Place;
use crate::syntax::Problem;
use crate::syntax::caddy::{Block, Directive, is_standard};

/// What `auto_https` leaves of automatic HTTPS.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AutoHttps {
    pub is_off: bool,
    pub without_redirects: bool,
    pub without_certificates: bool,
}

/// The address of the API that can change the whole configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Admin {
    Off,
    Address(String),
}

#[derive(Clone, Debug)]
pub struct Options {
    pub http_port: Fact<u16>,
    pub https_port: Fact<u16>,
    pub auto_https: Fact<AutoHttps>,
    pub admin: Fact<Admin>,
    pub email: Option<Fact<String>>,
    /// Certificates are kept somewhere else than in the folder of Caddy's data.
    pub storage: Option<Fact<()>>,
    /// Certificates are signed by Caddy's own authority.
    pub local_certs: Option<Fact<()>>,
    /// `on_demand_tls` asks here before it lets a certificate be made.
    pub on_demand_ask: Option<Fact<String>>,
    pub default_bind: Vec<Fact<String>>,
    /// Clients whose `X-Forwarded-*` are believed.
    pub trusted_proxies: Vec<Fact<String>>,
    pub(super) orders: Vec<Directive>,
}

/// The options of Caddy's standard build.
const NAMES: &[&str] = &[
    "acme_ca",
    "acme_ca_root",
    "acme_dns",
    "acme_eab",
    "admin",
    "auto_https",
    "cert_issuer",
    "cert_lifetime",
    "debug",
    "default_bind",
    "default_sni",
    "dns",
    "ech",
    "email",
    "events",
    "experimental_http3",
    "fallback_sni",
    "filesystem",
    "grace_period",
    "http_port",
    "https_port",
    "key_type",
    "local_certs",
    "log",
    "metrics",
    "ocsp_interval",
    "ocsp_stapling",
    "on_demand_tls",
    "order",
    "persist_config",
    "pki",
    "preferred_chains",
    "renew_interval",
    "renewal_window_ratio",
    "servers",
    "shutdown_delay",
    "skip_install_trust",
    "storage",
    "storage_check",
    "storage_clean_interval",
    "tls_resolvers",
];

const SERVER_NAMES: &[&str] = &[
    "0rtt",
    "client_ip_headers",
    "enable_full_duplex",
    "expected_dot_headers",
    "expected_underscore_headers",
    "keepalive_count",
    "keepalive_idle",
    "keepalive_interval",
    "listener_wrappers",
    "log_credentials",
    "max_header_size",
    "metrics",
    "name",
    "packet_conn_wrappers",
    "protocols",
    "strict_sni_host",
    "timeouts",
    "trace",
    "trusted_proxies",
    "trusted_proxies_strict",
    "trusted_proxies_unix",
];

const DOCS: &str = "https://caddyserver.com/docs/caddyfile/options";

fn by_default<T>(value: T) -> Fact<T> {
    Fact::new(value, Origin::Default { of: "Caddy", version: "2", source: DOCS })
}

impl Default for Options {
    fn default() -> Self {
        Self {
            http_port: by_default(80),
            https_port: by_default(443),
            auto_https: by_default(AutoHttps::default()),
            admin: by_default(Admin::Address("localhost:2019".to_owned())),
            email: None,
            storage: None,
            local_certs: None,
            on_demand_ask: None,
            default_bind: Vec::new(),
            trusted_proxies: Vec::new(),
            orders: Vec::new(),
        }
    }
}

impl Options {
    /// Reads the block; names that the standard build does not know go to `unknown`.
    pub(super) fn read(
        block: &Block,
        unknown: &mut Vec<Fact<String>>,
        problems: &mut Vec<Problem>,
    ) -> Self {
        let mut options = Self::default();
        for option in &block.body {
            options.add(option, unknown, problems);
        }
        options
    }

    fn add(
        &mut self,
        option: &Directive,
        unknown: &mut Vec<Fact<String>>,
        problems: &mut Vec<Problem>,
    ) {
        let arguments = option.arguments();
        let first = arguments.first().map(|word| word.text.clone());
        let name = &option.name().text;
        match name.value.as_str() {
            "http_port" => set_port(&mut self.http_port, first, option.head(), problems),
            "https_port" => set_port(&mut self.https_port, first, option.head(), problems),
            "email" => self.email = first,
            "storage" => self.storage = Some(name.map(|_| ())),
            "local_certs" => self.local_certs = Some(name.map(|_| ())),
            "default_bind" => {
                self.default_bind.extend(arguments.iter().map(|word| word.text.clone()));
            }
            "order" => self.order(option, unknown, problems),
            "auto_https" => self.auto_https(option, problems),
            "admin" => self.admin = admin(option),
            "on_demand_tls" => {
                let ask = option.body().iter().find(|line| line.name().text() == "ask");
                let ask = ask.and_then(|line| line.arguments().first());
                self.on_demand_ask = ask.map(|word| word.text.clone());
            }
            "servers" => self.servers(option, unknown),
            known if NAMES.contains(&known) => {}
            _ => unknown.push(name.clone()),
        }
    }

    fn order(
        &mut self,
        option: &Directive,
        unknown: &mut Vec<Fact<String>>,
        problems: &mut Vec<Problem>,
    ) {
        const POSITIONS: [&str; 4] = ["first", "last", "before", "after"];
        let position = option.arguments().get(1);
        if position.is_none_or(|position| !POSITIONS.contains(&position.text())) {
            let message = "`order` says `first`, `last`, `before` or `after`";
            problems.push(Problem::new(option.head(), message));
        }
        self.orders.push(option.clone());
        // What a plugin brings can be ordered too.
        if let Some(name) = option.arguments().first().filter(|name| !is_standard(name.text())) {
            unknown.push(name.text.clone());
        }
    }

    fn auto_https(&mut self, option: &Directive, problems: &mut Vec<Problem>) {
        if option.arguments().is_empty() {
            problems.push(Problem::new(option.head(), "`auto_https` lacks an argument"));
        }
        for word in option.arguments() {
            let mut value = self.auto_https.value;
            match word.text() {
                "off" => value.is_off = true,
                "disable_redirects" => value.without_redirects = true,
                "disable_certs" => value.without_certificates = true,
                "ignore_loaded_certs" | "prefer_wildcard" => {}
                other => {
                    let message = format!("`auto_https` cannot be `{other}`");
                    problems.push(Problem::new(word.place, message));
                }
            }
            self.auto_https = word.text.map(|_| value);
        }
    }

    /// `trusted_proxies static …` of any listener: which one it is for is not told apart, so
    /// that no client is taken for less trusted than it is.
    fn servers(&mut self, option: &Directive, unknown: &mut Vec<Fact<String>>) {
        let names = option.body().iter().map(|line| &line.name().text);
        unknown.extend(names.filter(|name| !SERVER_NAMES.contains(&name.value.as_str())).cloned());
        for line in option.body().iter().filter(|line| line.name().text() == "trusted_proxies") {
            let ranges = line.arguments().iter().skip(1);
            self.trusted_proxies.extend(ranges.map(|word| word.text.clone()));
        }
    }
}

fn set_port(
    port: &mut Fact<u16>,
    written: Option<Fact<String>>,
    place: Place,
    problems: &mut Vec<Problem>,
) {
    match written.as_ref().and_then(|text| text.try_map(|text| text.parse().ok())) {
        Some(number) => *port = number,
        None if written.is_some_and(|text| text.value.contains(['{', '_', '<'])) => {}
        None => problems.push(Problem::new(place, "a port is a number")),
    }
}

fn admin(option: &Directive) -> Fact<Admin> {
    match option.arguments().first() {
        None => option.name().text.map(|_| Admin::Address("localhost:2019".to_owned())),
        Some(word) => word.text.map(|text| match text.as_str() {
            "off" => Admin::Off,
            address => Admin::Address(address.to_owned()),
        }),
    }
}
