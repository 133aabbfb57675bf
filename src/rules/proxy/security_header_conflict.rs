//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::fact::Fact;
use crate::model::nginx::AddedHeader;
use crate::model::{Deployment, MIDDLEWARE, Process, Route, Site, X_FRAME_OPTIONS};
use crate::rules::{Check, Rule};
use std::collections::BTreeSet;

pub(super) static RULE: Rule = Rule {
    id: "proxy/security-header-conflict",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/proxy/security-header-conflict.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let mut told = BTreeSet::new();
    for (site, route, app) in deployment.app_routes() {
        let Some(added) = added(site, route) else { continue };
        let Some(own) = own(&app) else { continue };
        let place = added.value.evidence().place();
        if added.value.value.eq_ignore_ascii_case(&own.value) || !told.insert(place) {
            continue;
        }
        let (theirs, ours) = (added.value.value.to_ascii_uppercase(), &own.value);
        let finding = out.report(
            site,
            format!("pages have `X-Frame-Options` twice, `{ours}` and `{theirs}`"),
            added.value.label(format!("adds `{theirs}` to what Django sends")),
        );
        finding.through(app.assigned(X_FRAME_OPTIONS), format!("sends `{ours}` from here"));
        finding.because(&own).because(&route.pass).because(&app);
        let line = "proxy_hide_header X-Frame-Options;";
        finding.help(format!("set it in one of them, or hide Django's: `{line}`"));
        finding.mend(Safety::Unsafe, format!("add `{line}`"), site.before_pass(route, line));
    }
}

/// The header that nginx adds to what comes over a route, unless Django's is hidden.
fn added(site: &Site, route: &Route) -> Option<AddedHeader> {
    let level = site.level(route)?;
    let added = level.added_beside("x-frame-options")?;
    (!added.value.value.contains('$')).then_some(added)
}

/// What Django sends by itself.
fn own(app: &Fact<&Process>) -> Option<Fact<String>> {
    let middleware = app.get(MIDDLEWARE)?;
    let sends =
        |it: &Fact<String>| it.value == "django.middleware.clickjacking.XFrameOptionsMiddleware";
    let value = app.get(X_FRAME_OPTIONS)?.given(&middleware);
    middleware.value.iter().any(sends).then(|| value.map(|value| value.to_ascii_uppercase()))
}
