//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::fact::Fact;
use crate::model::middleware::SECURITY;
use crate::model::{
    Deployment, MIDDLEWARE, Process, Route, SECURE_HSTS_SECONDS, SECURE_PROXY_SSL_HEADER, Scheme,
    Setting, Site,
};
use crate::rules::{Check, Rule};
use std::collections::BTreeSet;

pub(super) static RULE: Rule = Rule {
    id: "tls/hsts-duplicate",
    since: "0.1.0",
    severity: Severity::Advice,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/tls/hsts-duplicate.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let mut told = BTreeSet::new();
    for (site, route, app) in deployment.app_routes() {
        let added = site.level(route).and_then(|it| it.added_beside("strict-transport-security"));
        let Some(added) = added else { continue };
        let Some(theirs) = Policy::parse(&added.value.value) else { continue };
        let Some(own) = own(&app).filter(|_| is_secure(deployment, site, route, &app)) else {
            continue;
        };
        if theirs == own.value || !told.insert(added.value.evidence().place()) {
            continue;
        }
        let (ours, theirs) = (own.value.unlike(&theirs), theirs.unlike(&own.value));
        let finding = out.report(
            site,
            "pages say twice for how long to keep to https, and differ",
            added.value.label(format!("says {theirs}, which browsers do not heed")),
        );
        finding
            .through(app.assigned(SECURE_HSTS_SECONDS), format!("what they heed: {ours}"))
            .because(&own)
            .because(&app)
            .help("set it in one of them, as browsers take the first, which is Django's");
        // From then on what nginx says counts.
        let line = "proxy_hide_header Strict-Transport-Security;";
        finding.mend(Safety::Unsafe, format!("add `{line}`"), site.before_pass(route, line));
    }
}

/// What a header says (RFC 6797, 6.1); directives go by any case.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Policy {
    max_age: u64,
    subdomains: bool,
    preload: bool,
}

impl Policy {
    fn parse(value: &str) -> Option<Self> {
        let value = value.to_ascii_lowercase();
        let directives: Vec<&str> = value.split(';').map(str::trim).collect();
        let age = directives.iter().find_map(|it| it.strip_prefix("max-age="))?;
        let has = |name| directives.contains(&name);
        let max_age = age.trim_matches('"').parse().ok()?;
        Some(Self { max_age, subdomains: has("includesubdomains"), preload: has("preload") })
    }

    /// What it says in another way than the other.
    fn unlike(&self, other: &Self) -> String {
        let switch = |on: bool, name: &str| match on {
            true => format!("`{name}`"),
            false => format!("no `{name}`"),
        };
        let age = (self.max_age != other.max_age).then(|| format!("{} s", self.max_age));
        let subdomains = (self.subdomains != other.subdomains)
            .then(|| switch(self.subdomains, "includeSubDomains"));
        let preload = (self.preload != other.preload).then(|| switch(self.preload, "preload"));
        [age, subdomains, preload].into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

/// What Django sends by itself (`SecurityMiddleware.process_response`).
fn own(app: &Fact<&Process>) -> Option<Fact<Policy>> {
    let middleware = app.get(MIDDLEWARE)?;
    let sends = |it: &Fact<String>| it.value == SECURITY;
    let seconds = app.live(SECURE_HSTS_SECONDS)?.given(&middleware);
    let max_age = u64::try_from(seconds.value).ok().filter(|it| *it > 0)?;
    let switch = |name| Some(app.live(Setting::switch(name))?.value);
    let subdomains = switch("SECURE_HSTS_INCLUDE_SUBDOMAINS")?;
    let preload = switch("SECURE_HSTS_PRELOAD")?;
    let sent = middleware.value.iter().any(sends);
    sent.then(|| seconds.map(|_| Policy { max_age, subdomains, preload }))
}

/// Whether Django takes what comes over a route for https, without which it sends none.
fn is_secure(deployment: &Deployment, site: &Site, route: &Route, app: &Fact<&Process>) -> bool {
    let Some(https) = site.https().filter(|https| https.value) else { return false };
    if let Some(lifting) = deployment.lifting(site, route) {
        return lifting.value.scheme == Scheme::Https;
    }
    let Some(trusted) = app.live(SECURE_PROXY_SSL_HEADER) else { return false };
    let header = trusted.value.0.trim_start_matches("HTTP_").replace('_', "-");
    let sent = route.sends(&header).map(|sent| sent.value.as_str());
    https.evidence().place().is_some()
        && trusted.value.1 == "https"
        && matches!(sent, Some("$scheme" | "https"))
}
