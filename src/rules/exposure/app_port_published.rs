//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::fact::Fact;
use crate::model::urls::{Target, UrlConf};
use crate::model::{Deployment, Listening, Process, Route, Site};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "exposure/app-port-published",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: Some("5.3"),
    check: Check::Deployment(check),
    page: include_str!("../../../rules/exposure/app-port-published.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for (service, process, _) in deployment.services() {
        let Some((port, open)) = service.open_to(process) else { continue };
        let is_raw = |it: &&Fact<Listening>| {
            let at = it.value.endpoint.port();
            at.is_some_and(|at| port.leads_to(at)) && process.takes_uwsgi(it) == Some(true)
        };
        if let Some(raw) = process.listens.iter().find(is_raw) {
            out.report(
                process,
                format!(
                    "`{}` takes uWSGI's protocol from everybody, and runs what they name",
                    process.name
                ),
                open.label("whoever reaches the host reaches this port, past its firewall"),
            )
            .also(raw.label("takes uWSGI's own protocol, and no HTTP"))
            .help("take the port away, or publish it on `127.0.0.1:`; `http-socket` is for HTTP")
            .mend(
                Safety::Unsafe,
                "publish it on `127.0.0.1`",
                deployment.keep_on_host(port),
            );
            continue;
        }
        let mut passed = deployment
            .sites
            .iter()
            .filter_map(|site| Some((site, carries(deployment, site, process)?)));
        let Some((site, pass)) = passed.next() else { continue };
        let beside = deployment.view(site.view).container.is_some();
        out.report(
            process,
            format!("`{}` is published beside its proxy", process.name),
            open.label("requests here pass no TLS, no limits and no headers of the proxy"),
        )
        .also(pass.label("the proxy passes requests on here"))
        .help(match beside {
            true => "take the port away: the proxy reaches it without",
            false => "publish it on `127.0.0.1:`, where the proxy asks for it",
        })
        .mend(Safety::Unsafe, "publish it on `127.0.0.1`", deployment.keep_on_host(port));
    }
}

/// That a site passes on all that a process has to answer, where it passes on the first.
fn carries(deployment: &Deployment, site: &Site, process: &Process) -> Option<Fact<()>> {
    let to = |route| deployment.leads_to(route, process);
    let mut routes = site.routes.iter().filter_map(|route| Some((route, to(route)?)));
    let leads = |path: &str| site.route_for(path).and_then(|route| to(route.value)).is_some();
    let urls = || process.django.as_ref().and_then(|it| it.urls.as_ref());
    let (first, to) =
        routes.clone().find(|(route, _)| is_for_all(route)).or_else(|| routes.next())?;
    let is_carried = is_for_all(first)
        || leads("/kilter-sample")
        || urls().is_some_and(|it| has_applications(it, leads));
    is_carried.then(|| first.pass.map(|_| ()).given(&to))
}

/// Whether a route is for every path of the process: that of a whole site, of a location with a name,
/// which is for what is no file, or of one whose own path is cut off (ngx_http_proxy_module, "proxy_pass").
fn is_for_all(route: &Route) -> bool {
    route.for_everything
        || route.shown.value.starts_with("location @")
        || route.part().is_some() && route.renamed
}

/// Whether a proxy has all that a URLconf includes, and something of the project's own among it. Single
/// pages beside that, as a package's documents of the interface, may be for nobody; Django's admin alone
/// is not what the process is there for.
fn has_applications(urls: &UrlConf, leads: impl Fn(&str) -> bool) -> bool {
    let Some(sampled) = urls.sampled().filter(|it| !it.is_empty()) else { return false };
    let (had, left): (Vec<_>, Vec<_>) = sampled.into_iter().partition(|(path, _)| leads(path));
    let is_own = |target: &Target| matches!(target, Target::Include(_));
    let is_page = |target: &Target| matches!(target, Target::View(_) | Target::All(_));
    left.is_empty()
        || had.iter().any(|(_, it)| is_own(it))
            && left.iter().all(|(_, it)| is_page(it))
            && left.len() < had.len()
}
