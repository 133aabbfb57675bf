//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::fact::{Fact, symbol};
use crate::model::nginx::{Level, Line, Matcher, Server};
use crate::model::{Asset, Deployment, Process, Route, STATIC_URL, Shadow, Site};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "assets/location-shadowed",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/assets/location-shadowed.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for (site, app) in deployment.proxied() {
        let Some(url) = app.get(STATIC_URL) else { continue };
        match site.shadow(&url.value) {
            Some(shadow) => looked_up_elsewhere(site, &url, &shadow, out),
            None => asked_of_django(deployment, site, &app, &url, out),
        }
    }
    let servers = deployment.nginx.iter().flat_map(|config| config.servers());
    servers.for_each(|server| closed_in_vain(server, out));
}

/// Locations that are to keep everybody out of a folder, and that are never asked: an expression is for
/// all below them.
fn closed_in_vain(server: Server<'_>, out: &mut Findings) {
    for guard in server.level().locations() {
        let Some(Matcher::Prefix { path, no_regex: false }) = guard.matcher() else { continue };
        let is_folder = path.len() > 1 && path.ends_with('/') && !symbol::is_symbolic(path);
        let Some(closed) = closes(guard).filter(|_| is_folder && !guard.includes_unseen()) else {
            continue;
        };
        let below = ["x", "x.txt", "x/y.jpg"].map(|it| server.locate(&format!("{path}{it}")).ok());
        let mut taken = below.iter().map(|it| {
            let level = it.as_ref()?.level;
            let is_another = matches!(level.matcher(), Some(Matcher::Regex(_)));
            is_another.then_some(level).filter(|it| closes(*it).is_none())
        });
        let Some(Some(first)) = taken.next() else { continue };
        if !taken.all(|it| it.is_some_and(|it| it.id() == first.id())) {
            continue;
        }
        let location = guard.fact(());
        out.report(
            &location,
            format!("`{path}` is closed in vain: an expression answers for all below it"),
            location.label("nginx asks expressions before this location is used"),
        )
        .also(closed.fact(()).label("never comes to this"))
        .also(first.fact(()).label("this one wins"))
        .help(format!("write `location ^~ {path}`"))
        .mend(Safety::Unsafe, "write `^~` before it", guard.prefer());
    }
}

/// The line by which a location keeps everybody out.
fn closes(location: Level<'_>) -> Option<&Line> {
    let refuses =
        |line: &&Line| line.arg(0).is_some_and(|it| ["403", "404", "410", "444"].contains(&it));
    let denies = |line: &&Line| line.arg(0) == Some("all");
    let denied = location.own("deny").find(denies);
    let denied = denied.filter(|_| location.own("allow").next().is_none());
    location.own("return").find(refuses).or(denied)
}

fn looked_up_elsewhere(site: &Site, url: &Fact<String>, shadow: &Shadow, out: &mut Findings) {
    let Shadow { url: example, meant, taken } = shadow;
    let (wrong, right) = (taken.folder(), meant.folder());
    // Where no root is written, that is below the folder that nginx was built for; Debian's is this one.
    if !taken.path.evidence().is_written() && right.starts_with("/usr/share/nginx/html") {
        return;
    }
    out.report(
        site,
        format!("files like `{example}` are not read where `{url}` says"),
        meant.block.label("nginx asks expressions before this location is used"),
    )
    .also(taken.block.label(format!("this one wins, and looks in `{wrong}`")))
    .because(&meant.path)
    .because(&taken.path)
    .because(url)
    .help(format!("write `^~` before the prefix, so that `{right}` is read"))
    .mend(Safety::Safe, "write `^~` before it", prefer(site, &meant.block));
}

/// Django itself has no URLs for static files unless DEBUG is on.
fn asked_of_django(
    deployment: &Deployment,
    site: &Site,
    app: &Fact<&Process>,
    url: &Fact<String>,
    out: &mut Findings,
) {
    let Some(debug) = app.debug_off() else { return };
    let Some(django) = &app.value.django else { return };
    let Some(middleware) = app.no_static_middleware() else { return };
    if app.may_serve(Asset::Static, &url.value) {
        return;
    }
    let files = django.collected.files();
    let Some((example, meant, taken)) = site.passed_away(&url.value, files) else { return };
    let is_it = |route: &&Route| route.shown.evidence().place() == taken.evidence().place();
    let Some(route) = deployment.routes_of(site, app.value).find(is_it) else { return };
    out.report(
        site,
        format!("`{example}` is asked of Django, which sends no static files"),
        meant.block.label("nginx asks expressions before this location is used"),
    )
    .also(taken.label("this one wins, and passes it on"))
    .because(&meant.path)
    .because(&route.pass)
    .because(url)
    .because(&debug)
    .because(&middleware)
    .because(app)
    .help(format!("write `^~` before the prefix, so that `{}` is read", meant.folder()))
    .mend(Safety::Safe, "write `^~` before it", prefer(site, &meant.block));
}

/// For the location that was meant, if its own line can say so.
fn prefer(site: &Site, block: &Fact<()>) -> Option<Edit> {
    site.levels().into_iter().find(|level| level.place() == block.written_at())?.prefer()
}
