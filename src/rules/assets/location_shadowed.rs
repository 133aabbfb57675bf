//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::fact::Fact;
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
