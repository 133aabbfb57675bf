//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::fact::Fact;
use crate::model::{DATA_UPLOAD_MAX_MEMORY_SIZE, Deployment, Process, Route, Site};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "proxy/body-size-below-app",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/proxy/body-size-below-app.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for (site, app) in deployment.proxied() {
        // Django's own default is no wish of this project.
        if app.assigned(DATA_UPLOAD_MAX_MEMORY_SIZE).is_none() {
            continue;
        }
        let Some(wanted) = app.get(DATA_UPLOAD_MAX_MEMORY_SIZE) else { continue };
        let Some((route, limit)) = most_generous(deployment, site, &app) else { continue };
        if limit.value == 0 || limit.value >= wanted.value {
            continue;
        }
        let written = limit.evidence().is_written();
        if !written && deployment.may_limit_bodies_elsewhere(site, route) {
            continue;
        }
        let at = if written { limit.map(|_| ()) } else { route.pass.map(|_| ()) };
        let (has, wants) = (shown(limit.value), shown(wanted.value));
        let finding = out.report(
            site,
            format!("the project takes requests up to {wants}, and the proxy no more than {has}"),
            at.given(&limit).label(format!("answers 413 above {has}")),
        );
        finding
            .also(wanted.label(format!("would take {wants}")))
            .help(format!("set `client_max_body_size {};`", mebibytes(wanted.value)))
            .mend(Safety::Unsafe, "raise the limit", raise(site, route, &limit, wanted.value));
        // Somebody chose it, and files do not count for Django's.
        if written {
            finding.at_most(Severity::Advice);
        }
    }
}

/// The route to a process that lets the most through, of several alike that for everything or else the
/// first: the last is mostly for files that Django sends. None if one of them is not known.
fn most_generous<'d>(
    deployment: &Deployment,
    site: &'d Site,
    app: &Fact<&Process>,
) -> Option<(&'d Route, Fact<u64>)> {
    // A WebSocket is opened by a request without a body.
    let takes_bodies = |route: &&Route| route.for_everything || !route.upgrades();
    let limits: Option<Vec<_>> = deployment
        .routes_of(site, app.value)
        .filter(takes_bodies)
        .map(|route| Some((route, route.body_limit.clone()?)))
        .collect();
    let unlimited = |limit: u64| if limit == 0 { u64::MAX } else { limit };
    let limits = limits?.into_iter().rev();
    limits.max_by_key(|(route, limit)| (unlimited(limit.value), route.for_everything))
}

fn shown(bytes: u64) -> String {
    match bytes >> 20 {
        0 => format!("{bytes} bytes"),
        mebibytes => format!("{mebibytes} MiB"),
    }
}

fn mebibytes(bytes: u64) -> String {
    format!("{}m", bytes.div_ceil(1 << 20))
}

fn raise(site: &Site, route: &Route, limit: &Fact<u64>, wanted: u64) -> Option<Edit> {
    if let Some(place) = limit.written_at() {
        return Some(Edit::replace(place, mebibytes(wanted)));
    }
    site.before_pass(route, format!("client_max_body_size {};", mebibytes(wanted)))
}
