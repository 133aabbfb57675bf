//! Sites of a Traefik that compose starts: its files and options, and the labels of the containers.

use crate::fact::{Fact, Origin};
use crate::model::compose::{self, Service};
use crate::model::traefik::{self, Does, Entries, Labelled, Pass, Router, read};
use crate::model::{
    Engine, Files, Kind, Listener, Process, Reading, Route, Site, SiteName, ViewId,
};
use crate::source::normalize;
use crate::syntax::Parsed;
use crate::syntax::traefik::Tree;
use camino::{Utf8Path, Utf8PathBuf};
use std::sync::Arc;

const BY_ITSELF: Origin = Origin::Default {
    of: "Traefik",
    version: "3",
    source: "https://doc.traefik.io/traefik/getting-started/faq/",
};

/// Where Traefik looks for its file by itself (its documentation, "Configuration Introduction").
const OWN: &[&str] = &[
    "/etc/traefik/traefik.yml",
    "/etc/traefik/traefik.yaml",
    "/etc/traefik/traefik.toml",
    "/traefik.yml",
    "/traefik.yaml",
    "/traefik.toml",
];

/// What a container has of it.
pub(super) struct Container<'a> {
    pub(super) service: &'a Service,
    pub(super) view: ViewId,
    /// The file of the tree at a path.
    pub(super) in_tree: &'a dyn Fn(&Utf8Path) -> Option<Utf8PathBuf>,
}

impl Container<'_> {
    /// What its options and files say. `None` if they name no entry point.
    pub(super) fn own(&self, files: &Files) -> Option<Traefik> {
        let mut own = Entries::default();
        let words = self.service.command.iter().flat_map(|it| &it.words);
        for word in words {
            let (name, value) = match word.split_once('=') {
                Some((name, value)) => (name.fact(), Some(value)),
                None => (word.fact(), None),
            };
            if let Some(option) = name.value.strip_prefix("--") {
                own.add(&name.map(|_| option.to_owned()), value.as_ref());
            }
        }
        let named = own.get(&["configfile"]).map(|it| it.value.clone());
        let mut paths = named.as_deref().into_iter().chain(OWN.iter().copied());
        let main = paths.find_map(|path| self.file(files, path));
        main.into_iter().for_each(|it| own.read(it));
        let provided = own.get(&["providers", "file", "filename"]);
        let provided = provided.and_then(|it| self.file(files, &it.value));
        // It may be the same file.
        let is_main = |it: &Tree| main.is_some_and(|main| std::ptr::eq(it, main));
        if let Some(other) = provided.filter(|it| !is_main(it)) {
            own.read(other);
        }
        let folder = own.get(&["providers", "file", "directory"]).map(|it| it.value.clone());
        if let Some(folder) = folder.and_then(|it| (self.in_tree)(&normalize(Utf8Path::new(&it)))) {
            let below = files.of(Kind::Traefik).into_iter();
            let below = below.filter(|it| it.path.starts_with(&folder));
            for read in below {
                if let Parsed::Traefik(tree) = read.parsed {
                    own.read(tree);
                }
            }
        }
        own.has(&["entrypoints"]).then_some(Traefik { own, view: self.view })
    }

    /// A file of the container's, if it is in view.
    fn file<'f>(&self, files: &Files<'f>, path: &str) -> Option<&'f Tree> {
        let path = (self.in_tree)(&normalize(Utf8Path::new(path)))?;
        match files.find(&path).read()?.parsed {
            Parsed::Traefik(tree) => Some(tree),
            _ => None,
        }
    }
}

/// One that was found, before it is known whom it leads to.
pub(super) struct Traefik {
    own: Entries,
    view: ViewId,
}

impl Traefik {
    pub(super) fn sites(
        &self,
        project: &compose::Project,
        processes: &[Process],
        reading: &mut Reading,
    ) -> Vec<Site> {
        let each = project.services.iter();
        let labelled: Vec<Labelled> = each.filter_map(|it| labelled(it, processes)).collect();
        let config = Arc::new(read(&self.own, &labelled));
        config.limit.iter().for_each(|it| reading.limit(it));
        let each = config.sites.iter().enumerate().map(|(index, it)| {
            let engine = Engine::Traefik { config: Arc::clone(&config), index };
            self.site(it, engine)
        });
        each.collect()
    }

    fn site(&self, it: &traefik::Site, engine: Engine) -> Site {
        let names = it.hosts.iter().map(|host| host.map(|_| SiteName::Host(host.value.clone())));
        let declared = it.routers.first().map(|it| it.rule.map(|_| ()));
        let default = it.hosts.is_empty();
        let listener =
            Listener { port: it.port, tls: it.tls, default, loopback: false, ipv6: false };
        let routes = it.routers.iter().filter_map(|router| match &router.does {
            Does::Pass(pass) => Some(route(router, pass)),
            Does::Redirect(_) | Does::Unknown => None,
        });
        Site {
            name: it.hosts.first().map(|it| it.value.clone()).unwrap_or_default(),
            declared: declared.unwrap_or_else(|| it.listener.clone()),
            view: self.view,
            names: names.collect(),
            left_out: false,
            listeners: vec![it.listener.map(|()| listener)],
            installed: false,
            is_template: false,
            of_image: false,
            routes: routes.collect(),
            engine,
        }
    }
}

/// The labels of a service that Traefik reads.
fn labelled<'a>(service: &'a Service, processes: &[Process]) -> Option<Labelled<'a>> {
    if !service.is_routed_by_traefik() {
        return None;
    }
    let mut entries = Entries::default();
    for label in &service.labels {
        if let Some(name) = label.name.value.to_ascii_lowercase().strip_prefix("traefik.") {
            entries.add(&label.name.map(|_| name.to_owned()), label.value.as_ref());
        }
    }
    let process = processes.iter().find(|it| it.name == service.name.value);
    let mut ports =
        process.into_iter().flat_map(|it| &it.listens).filter_map(|it| it.value.endpoint.port());
    let port = ports.next().filter(|_| ports.next().is_none());
    Some(Labelled { service: &service.name.value, entries, port })
}

/// It sends what it was asked by, and says so (Traefik's documentation, "EntryPoints", "Forwarded
/// Headers"); WebSockets need nothing said.
fn route(router: &Router, pass: &Pass) -> Route {
    let by_itself = |value: &str| Fact::new(value.to_owned(), BY_ITSELF);
    let proto = if pass.believes { "$http_x_forwarded_proto" } else { "$scheme" };
    let host = if pass.keeps_host { "$http_host" } else { "$proxy_host" };
    let mut sent: Vec<(String, Fact<String>)> = [
        ("host", host),
        ("x-forwarded-proto", proto),
        ("x-forwarded-for", "$proxy_add_x_forwarded_for"),
        ("x-forwarded-host", "$http_host"),
        ("x-forwarded-port", "$server_port"),
        ("x-real-ip", "$remote_addr"),
        ("upgrade", "$http_upgrade"),
        ("connection", "upgrade"),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), by_itself(value)))
    .collect();
    for (name, value) in &pass.sets {
        sent.retain(|(own, _)| own != name);
        if !value.value.is_empty() {
            sent.push((name.clone(), value.clone()));
        }
    }
    Route {
        shown: router.rule.map(|_| router.shown()),
        pass: pass.at.clone(),
        for_everything: router.takes.as_ref().is_some_and(|it| it.is_for_all_paths()),
        upstreams: pass.to.clone(),
        process: None,
        missed: false,
        sent,
        read_timeout: None,
        body_limit: None,
        variables: Vec::new(),
        sent_whole: pass.at.map(|_| ()),
        renamed: false,
    }
}
