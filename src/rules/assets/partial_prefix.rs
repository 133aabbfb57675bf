//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::{Deployment, STATIC_URL, is_own_url};
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
        let Some(root) = app.collects_into() else { continue };
        let Some(collected) = app.dir(deployment.view(app.value.view), &root) else { continue };
        let prefix = format!("{}/", url.value.trim_end_matches('/'));
        let part = site.part_served(deployment, &prefix, &collected);
        let Some((path, dir)) = part else { continue };
        let Some(route) = site.route_for(&format!("{prefix}kilter/sample.css")) else { continue };
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
