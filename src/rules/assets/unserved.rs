//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::{Fact, Label};
use crate::model::middleware::WHITENOISE;
use crate::model::{
    Asset, Deployment, INSTALLED_APPS, MIDDLEWARE, Process, STATIC_ROOT, STATIC_URL, Site,
    Unserved, is_own_url,
};
use crate::rules::assets::{answered_with, asked, passed_on};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "assets/unserved",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/assets/unserved.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for process in deployment.apps().filter(|process| process.kind.is_web()) {
        let app = process.fact();
        let Some(url) = app.get(STATIC_URL).filter(|url| is_own_url(&url.value)) else { continue };
        let debug = app.debug_off();
        if debug.is_none() && !app.sends_none_in_debug(&url.value) {
            continue;
        }
        let apps = app.members(INSTALLED_APPS);
        let admin = apps.iter().find(|it| it.value == "django.contrib.admin");
        let Some(admin) = admin.filter(|_| app.missing(STATIC_ROOT).is_none()) else { continue };
        let Some(middleware) = app.no_static_middleware() else {
            if let Some(debug) = &debug {
                kept_from_whitenoise(deployment, &app, &url, debug, out);
            }
            continue;
        };
        if !app.stores_locally(Asset::Static) || app.may_serve(Asset::Static, &url.value) {
            continue;
        }
        // A server further out may cut off what the URLs begin with.
        if app.is_mounted() {
            continue;
        }
        let finding = if let Some((site, at)) = ends(deployment, &app, &url, debug.is_some()) {
            // Where a part of them is served, the rest is what is to be told of.
            if site.part_served(deployment, &app, &url).is_some() {
                continue;
            }
            let what = match site.is_of_traefik() {
                true => {
                    "nothing serves static files: Traefik has none, and Django serves none".into()
                }
                false => format!("nothing serves static files: `{url}` has no location of its own"),
            };
            out.report(site, what, at)
        } else if let Some(way) = deployment.asked_directly(&app, Asset::Static) {
            let what =
                "nothing serves static files: Django serves none, and no other server is there";
            out.report(process, what, asked(&way))
        } else {
            continue;
        };
        if let Some(debug) = &debug {
            finding.because(debug);
        }
        finding
            .also(url.label("pages link to files below this"))
            .because(admin)
            .because(&middleware)
            .because(&app)
            .help(format!(
                "serve STATIC_ROOT under `{url}`, or add WhiteNoise to {}",
                app.setting_of_middleware()
            ));
    }
}

/// Tells where WhiteNoise would send them, and is never asked: a front end's page is the answer.
fn kept_from_whitenoise(
    deployment: &Deployment,
    app: &Fact<&Process>,
    url: &Fact<String>,
    debug: &Fact<()>,
    out: &mut Findings,
) {
    let middleware = app.members(MIDDLEWARE);
    let Some(sender) = middleware.iter().find(|it| it.value == WHITENOISE) else { return };
    if !app.stores_locally(Asset::Static) || app.is_mounted() {
        return;
    }
    let page = app.get(STATIC_ROOT).and_then(|root| deployment.paged(app, url, &root));
    let Some((site, page)) = page else { return };
    out.report(
        site,
        format!("static files are never asked for at Django: `{url}` is a page of the front end's"),
        answered_with(&page),
    )
    .also(sender.label("would send them"))
    .because(debug)
    .help(format!("pass `{url}` on to Django, as the admin is"));
}

/// What becomes of the files that pages of Django link to.
fn ends<'d>(
    deployment: &'d Deployment,
    app: &Fact<&'d Process>,
    url: &Fact<String>,
    is_off: bool,
) -> Option<(&'d Site, Label)> {
    if let Some((site, first)) = deployment.unserved(app, url).into_iter().next() {
        let off = is_off.then_some("passed on to Django, which serves none with DEBUG off");
        let is_told = !matches!(first, Unserved::Nowhere(_));
        return is_told.then(|| (site, passed_on(&first, off)));
    }
    let (site, page) = deployment.paged(app, url, &app.get(STATIC_ROOT)?)?;
    Some((site, answered_with(&page)))
}
