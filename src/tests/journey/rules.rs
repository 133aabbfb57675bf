//! Rules and journeys are two ways to one answer, so they have to agree.

use crate::diagnostic::Diagnostic;
use crate::fact::Certainty;
use crate::model::journey::{At, End, Journey, Journeys, Request};
use crate::model::{Deployment, Site, SiteName};
use crate::run::Outcome;
use crate::tests::pages::examples_of;

/// The journeys to the front page of each name of each site, by the scheme that it is for, and to
/// the paths that a part of it passes on.
fn pages(outcome: &Outcome) -> Vec<Journey> {
    let one = |deployment: &Deployment, site: &Site, host: &str, path: &str| {
        let listener = site.listeners.first();
        let tls = site.https().is_some_and(|it| it.value);
        let scheme = if tls { "https" } else { "http" };
        let port = listener.and_then(|it| it.value.port).filter(|port| ![80, 443].contains(port));
        let port = port.map(|port| format!(":{port}")).unwrap_or_default();
        let request = Request::get(&format!("{scheme}://{host}{port}{path}")).ok()?;
        Some(Journeys::new(deployment, None).follow(&request))
    };
    let mut all = Vec::new();
    for deployment in &outcome.model.deployments {
        for site in &deployment.sites {
            let hosts = site.names.iter().filter_map(|name| match &name.value {
                SiteName::Host(host) => Some(host.as_str()),
                SiteName::Many(_) => None,
            });
            let parts =
                site.routes.iter().filter_map(|it| it.shown.value.strip_prefix("location "));
            let parts: Vec<&str> = parts.filter(|it| it.starts_with('/') && *it != "/").collect();
            for host in hosts {
                let paths = ["/"].into_iter().chain(parts.iter().copied());
                all.extend(paths.filter_map(|path| one(deployment, site, host, path)));
            }
        }
    }
    all
}

fn compare(id: &str, lines: &str, ends_so: impl Fn(&Journey) -> bool) {
    for (name, outcome) in examples_of(id, "Reported", lines) {
        let journeys = pages(&outcome);
        let ends: Vec<_> = journeys.iter().map(|it| &it.end).collect();
        let is_certain = |it: &Diagnostic| it.certainty() == Certainty::Certain;
        // What a rule says with a doubt, a journey says not at all.
        let may_end_unknown = !outcome.diagnostics.iter().any(is_certain);
        let ends_well =
            |it: &Journey| ends_so(it) || (may_end_unknown && matches!(it.end, End::Unknown(_)));
        assert!(journeys.iter().any(ends_well), "{id}, reported {name}: {ends:?}");
    }
    for (name, outcome) in examples_of(id, "Accepted", lines) {
        for journey in pages(&outcome) {
            assert!(!ends_so(&journey), "{id}, accepted {name}: {:?}", journey.end);
        }
    }
}

#[test]
fn a_loop_that_is_reported_is_one_that_is_walked() {
    compare("proxy/ssl-redirect-loop", "ALLOWED_HOSTS = ['*']", |it| {
        matches!(it.end, End::Loop(_))
    });
}

#[test]
fn a_name_that_is_reported_is_refused_by_django() {
    let common = "MIDDLEWARE = ['django.middleware.common.CommonMiddleware']";
    compare("hosts/server-name-not-allowed", common, |it| {
        let by_django = it.hops.last().is_some_and(|hop| hop.at == At::Django);
        by_django && matches!(&it.end, End::Answered(response) if response.status == Some(400))
    });
}
