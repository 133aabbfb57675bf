//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::fact::{Fact, symbol};
use crate::model::nginx::{Handler, Level, Line, Matcher, Server};
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
    let mut told = Vec::new();
    for (site, app) in deployment.proxied() {
        let Some(url) = app.get(STATIC_URL) else { continue };
        match site.shadow(&url.value) {
            // Where the expression has the files, the location is wrong, and that is said elsewhere.
            Some(_) if has_collected(deployment, site, &app, &url) => {}
            Some(shadow) => looked_up_elsewhere(site, &url, &shadow, out),
            None => told.extend(asked_of_django(deployment, site, &app, &url, out)),
        }
    }
    for server in deployment.nginx.iter().flat_map(|config| config.servers()) {
        closed_in_vain(server, out);
        read_in_vain(server, &told, out);
    }
}

/// Whether an expression that takes files from the location of a URL looks for them where they are
/// collected, and the location does not.
fn has_collected(
    deployment: &Deployment,
    site: &Site,
    app: &Fact<&Process>,
    url: &Fact<String>,
) -> bool {
    let found = || {
        let root = app.collects_into()?;
        let collected = app.dir(deployment.view(app.value.view), &root)?;
        site.missed_by_location(deployment, url, &collected)
    };
    found().is_some()
}

/// Locations for all below a folder that give way to expressions, as far as all that they say is in view.
fn folders(server: Server<'_>) -> impl Iterator<Item = (Level<'_>, &str)> {
    server.level().locations().filter_map(|level| {
        let Some(Matcher::Prefix { path, no_regex: false }) = level.matcher() else { return None };
        let is_folder = path.len() > 1 && path.ends_with('/') && !symbol::is_symbolic(path);
        (is_folder && !level.includes_unseen()).then_some((level, path.as_str()))
    })
}

/// Locations with a folder of their own that are never asked: an expression passes on all below them.
fn read_in_vain(server: Server<'_>, told: &[Fact<()>], out: &mut Findings) {
    for (meant, path) in folders(server) {
        let Some(folder) = meant.own("alias").chain(meant.own("root")).next() else { continue };
        let reads = matches!(meant.handler().value, Handler::Files);
        if !reads || told.iter().any(|it| it.written_at() == meant.place()) {
            continue;
        }
        let Some(first) = taken_away(server, path, &|it| {
            matches!(it.handler().value, Handler::Proxy(_) | Handler::Gateway(_))
        }) else {
            continue;
        };
        let location = meant.fact(());
        out.report(
            &location,
            format!("nothing is read where `{path}` says: an expression passes all below it on"),
            location.label("nginx asks expressions before this location is used"),
        )
        .also(folder.fact(()).label("never read"))
        .also(first.fact(()).label("this one wins"))
        .help(format!("write `location ^~ {path}`"))
        .at_most(Severity::Warning)
        .mend(Safety::Unsafe, "write `^~` before it", meant.prefer());
    }
}

/// The expression that answers in place of a location for all below its path, if it is of such a kind.
fn taken_away<'c>(
    server: Server<'c>,
    path: &str,
    is_such: &dyn Fn(Level<'c>) -> bool,
) -> Option<Level<'c>> {
    let below = ["x", "x.txt", "x/y.jpg"].map(|it| server.locate(&format!("{path}{it}")).ok());
    let mut taken = below.iter().map(|it| {
        let level = it.as_ref()?.level;
        let is_another = matches!(level.matcher(), Some(Matcher::Regex(_)));
        is_another.then_some(level).filter(|it| is_such(*it))
    });
    let first = taken.next()??;
    taken.all(|it| it.is_some_and(|it| it.id() == first.id())).then_some(first)
}

/// Locations that are to keep everybody out of a folder, and that are never asked: an expression is for
/// all below them.
fn closed_in_vain(server: Server<'_>, out: &mut Findings) {
    for (guard, path) in folders(server) {
        let Some(closed) = closes(guard) else { continue };
        let Some(first) = taken_away(server, path, &|it| closes(it).is_none()) else { continue };
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

/// Django itself has no URLs for static files unless DEBUG is on. Where the location stands of which that
/// was said.
fn asked_of_django(
    deployment: &Deployment,
    site: &Site,
    app: &Fact<&Process>,
    url: &Fact<String>,
    out: &mut Findings,
) -> Option<Fact<()>> {
    let debug = app.debug_off()?;
    let django = app.value.django.as_ref()?;
    let middleware = app.no_static_middleware()?;
    if app.may_serve(Asset::Static, &url.value) {
        return None;
    }
    let files = django.collected.files();
    let (example, meant, taken) = site.passed_away(&url.value, files)?;
    let is_it = |route: &&Route| route.shown.evidence().place() == taken.evidence().place();
    let route = deployment.routes_of(site, app.value).find(is_it)?;
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
    Some(meant.block)
}

/// For the location that was meant, if its own line can say so.
fn prefer(site: &Site, block: &Fact<()>) -> Option<Edit> {
    site.levels().into_iter().find(|level| level.place() == block.written_at())?.prefer()
}
