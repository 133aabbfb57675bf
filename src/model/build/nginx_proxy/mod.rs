//! nginx-proxy: nginx whose sites are written by variables of the other containers.
//!
//! What it reads and writes is that of `nginx.tmpl` and `docs/README.md` of nginx-proxy/nginx-proxy, in
//! which versions 0.5 to 1.11 agree as far as it is told here: for each host of a container's
//! `VIRTUAL_HOST` a server that leads to the container, and one more that sends visitors to https where
//! the host has a certificate. For `LETSENCRYPT_HOST` acme-companion gets one (its README, "Basic usage").

mod text;

use crate::fact::{Certainty, Environment, Fact, Lookup};
use crate::model::build::container_nginx::Placed;
use crate::model::build::image_of::Built;
use crate::model::build::nginx_proxy::text::{Setup, parts};
use crate::model::compose::{self, Service};
use crate::model::{Container, Files, Process, ProcessKind, Site, View};
use crate::source::Place;
use camino::Utf8Path;
use std::sync::Arc;

pub(super) use text::Part;

/// Whether a container runs nginx-proxy.
pub(super) fn is_one(image: Option<&Built>) -> bool {
    let flavour = image.and_then(|it| it.flavour.as_ref());
    flavour.is_some_and(|it| it.value.is(NAME))
}

const NAME: &str = "nginxproxy/nginx-proxy";

/// Gets certificates for the hosts of an nginx-proxy.
const COMPANIONS: &[&str] = &[
    "nginxproxy/acme-companion",
    "nginx-proxy/acme-companion",
    "jrcs/letsencrypt-nginx-proxy-companion",
];

/// Where certificates lie, one for each host.
const CERTIFICATES: &str = "/etc/nginx/certs";

/// The container that runs it.
pub(super) struct Proxy<'a> {
    pub(super) service: &'a Service,
    pub(super) image: Option<&'a Built>,
    pub(super) environment: &'a Environment,
    pub(super) view: &'a View,
}

impl Proxy<'_> {
    /// Adds what it writes for the others to the files that its nginx has.
    pub(super) fn write<'f>(
        &self,
        files: &Files<'f>,
        others: &Others<'_>,
        placed: &mut Placed<'f>,
    ) {
        let hosts = others.hosts(self);
        let place = self.service.name.evidence().place().unwrap_or(self.service.place);
        let trusted = set(self.environment, "TRUST_DOWNSTREAM_PROXY");
        let setup = Setup {
            place,
            has: &|path| placed.has(files, self.image, path),
            trusts: trusted.is_none_or(|it| it.value != "false"),
        };
        let parts = parts(&setup, &hosts);
        let below = files.read(place.file).path.join(&self.service.name.value);
        placed.add_parts(files, &below, parts);
    }
}

/// A host of one container.
struct Virtual {
    /// As `server_name` has it; a variable where nobody knows the host.
    host: String,
    service: String,
    port: u16,
    path: String,
    to: &'static str,
    https: Https,
    /// Where it is asked for, and where its port is said.
    asked: Place,
    port_at: Place,
}

/// How visitors come to a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Https {
    /// By https, to which http sends them.
    Redirect,
    /// By either.
    Both,
    Only,
    /// By http: the host has no certificate, or none is wanted.
    Never,
}

/// The other containers, of which some ask for hosts.
pub(super) struct Others<'a> {
    pub(super) project: &'a compose::Project,
    pub(super) processes: &'a [Process],
    pub(super) containers: &'a [Container],
}

impl Others<'_> {
    /// Every host that can be told. Where no container names one in view, the only server is taken for
    /// the one that the nginx-proxy of the project is there for.
    fn hosts(&self, proxy: &Proxy<'_>) -> Vec<Virtual> {
        let asked = self.each().flat_map(|it| it.named(proxy)).collect::<Vec<_>>();
        if !asked.is_empty() {
            return asked;
        }
        let mut webs = self.each().filter(|it| it.process.kind.is_web());
        match (webs.next(), webs.next()) {
            (Some(only), None) => only.unnamed(proxy).into_iter().collect(),
            _ => Vec::new(),
        }
    }

    fn each(&self) -> impl Iterator<Item = Asking<'_>> {
        let each = self.processes.iter().zip(self.containers);
        each.filter_map(|(process, container)| {
            let service = self.project.service(&process.name)?;
            Some(Asking { service, process, container, has_companion: self.has_companion() })
        })
    }

    fn has_companion(&self) -> bool {
        let images = self.project.services.iter().filter_map(|it| it.image.as_ref());
        images.map(ToString::to_string).any(|image| COMPANIONS.iter().any(|it| image.contains(it)))
    }
}

/// Doubts the sites of a host that an env file names which is not in view.
pub(super) fn doubt_unnamed(sites: &mut [Site]) {
    let why = "the env file that names the host for nginx-proxy is not in view";
    let is_unnamed = |it: &&mut Site| it.names.iter().any(|name| name.value.is(UNNAMED));
    for site in sites.iter_mut().filter(is_unnamed) {
        site.doubt(why);
    }
}

const UNNAMED: &str = "${VIRTUAL_HOST}";

/// A container that may ask for hosts.
struct Asking<'a> {
    service: &'a Service,
    process: &'a Process,
    container: &'a Container,
    has_companion: bool,
}

impl Asking<'_> {
    fn named(&self, proxy: &Proxy<'_>) -> Vec<Virtual> {
        // nginx goes on to the next server where one does not answer (ngx_http_proxy_module,
        // `proxy_next_upstream`): a worker with the env file of the site is passed by.
        let answers = !matches!(self.process.kind, ProcessKind::Worker | ProcessKind::Scheduler);
        let Some(names) = self.known("VIRTUAL_HOST").filter(|_| answers) else {
            return Vec::new();
        };
        let each = names.value.split(',').map(str::trim);
        let each = each.filter(|it| !it.is_empty() && it.chars().all(is_of_name));
        each.filter_map(|host| self.asked(host, names.evidence().place()?, proxy)).collect()
    }

    /// The host that its env file names, which is not in view.
    fn unnamed(&self, proxy: &Proxy<'_>) -> Option<Virtual> {
        match self.process.environment.get("VIRTUAL_HOST") {
            Lookup::Unknown(why) if is_in_env_file(&why) => {
                self.asked(UNNAMED, self.service.name.written_at()?, proxy)
            }
            Lookup::Set(_) | Lookup::Unknown(_) | Lookup::Absent => None,
        }
    }

    fn asked(&self, host: &str, at: Place, proxy: &Proxy<'_>) -> Option<Virtual> {
        let to = match self.either("VIRTUAL_PROTO", "http").as_str() {
            "http" => "http",
            "https" => "https",
            _ => return None,
        };
        let is_plain = |name: &str| matches!(self.process.environment.get(name), Lookup::Set(_));
        // Paths that are changed on the way, and several ports by one variable.
        if ["VIRTUAL_DEST", "VIRTUAL_HOST_MULTIPORTS"].into_iter().any(is_plain) {
            return None;
        }
        let port = self.port()?;
        Some(Virtual {
            host: host.to_owned(),
            service: self.service.name.value.clone(),
            port: port.value,
            path: Some(self.either("VIRTUAL_PATH", "/")).filter(|it| it.starts_with('/'))?,
            to,
            https: self.https(host, proxy)?,
            asked: at,
            port_at: port.evidence().place().filter(|it| it.file == at.file).unwrap_or(at),
        })
    }

    /// `VIRTUAL_PORT`, or the only port that the container exposes, or 80.
    fn port(&self) -> Option<Fact<u16>> {
        match self.process.environment.get("VIRTUAL_PORT") {
            Lookup::Set(said) if said.evidence().certainty() == Certainty::Certain => {
                said.try_map(|it| it.trim().parse().ok())
            }
            Lookup::Set(_) | Lookup::Unknown(_) => {
                let mut ports = self.process.listens.iter().filter_map(|it| {
                    let port = it.value.endpoint.port()?;
                    Some(it.map(|_| port))
                });
                ports.next().filter(|_| ports.next().is_none())
            }
            Lookup::Absent => {
                let exposed = self.exposed()?;
                let port = if let [only] = exposed[..] { only } else { 80 };
                Some(self.service.name.map(|_| port))
            }
        }
    }

    /// The ports that Docker lists for the container. `None` where a range or a variable says some.
    fn exposed(&self) -> Option<Vec<u16>> {
        let image = self.container.image.as_ref();
        let of_image = image.map(|it| it.exposed()).unwrap_or_default().into_iter();
        let said = of_image.chain(&self.service.expose).map(ToString::to_string);
        let said = said.map(|it| it.split('/').next().unwrap_or_default().parse().ok());
        let published = self.service.ports.iter().map(|it| it.target.to_string().parse().ok());
        let stock = self.container.flavour.iter().flat_map(|it| it.value.stock.ports);
        let mut ports: Vec<u16> = said.chain(published).collect::<Option<_>>()?;
        ports.extend(stock);
        ports.sort_unstable();
        ports.dedup();
        (image.is_some() || self.container.flavour.is_some()).then_some(ports)
    }

    /// `None` where nobody can tell whether the host has a certificate.
    fn https(&self, host: &str, proxy: &Proxy<'_>) -> Option<Https> {
        let method = self.known("HTTPS_METHOD").map(|it| it.value);
        let method = method.or_else(|| set(proxy.environment, "HTTPS_METHOD").map(|it| it.value));
        let method = match method.as_deref() {
            None | Some("redirect") => Https::Redirect,
            Some("noredirect") => Https::Both,
            Some("nohttp") => Https::Only,
            Some("nohttps") => return Some(Https::Never),
            Some(_) => return None,
        };
        let gets = |names: &str| names.split(',').any(|it| it.trim() == host);
        match self.process.environment.get("LETSENCRYPT_HOST") {
            Lookup::Set(names) if gets(&names.value) => {
                return self.has_companion.then_some(method);
            }
            Lookup::Unknown(why) if is_in_env_file(&why) => {
                return self.has_companion.then_some(method);
            }
            Lookup::Set(_) | Lookup::Unknown(_) | Lookup::Absent => {}
        }
        let mount = proxy.view.mount(Utf8Path::new(CERTIFICATES));
        (mount.is_none() && proxy.view.complete).then_some(Https::Never)
    }

    fn known(&self, name: &str) -> Option<Fact<String>> {
        set(&self.process.environment, name)
    }

    /// A variable, or what stands for it where it is not set, as far as anybody can tell.
    fn either(&self, name: &str, default: &str) -> String {
        match self.process.environment.get(name) {
            Lookup::Set(value) => value.value.trim().to_owned(),
            // Hardly anybody sets it.
            Lookup::Unknown(_) | Lookup::Absent => default.to_owned(),
        }
    }
}

/// What a variable surely is.
fn set(environment: &Environment, name: &str) -> Option<Fact<String>> {
    match environment.get(name) {
        Lookup::Set(value) if value.evidence().certainty() == Certainty::Certain => Some(value),
        Lookup::Set(_) | Lookup::Unknown(_) | Lookup::Absent => None,
    }
}

/// Whether a line says what would tell it: an env file that is not in view. An image sets no host.
fn is_in_env_file(why: &Fact<Arc<str>>) -> bool {
    why.evidence().place().is_some()
}

/// What names and wildcards are made of; expressions (`~^…`) are left alone.
fn is_of_name(sign: char) -> bool {
    sign.is_ascii_alphanumeric() || matches!(sign, '.' | '-' | '_' | '*')
}
