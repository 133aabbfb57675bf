//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::command::Started;
use crate::model::{Application, Deployment, Interface, Process, ProcessKind};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "proxy/websocket-to-wsgi",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/proxy/websocket-to-wsgi.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    if deployment.sites.is_empty() {
        without_site(deployment, out);
    }
    for (site, app) in deployment.proxied() {
        if !speaks_wsgi(app.value) {
            continue;
        }
        let Some(django) = &app.value.django else { continue };
        for path in &django.project.code.websockets {
            let url = format!("{}kilter", path.value);
            let Some(route) = site.route_for(&url) else { continue };
            let leads_there = deployment.leads_to(route.value, app.value).is_some();
            if !leads_there || is_answered(deployment, &url) {
                continue;
            }
            let at = app.value.started.as_ref().map(|it| it.program.map(|_| ()));
            let finding = out.report(
                site,
                format!("`{}` is for WebSockets, and passed on to a WSGI server", path.value),
                route
                    .value
                    .pass
                    .clone()
                    .given(&route)
                    .label("passed on to a server that speaks no WebSocket"),
            );
            finding.also(path.label("answers WebSockets, as a part of the ASGI application"));
            finding.through(at, "this server runs the WSGI application");
            finding.because(&app);
            finding
                .help("run the ASGI application under uvicorn or daphne, and pass these on to it");
            break;
        }
    }
}

/// What visitors come to without a web server in view, where the service of compose publishes it and nothing
/// runs the project that could speak WebSocket: whatever stands before it has no other server to ask.
fn without_site(deployment: &Deployment, out: &mut Findings) {
    for app in deployment.for_others().filter(|it| it.value.kind.is_web()) {
        let service = deployment.compose.as_ref().and_then(|it| it.service(&app.value.name));
        let is_published = service.is_some_and(|it| !it.ports.is_empty());
        let Some(django) = app.value.django.as_ref().filter(|_| is_published) else { continue };
        let Some(path) = django.project.code.websockets.first() else { continue };
        let may_speak =
            |it: &Process| (it.kind.is_web() && !speaks_wsgi(it)) || it.kind == ProcessKind::Proxy;
        let Some(none) = deployment.runs_none(&django.project, may_speak) else { continue };
        let Some(started) = &app.value.started else { continue };
        if !speaks_wsgi(app.value) {
            continue;
        }
        out.report(
            app.value,
            format!("nothing answers the WebSockets of `{}`: the server speaks WSGI", path.value),
            started.program.label("calls the application as WSGI says"),
        )
        .also(path.label("answers WebSockets, as a part of the ASGI application"))
        .because(&none)
        .because(&app)
        .because(&app.value.declared)
        .at_most(Severity::Warning)
        .help("run the ASGI application under uvicorn or daphne");
        return;
    }
}

/// Whether a server surely calls its application as WSGI says, or whatever it is has one that takes no
/// other call: the worker class may be in a variable.
fn speaks_wsgi(process: &Process) -> bool {
    let speaks = process.started.as_ref().and_then(Started::speaks);
    let made = process.target.as_ref().and_then(|it| match &it.value {
        Application::Found { interface } => interface.as_ref().map(|it| it.value),
        _ => None,
    });
    speaks.or(made) == Some(Interface::Wsgi)
}

/// Whether some site passes a path on to what may speak WebSocket. Pages connect to that one then,
/// whichever site they came from.
fn is_answered(deployment: &Deployment, url: &str) -> bool {
    let mut routes = deployment.sites.iter().filter_map(|site| site.route_for(url));
    // One that passes on to another that is in view answers as that one does.
    let is_front = |process: &Process| {
        process.kind == ProcessKind::Proxy
            && deployment.sites.iter().any(|it| it.view == process.view)
    };
    routes.any(|route| match deployment.process(route.value) {
        Some(process) if is_front(process.value) => false,
        Some(process) => !speaks_wsgi(process.value),
        None => true,
    })
}
