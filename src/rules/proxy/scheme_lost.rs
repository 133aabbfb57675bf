//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::fact::Fact;
use crate::model::{Deployment, MIDDLEWARE, Process, Route, Scheme};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "proxy/scheme-lost",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/proxy/scheme-lost.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for app in deployment.for_others() {
        for (site, https) in deployment.https_sites(app.value) {
            let routes: Vec<&Route> = deployment.routes_of(site, app.value).collect();
            let whole = routes.iter().find(|it| it.for_everything);
            // Beside a site of other pages it is of account where links are made.
            let part = || {
                let mut parts = routes.iter().filter(|it| !it.is_for_websockets());
                parts.next().filter(|_| deployment.makes_links(&app))
            };
            let Some(route) = whole.or_else(part) else { continue };
            let Some(lifting) = deployment.lifting(site, route) else { continue };
            let Some(middleware) = own_scheme_is_kept(&app) else { continue };
            if lifting.value.scheme == Scheme::Https || https.evidence().place().is_none() {
                continue;
            }
            let finding = out.report(
                site,
                "https requests are plain http to Django, and so are the links that it makes",
                route.pass.label("passed on as plain http, for all that Django sees"),
            );
            finding
                .also(https.label("browsers come by https"))
                .through(lifting.value.option.clone(), "another proxy is believed")
                .because(&lifting)
                .because(&middleware)
                .help(match route.forwarded_proto().is_some() || route.is_by_uwsgi() {
                    true => route.telling_of_https(),
                    false => {
                        "send `X-Forwarded-Proto $scheme` here, and set SECURE_PROXY_SSL_HEADER to it"
                    }
                })
                .mend(Safety::Unsafe, "set SECURE_PROXY_SSL_HEADER", app.trust_scheme(route));
        }
    }
}

/// That no middleware is known to set the scheme by itself, as its name would say.
fn own_scheme_is_kept(app: &Fact<&Process>) -> Option<Fact<()>> {
    let setting = ["ssl", "https", "scheme", "proxy", "proxies", "forwarded"];
    let lists = app.each_list(MIDDLEWARE)?;
    let sets = |it: &Fact<String>| {
        let name = it.value.to_ascii_lowercase();
        setting.iter().any(|word| name.contains(word))
    };
    let kept = !lists.iter().any(|it| it.value.iter().any(sets));
    lists.first().filter(|_| kept).map(|it| it.map(|_| ()))
}
