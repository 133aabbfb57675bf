//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::{Fact, symbol};
use crate::model::{ALLOWED_HOSTS, DEBUG, Deployment, SECRET_KEY, SiteName, allowed_by_debug};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "hosts/allowed-empty",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/hosts/allowed-empty.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for process in deployment.apps().filter(|process| process.kind.is_web()) {
        let app = process.fact();
        let Some(debug) = app.without_debug() else { continue };
        let Some(allowed) = app.get(ALLOWED_HOSTS) else { continue };
        if allowed.value.iter().any(|it| !it.value.is_empty()) {
            continue;
        }
        // What is said of each name says this as well; of one that is filled in nothing is said, nor of
        // one of the machine's own where DEBUG may be on.
        let may_be_on = app.get(DEBUG).is_none();
        let is_known = |it: &Fact<SiteName>| match &it.value {
            SiteName::Host(host) => {
                !(symbol::is_symbolic(host) || may_be_on && allowed_by_debug(host))
            }
            _ => true,
        };
        if deployment.sites_before(process).any(|site| site.names.iter().any(is_known)) {
            continue;
        }
        // Of each request CommonMiddleware asks for the host, and that of the cache (`HttpRequest.get_host()`).
        if app.passes_no(&["cache", "common", "host", "site"]).is_some() {
            continue;
        }
        // Without a key Django starts nothing: a module that nothing runs is but a part of what is run.
        let lacks_key = || app.get(SECRET_KEY).is_some_and(|it| it.value.is_empty());
        if process.started.is_none() && lacks_key() {
            continue;
        }
        let assigned = app.assigned(ALLOWED_HOSTS);
        let what = match assigned {
            Some(_) => "names no host",
            None => "DEBUG is off, and nothing sets ALLOWED_HOSTS",
        };
        let Some(at) = assigned.or(app.assigned(DEBUG)) else { continue };
        out.report(
            process,
            "no host is in ALLOWED_HOSTS, so Django answers 400 to every request",
            at.given(&allowed).label(what),
        )
        .through(app.supplied(ALLOWED_HOSTS), "empty here")
        .because(&debug)
        .help("name the hosts that the site is reached by");
    }
}
