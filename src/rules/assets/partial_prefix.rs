//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::{Deployment, PartServed, STATIC_URL, is_own_url};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "assets/partial-prefix",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/assets/partial-prefix.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for (site, app) in deployment.proxied() {
        let Some(url) = app.get(STATIC_URL).filter(|url| is_own_url(&url.value)) else { continue };
        let Some(part) = site.part_served(deployment, &app, &url) else { continue };
        let PartServed { path, dir, collected } = part;
        let sample = format!("{}/kilter/sample.css", url.value.trim_end_matches('/'));
        let Some(route) = site.route_for(&sample) else { continue };
        if deployment.process(route.value).is_some_and(|it| it.value.kind.is_web()) {
            continue;
        }
        out.report(
            site,
            format!("only `{path}` of the static files is served, the rest goes elsewhere"),
            route
                .value
                .pass
                .clone()
                .given(&route)
                .label("gets what other apps have below STATIC_URL"),
        )
        .also(dir.label(format!("`{path}` comes from what `collectstatic` fills")))
        .also(collected.label(format!("and {} has more", collected.value.shown())))
        .because(&url)
        .help(format!("serve all of it under `{url}`, or give the other program another prefix"));
    }
}
