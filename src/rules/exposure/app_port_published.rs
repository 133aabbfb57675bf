//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::fact::Fact;
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
        let Some(port) = service.open_to(process) else { continue };
        let Some(open) = port.open() else { continue };
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
            .mend(Safety::Unsafe, "publish it on `127.0.0.1`", port.keep_on_host());
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
        .mend(Safety::Unsafe, "publish it on `127.0.0.1`", port.keep_on_host());
    }
}

/// That a site passes on all that a process has to answer, where it passes on the first.
fn carries(deployment: &Deployment, site: &Site, process: &Process) -> Option<Fact<()>> {
    let to = |route| deployment.leads_to(route, process);
    let mut routes = site.routes.iter().filter_map(|route| Some((route, to(route)?)));
    let leads = |path: &str| site.route_for(path).and_then(|route| to(route.value)).is_some();
    // A location with a name is for what is no file.
    let all = |route: &Route| route.for_everything || route.shown.value.starts_with("location @");
    let urls = || process.django.as_ref().and_then(|it| it.urls.as_ref());
    let each =
        || urls().is_some_and(|it| it.heads().is_some_and(|it| it.iter().all(|it| leads(it))));
    let (first, to) = routes.clone().find(|(route, _)| all(route)).or_else(|| routes.next())?;
    (all(first) || leads("/kilter-sample") || each()).then(|| first.pass.map(|_| ()).given(&to))
}
