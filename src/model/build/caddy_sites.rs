//! Sites of Caddy: Caddyfiles put together with what they import, and made the model's.

use crate::fact::{Environment, Fact, Origin};
use crate::model::build::host::Host;
use crate::model::caddy::{self, Config, Handler, HeaderOp, Imported, Inputs, Proxy, Rewrite};
use crate::model::compose::Service;
use crate::model::image::Reference;
use crate::model::text::Text;
use crate::model::{Engine, Fault, Files, Kind, Listener, Reading, Route, Site, SiteName, ViewId};
use crate::source::{FileId, path_glob};
use crate::syntax::caddy::{OF_MODULES, Tree};
use crate::syntax::{Parsed, Problem};
use camino::{Utf8Path, Utf8PathBuf};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

const BY_ITSELF: Origin = Origin::Default {
    of: "Caddy",
    version: "2",
    source: "https://caddyserver.com/docs/caddyfile/directives/reverse_proxy#defaults",
};

/// The Caddyfiles of a tree.
pub(super) struct Caddyfiles<'f, 'a> {
    files: &'f Files<'a>,
    host: &'f Host<'f>,
    trees: BTreeMap<FileId, Tree>,
}

impl<'f, 'a> Caddyfiles<'f, 'a> {
    pub(super) fn find(files: &'f Files<'a>, host: &'f Host) -> Self {
        let all = files.of(Kind::Caddy).into_iter();
        let trees = all.filter_map(|read| match read.parsed {
            Parsed::Caddy(tree) => Some((read.id, tree.clone())),
            _ => None,
        });
        Self { files, host, trees: trees.collect() }
    }

    /// The sites that the host's Caddy has: those of files that no container claims and no other
    /// file imports.
    pub(super) fn sites(&self, claimed: &BTreeSet<&Utf8Path>, reading: &mut Reading) -> Vec<Site> {
        let imported = RefCell::new(BTreeSet::new());
        let mut configs = Vec::new();
        for main in self.trees.keys() {
            if claimed.contains(self.files.read(*main).path) {
                continue;
            }
            let find = |from: FileId, pattern: &str| {
                let found = self.import(from, pattern);
                if let Imported::Files(files) = &found {
                    let others = files.iter().filter(|file| *file != main);
                    imported.borrow_mut().extend(others.copied());
                }
                found
            };
            configs.push((*main, self.read(*main, &find, &Environment::unseen("Caddy's own"))));
        }
        let imported = imported.into_inner();
        configs.retain(|(main, _)| !imported.contains(main));
        for (main, config) in &configs {
            // Whatever has another name may be a part of something that is not in view.
            if self.files.read(*main).path.file_name() == Some("Caddyfile") {
                note_troubles(config, reading);
            }
        }
        let each = configs.into_iter().flat_map(|(main, config)| {
            let left_out = self.is_left_out(main);
            sites(config, ViewId(0)).into_iter().map(move |site| Site { left_out, ..site })
        });
        each.collect()
    }

    /// Whether a file that nothing imports lies beside the one that Caddy reads.
    fn is_left_out(&self, main: FileId) -> bool {
        let Some(root) = &self.host.root else { return false };
        let folder = root.join("etc/caddy");
        let (own, path) = (folder.join("Caddyfile"), self.files.read(main).path);
        path != own && path.starts_with(&folder) && self.files.tree.is_file(&own)
    }

    /// The sites of the Caddyfile of a container, run in its environment.
    pub(super) fn of_container(
        &self,
        main: FileId,
        (environment, view): (&Environment, ViewId),
        service: &Service,
        reading: &mut Reading,
    ) -> Vec<Site> {
        let find = |from: FileId, pattern: &str| self.import(from, pattern);
        let config = self.read(main, &find, environment);
        note_troubles(&config, reading);
        if is_stock(service) {
            note_modules(&config, reading);
        }
        sites(config, view)
    }

    fn read(
        &self,
        main: FileId,
        import: &dyn Fn(FileId, &str) -> Imported,
        environment: &Environment,
    ) -> Config {
        caddy::read(&Inputs { main, trees: &self.trees, import, environment, version: None })
    }

    fn import(&self, from: FileId, pattern: &str) -> Imported {
        let beside = self.files.read(from).path.parent().unwrap_or(Utf8Path::new(""));
        let path = Utf8Path::new(pattern);
        let in_tree = match path.is_absolute() {
            true => self.host.in_tree(path),
            false => Some(beside.join(path)),
        };
        let Some(pattern) = in_tree else {
            return Imported::Unseen(format!("`{pattern}` is not in view"));
        };
        let is_glob = pattern.as_str().contains(['*', '?', '[']);
        let found = self.matching(&pattern);
        match (found.is_empty(), is_glob) {
            (false, _) | (true, true) => Imported::Files(found),
            (true, false) if self.host.root.is_some() => Imported::Nothing,
            (true, false) => Imported::Unseen(format!("`{pattern}` is not in view")),
        }
    }

    fn matching(&self, pattern: &Utf8Path) -> Vec<FileId> {
        let paths = self.trees.keys().map(|id| (*id, self.files.read(*id).path));
        let Some(glob) = path_glob(pattern.as_str()) else { return Vec::new() };
        let mut found: Vec<(Utf8PathBuf, FileId)> = paths
            .filter(|(_, path)| *path == pattern || glob.is_match(path.as_std_path()))
            .map(|(id, path)| (path.to_owned(), id))
            .collect();
        found.sort();
        found.into_iter().map(|(_, id)| id).collect()
    }
}

/// What the run should hear of a configuration's reading.
fn note_troubles(config: &Config, reading: &mut Reading) {
    reading.cycles.extend(config.cycles.iter().cloned());
    config.limits.iter().for_each(|limit| reading.limit(limit));
    // What is not in view may mend what looks wrong.
    if config.unseen.is_empty() {
        for problem in &config.problems {
            reading.refuse(Fault::Refused(Kind::Caddy), problem.clone());
        }
        for problem in &config.imported_options {
            reading.refuse(Fault::ImportedOptions, problem.clone());
        }
    }
}

/// Whether the image is Docker's own, which is the standard build.
fn is_stock(service: &Service) -> bool {
    let image = service.image.as_ref().filter(|_| service.build.is_none());
    let image = image.and_then(Text::known);
    image.and_then(|it| Reference::parse(&it.value)).is_some_and(|it| it.on_hub() == Some("caddy"))
}

/// Says which directives a standard build refuses: "unrecognized directive: rate_limit".
fn note_modules(config: &Config, reading: &mut Reading) {
    for name in config.unknown.iter().filter(|it| OF_MODULES.contains(&it.value.as_str())) {
        let Some(place) = name.written_at() else { continue };
        let message = format!("`{name}` is of a module that the image of Caddy has not");
        reading.refuse(Fault::Refused(Kind::Caddy), Problem::new(place, message));
    }
}

fn sites(config: Config, view: ViewId) -> Vec<Site> {
    let config = Arc::new(config);
    let each = config.sites.iter().enumerate().map(|(index, it)| {
        let engine = Engine::Caddy { config: Arc::clone(&config), index };
        site(&config, it, view, engine)
    });
    each.collect()
}

fn site(config: &Config, it: &caddy::Site, view: ViewId, engine: Engine) -> Site {
    let names = it.addresses.iter().filter(|address| !address.host.is_empty()).map(|address| {
        address.text.map(|_| match address.is_wildcard() {
            true => SiteName::Many(address.host.clone()),
            false => SiteName::Host(address.host.clone()),
        })
    });
    let answers = |it: &&caddy::Address| !config.is_tls(it) || config.may_have_certificate(it);
    let listeners = it.addresses.iter().filter(answers).map(|address| {
        address.text.map(|_| Listener {
            port: config.port(address),
            tls: config.is_tls(address),
            default: address.host.is_empty(),
            loopback: address.host == "localhost" || address.host.starts_with("127."),
            // Go listens at both with one socket.
            ipv6: false,
        })
    });
    let names: Vec<_> = names.collect();
    let shown = it.addresses.first().map(|address| address.text.value.clone());
    let mut routes = Vec::new();
    proxies(&it.routes, Above { for_rest: true, renames: false }, &mut routes);
    Site {
        name: shown.unwrap_or_default(),
        declared: Fact::at((), it.place),
        view,
        installed: false,
        is_template: false,
        of_image: false,
        left_out: false,
        names,
        listeners: listeners.collect(),
        routes,
        engine,
    }
}

/// What is so of a request before it comes to a proxy.
#[derive(Clone, Copy)]
struct Above {
    /// It is whatever no other block is for.
    for_rest: bool,
    /// Its path may be another than was asked for: `handle_path`, `uri`, `rewrite`.
    renames: bool,
}

/// Every proxy, at any depth, below whatever else a request has to be for it.
fn proxies(routes: &[caddy::Route], mut above: Above, out: &mut Vec<Route>) {
    for it in routes {
        let for_rest = above.for_rest && it.matcher.as_ref().is_none_or(|it| it.is_for_rest());
        for step in &it.steps {
            match &step.handler {
                Handler::Routes(inner) => proxies(inner, Above { for_rest, ..above }, out),
                Handler::Proxy(proxy) => {
                    out.push(route(&step.directive, Above { for_rest, ..above }, proxy));
                }
                Handler::Rewrite(rewrite) => {
                    above.renames |= !matches!(rewrite, Rewrite::Method(_));
                }
                _ => {}
            }
        }
    }
}

fn route(directive: &Fact<String>, above: Above, proxy: &Proxy) -> Route {
    let by_itself = |value: &str| Fact::new(value.to_owned(), BY_ITSELF);
    let forwards = proxy.forwards.iter();
    let mut sent: Vec<(String, Fact<String>)> =
        forwards.map(|name| ((*name).to_owned(), by_itself("$scheme"))).collect();
    let host =
        if proxy.sends_own_host == Some(true) { "{upstream_hostport}" } else { "$http_host" };
    sent.push(("host".to_owned(), by_itself(host)));
    for change in &proxy.headers_up.changes {
        let field = change.field.value.to_ascii_lowercase();
        sent.retain(|(name, _)| *name != field);
        if let HeaderOp::Set(value) | HeaderOp::Add(value) = &change.op {
            sent.push((field, value.clone().given(&change.field)));
        }
    }
    let upstreams = proxy.upstreams.iter().filter_map(|upstream| upstream.endpoint.clone());
    let known = proxy.dynamic.is_none() && proxy.upstreams.iter().all(|it| it.endpoint.is_some());
    Route {
        shown: directive.clone(),
        for_everything: above.for_rest,
        pass: directive.clone(),
        upstreams: if known { upstreams.collect() } else { Vec::new() },
        process: None,
        missed: false,
        sent,
        read_timeout: None,
        body_limit: None,
        variables: Vec::new(),
        sent_whole: directive.map(|_| ()),
        renamed: above.renames,
    }
}
