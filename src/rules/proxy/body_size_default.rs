//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
use crate::model::nginx::{Config, Context};
use crate::model::{DATA_UPLOAD_MAX_MEMORY_SIZE, Deployment};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "proxy/body-size-default",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/proxy/body-size-default.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    // A guide may have it set in the machine's nginx.conf, which is not in view.
    if deployment.surroundings.tls.of_body_limits
        || deployment.nginx.iter().any(|it| sets_for_others(it))
    {
        return;
    }
    for (site, app) in deployment.proxied() {
        let Some((field, how)) = app.takes_uploads() else { continue };
        // What the project takes is compared elsewhere.
        if app.assigned(DATA_UPLOAD_MAX_MEMORY_SIZE).is_some() {
            continue;
        }
        let routes = deployment.routes_of(site, app.value);
        let routes = routes.filter(|it| !it.is_for_websockets());
        let routes: Vec<_> = routes.collect();
        // Where one route has a limit of its own, uploads go there.
        let limits = routes.iter().map(|route| route.body_limit.as_ref());
        let unset = |limit: Option<&Fact<u64>>| limit.is_some_and(|it| !it.evidence().is_written());
        if !limits.into_iter().all(unset) {
            continue;
        }
        let Some(route) = routes.iter().find(|it| it.for_everything).or(routes.first()) else {
            continue;
        };
        let Some(limit) = &route.body_limit else { continue };
        if site.redirects_all()
            || deployment.is_outnamed(site)
            || deployment.may_limit_bodies_elsewhere(site, route)
        {
            continue;
        }
        out.report(
            site,
            "uploads of more than 1 MiB are refused, as nginx has no limit set here",
            route.pass.label("answers 413 above 1 MiB, its default"),
        )
        .also(field.label(how))
        .because(limit)
        .because(&app)
        .help("set `client_max_body_size` to what uploads may have, as `20m`");
    }
}

/// Whether a `nginx.conf` without any site has a limit: somebody puts the sites into it, where kilter
/// does not see it.
fn sets_for_others(config: &Config) -> bool {
    let mut wide = config.levels().filter(|level| level.context() == Context::Http);
    config.servers().next().is_none()
        && wide.any(|level| level.own("client_max_body_size").next().is_some())
}
