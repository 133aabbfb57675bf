//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::fact::{Certainty, Fact};
use crate::model::command::Program;
use crate::model::{Answer, Deployment, Process, ProcessKind, Route, Site};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "proxy/websocket-no-upgrade",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/proxy/websocket-no-upgrade.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for app in deployment.webs().filter(|it| it.kind == ProcessKind::Asgi).map(Process::fact) {
        never_passed_on(deployment, &app, out);
    }
    for (site, app) in deployment.proxied() {
        if app.value.kind != ProcessKind::Asgi {
            continue;
        }
        let Some(django) = &app.value.django else { continue };
        for path in &django.project.code.websockets {
            let Some(route) = site.route_for(&format!("{}kilter", path.value)) else { continue };
            if deployment.leads_to(route.value, app.value).is_none() {
                continue;
            }
            let Some((lacks, why)) = lacking(site, route.value, &app) else { continue };
            out.report(
                site,
                format!("no WebSocket below `{}` ever opens: {lacks}", path.value),
                why.label("passed on as a plain request"),
            )
            .also(path.label("answers WebSockets"))
            .because(&route)
            .because(&app)
            .help("set `proxy_http_version 1.1`, `Upgrade $http_upgrade` and `Connection \"upgrade\"`")
            .mend(Safety::Safe, "pass the upgrade on", upgrade(site, route.value));
            break;
        }
    }
}

/// What the consumers of a process wait for, where each site that leads to it has an answer of its own: the
/// page of a front end, as a rule.
fn never_passed_on(deployment: &Deployment, app: &Fact<&Process>, out: &mut Findings) {
    let Some(django) = &app.value.django else { return };
    for path in &django.project.code.websockets {
        // A location may be for the path alone, or for all below it.
        let below = format!("{}kilter", path.value);
        if deployment.unreached(app, &path.value).is_none() {
            continue;
        }
        let Some(ends) = deployment.unreached(app, &below) else { continue };
        let passes =
            |site: &Site| deployment.sites_before(app.value).any(|it| std::ptr::eq(it, site));
        let Some((site, answer)) = ends.iter().find(|(site, _)| passes(site)) else { continue };
        // Where nothing at all is passed on, that is what there is to say.
        if deployment.turns_all_away(site, answer) {
            continue;
        }
        let said = match &answer.value {
            Answer::Dir(_) => "files are looked for in its place",
            Answer::Pass => "another program is asked",
            Answer::Redirect | Answer::Status(_) => "that is the answer",
        };
        let finding = out.report(
            *site,
            format!("no WebSocket below `{}` ever opens: no site passes it on", path.value),
            answer.label(format!("`{}` ends here: {said}", path.value)),
        );
        finding.also(path.label("answers WebSockets"));
        for (_, answer) in &ends {
            finding.because(answer);
        }
        finding.because(app).help("pass it on to the ASGI server, with `Upgrade` and `Connection`");
        return;
    }
}

/// What a handshake needs and does not get on a route.
fn lacking(site: &Site, route: &Route, app: &Fact<&Process>) -> Option<(&'static str, Fact<()>)> {
    let level = site.level(route)?;
    let upgrade = route.sends("upgrade")?;
    if upgrade.value.is_empty() {
        return Some(("`Upgrade` is not passed on", route.sent_whole.clone().given(upgrade)));
    }
    let connection = route.sends("connection")?;
    if connection.value.eq_ignore_ascii_case("close") {
        return Some(("`Connection` is not passed on", route.sent_whole.clone().given(connection)));
    }
    // Daphne takes an upgrade of HTTP/1.0 as well (`daphne.http_protocol`; measured with Daphne 4.2.3
    // behind nginx 1.22).
    let started = app.value.started.as_ref();
    if started.is_some_and(|it| it.program.value == Program::Daphne) {
        return None;
    }
    let version = level.value_or("proxy_http_version", "1.0", "ngx_http_proxy_module");
    let version = match version.evidence().is_written() {
        true => version,
        false => version.doubt(Certainty::Likely, "nginx speaks HTTP/1.1 by itself since 1.29.7"),
    };
    let at = route.pass.map(|_| ()).given(&version);
    (version.value == "1.0").then_some(("HTTP/1.0 knows no upgrade", at))
}

/// What a handshake needs, in the location that takes it.
fn upgrade(site: &Site, route: &Route) -> Vec<Edit> {
    let Some(level) = site.level(route) else { return Vec::new() };
    let version = level.in_effect(&["proxy_http_version"]).lines;
    let version = match version.first().and_then(|line| line.args.first()) {
        Some(old) if old.value == "1.0" => old.written_at().map(|at| Edit::replace(at, "1.1")),
        Some(_) => None,
        None => level.before_pass("proxy_http_version 1.1;"),
    };
    let header = |name, value| {
        let unset = route.sends(name).is_none_or(|it| !it.evidence().is_written());
        level.send(name, value).filter(|_| unset)
    };
    let headers = [header("Upgrade", "$http_upgrade"), header("Connection", "upgrade")];
    version.into_iter().chain(headers.into_iter().flatten()).collect()
}
