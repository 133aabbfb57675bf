//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::fact::Fact;
use crate::model::{Deployment, Endpoint, Host, Listening, Process};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "exposure/app-bind-public",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: Some("5.3"),
    check: Check::Deployment(check),
    page: include_str!("../../../rules/exposure/app-bind-public.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for process in &deployment.processes {
        if deployment.view(process.view).container.is_some() || !process.kind.is_web() {
            continue;
        }
        let public = process.listens.iter().find(|it| {
            let any = matches!(it.value.endpoint, Endpoint::Tcp { host: Host::Any, .. });
            any && !it.value.activated && it.evidence().is_written()
        });
        let Some(bind) = public else { continue };
        if process.takes_uwsgi(bind) == Some(true) {
            takes_programs(process, bind, out);
            continue;
        }
        let mut routes = deployment.sites.iter().flat_map(|site| &site.routes);
        let upstream = routes.find_map(|route| {
            let reached = deployment.leads_to(route, process)?;
            let to = route.upstreams.iter().find(|it| {
                let port = it.value.port() == bind.value.endpoint.port();
                // Linux connects 0.0.0.0 to the machine itself.
                port && matches!(it.value, Endpoint::Tcp { host: Host::Loopback | Host::Any, .. })
            })?;
            Some(to.clone().given(&reached))
        });
        let Some(upstream) = upstream else { continue };
        let port = bind.value.endpoint.port().unwrap_or_default();
        out.report(
            process,
            format!("`{}` answers everybody, past the proxy in front of it", process.name),
            bind.label("listens on every interface"),
        )
        .also(upstream.label("the proxy connects on this machine"))
        .help(format!("listen at `127.0.0.1:{port}`"))
        // Somebody may come past the proxy on purpose.
        .mend(
            Safety::Unsafe,
            format!("listen at `127.0.0.1:{port}`"),
            bind.rebind(format!("127.0.0.1:{port}")),
        );
    }
}

/// Whoever speaks uWSGI's own protocol names the file that it is to load (its manual, "Dynamically
/// loading apps": `UWSGI_FILE`).
fn takes_programs(process: &Process, bind: &Fact<Listening>, out: &mut Findings) {
    let port = bind.value.endpoint.port().unwrap_or_default();
    out.report(
        process,
        format!(
            "`{}` takes uWSGI's protocol from everybody, and runs what they name",
            process.name
        ),
        bind.label("listens on every interface, and not for HTTP"),
    )
    // Whoever stands before it may be on another machine: no edit here is enough.
    .help(format!("listen at `127.0.0.1:{port}` or a Unix socket; `http-socket` is for HTTP"));
}
