//! Routers that show Traefik's own dashboard and API, and let everybody in.

use crate::fact::Fact;
use crate::model::traefik::build::bare;
use crate::model::traefik::{Dashboard, Entries, Labelled, Rule};

/// What Traefik calls it as a service (its documentation, "API & Dashboard").
const SERVICES: [&str; 2] = ["api@internal", "dashboard@internal"];

/// Middlewares that ask nobody who they are; another may.
const OPEN: &[&str] = &[
    "addprefix",
    "buffering",
    "circuitbreaker",
    "compress",
    "contenttype",
    "errors",
    "headers",
    "inflightreq",
    "ratelimit",
    "redirectregex",
    "redirectscheme",
    "replacepath",
    "replacepathregex",
    "retry",
    "stripprefix",
    "stripprefixregex",
];

/// Those that surely ask nobody, each on a port.
pub(super) fn open(own: &Entries, labelled: &[Labelled]) -> Vec<Dashboard> {
    let each = || std::iter::once(own).chain(labelled.iter().map(|it| &it.entries));
    let is_open = |named: &Fact<String>| {
        let name = bare(&named.value);
        let path = ["http", "middlewares", name.as_str()];
        let kinds = each().find(|it| it.has(&path)).map(|it| it.names(&path));
        kinds.is_some_and(|it| it.iter().all(|kind| OPEN.contains(&kind.as_str())))
    };
    let mut found = Vec::new();
    for of in each() {
        for name in of.names(&["http", "routers"]) {
            let below = |last: &'static str| ["http", "routers", name.as_str(), last];
            let leads = |it: &&Fact<String>| SERVICES.contains(&it.value.trim());
            let Some(service) = of.get(&below("service")).filter(leads) else { continue };
            let Some(rule) = of.get(&below("rule")).filter(|it| is_for_others(&it.value)) else {
                continue;
            };
            let on = of.list(&below("entrypoints"));
            let on: Vec<String> = match on.is_empty() {
                true => own.names(&["entrypoints"]),
                false => on.iter().map(|it| bare(&it.value)).collect(),
            };
            let asks = |it: &String| own.has(&["entrypoints", it, "http", "middlewares"]);
            let middlewares = of.list(&below("middlewares"));
            if on.iter().any(asks) || !middlewares.iter().all(is_open) {
                continue;
            }
            let ports = on.iter().filter_map(|it| {
                let address = own.get(&["entrypoints", it, "address"])?;
                address.value.rsplit(':').next()?.split('/').next()?.parse().ok()
            });
            let ports: Vec<u16> = ports.collect();
            found.push(Dashboard { service: service.clone(), rule: rule.clone(), ports });
        }
    }
    found
}

/// Whether a rule is not only for a developer's own machine, nor for some addresses.
fn is_for_others(rule: &str) -> bool {
    let small = rule.to_ascii_lowercase();
    let hosts: Vec<String> = Rule::parse(rule).map(|it| it.hosts()).unwrap_or_default();
    let is_own =
        |it: &String| it == "localhost" || it.ends_with(".localhost") || it.ends_with(".local");
    let are_own = !hosts.is_empty() && hosts.iter().all(is_own);
    let says = ["clientip", "localhost"].iter().any(|it| small.contains(it));
    !says && !are_own
}
