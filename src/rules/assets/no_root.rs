//! See the page.

use crate::diagnostic::{Diagnostic, Edit, Findings, Safety, Severity};
use crate::fact::Fact;
use crate::model::{Asset, DEBUG, Deployment, Dir, Process, STATIC_ROOT, STATIC_URL, Site, Value};
use crate::rules::{Check, Rule};
use camino::Utf8Path;

pub(super) static RULE: Rule = Rule {
    id: "assets/no-root",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/assets/no-root.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    // What a site answers says more than that nothing is collected: the same setting is told of once.
    let mut served_at = Vec::new();
    let webs = || deployment.webs().filter(|process| process.django.is_some());
    let (behind, alone): (Vec<_>, Vec<_>) =
        webs().partition(|it| deployment.sites_before(it).next().is_some());
    for process in behind.into_iter().chain(alone) {
        let app = process.fact();
        let Some(unset) = app.missing(STATIC_ROOT) else { continue };
        // In a storage without a directory, or nobody can tell.
        if !app.stores_locally(Asset::Static) {
            continue;
        }
        let Some(url) = app.get(STATIC_URL).filter(|url| url.value.starts_with('/')) else {
            continue;
        };
        // What nobody wrote is to be written beside the URL.
        let at = app.assigned(STATIC_ROOT).or(app.assigned(STATIC_URL));
        let at = at.unwrap_or_else(|| unset.clone()).given(&unset);
        let sites = deployment.sites_before(process);
        let mut served = sites.filter_map(|site| Some((site, site.dir_for(deployment, &url)?)));
        let first = served.next();
        if first.is_some() {
            served_at.push(at.evidence().place());
        }
        match first {
            // The page of another program answers all paths, and nothing of Django's files is asked
            // for below it.
            Some((site, _)) if site.own_dir_for(deployment, &url).is_none() => {}
            // A script puts files there by itself.
            Some((_, dir)) if deployment.surroundings.carried.to(&dir.value.path) => {}
            // Settings that are put in the place of these collect into it.
            Some((_, dir)) if deployment.surroundings.static_roots.contains(bare(&dir.value)) => {}
            // Served as it lies there, nothing needs to be collected.
            Some((_, dir)) if app.may_have_whole_sources_at(&dir.value.path) => {}
            Some((_, dir)) if deployment.is_filled_by_image(&dir) => {}
            // Those are another project's files, which has the rest of the site.
            Some((_, dir)) if deployment.collectors(&dir).next().is_some() => {}
            Some((site, dir)) if app.may_be_source(&dir.value.path) => {
                // Django refuses a STATIC_ROOT that is a source (staticfiles.E002).
                report_served(out, site, &url, &at, &dir)
                    .help("collect into a folder of its own, and serve that: this one is a source");
            }
            Some((site, dir)) => {
                let help = match site.view == process.view {
                    true => format!("set STATIC_ROOT to {}", dir.value.shown()),
                    false => {
                        format!("set STATIC_ROOT, and mount what is there at {}", dir.value.shown())
                    }
                };
                let finding = report_served(out, site, &url, &at, &dir);
                finding.help(help);
                // In a container the same directory may go by another path.
                let shared = site.view == process.view && dir.value.path.is_absolute();
                let path = dir.value.path.as_str().trim_end_matches('/');
                let value = format!("\"{path}\"");
                let edit = app.set(STATIC_ROOT.name, &value).filter(|_| shared);
                finding.mend(Safety::Unsafe, format!("set it to `{path}`"), edit);
            }
            None if served_at.contains(&at.evidence().place()) => {}
            None => report_unserved(out, process, &url, &at, &app),
        }
    }
}

fn bare(dir: &Dir) -> &Utf8Path {
    Utf8Path::new(dir.path.as_str().trim_end_matches('/'))
}

fn report_served<'o>(
    out: &'o mut Findings,
    site: &Site,
    url: &Fact<String>,
    at: &Fact<()>,
    dir: &Fact<Dir>,
) -> &'o mut Diagnostic {
    let message = format!("`{url}` is served from a directory, and STATIC_ROOT has no value");
    out.report(site, message, at.label("nothing says where `collectstatic` puts files"))
        .also(dir.label(format!("`{url}` is answered from {}", dir.value.shown())))
}

/// DEBUG that is on, and has nobody send static files: WhiteNoise would, by the finders.
fn idle_debug(app: &Fact<&Process>, url: &Fact<String>) -> Option<Fact<()>> {
    let debug = app.get(DEBUG).filter(|_| app.sends_none_in_debug(&url.value))?;
    Some(debug.map(|_| ()).given(&app.no_static_middleware()?))
}

/// In a folder beside the project's code, where the settings know that.
fn beside(app: &Fact<&Process>, folder: &str) -> Option<Edit> {
    app.setting("BASE_DIR").filter(|it| matches!(it.value, Value::Path(_)))?;
    app.set(STATIC_ROOT.name, &format!("BASE_DIR / \"{folder}\""))
}

fn report_unserved(
    out: &mut Findings,
    process: &Process,
    url: &Fact<String>,
    at: &Fact<()>,
    app: &Fact<&Process>,
) {
    let Some(staticfiles) = app.staticfiles() else { return };
    let Some(off) = app.without_debug().or_else(|| idle_debug(app, url)) else { return };
    out.report(
        process,
        "STATIC_ROOT has no value, so static files are collected nowhere",
        at.label("nothing says where `collectstatic` puts files"),
    )
    .also(staticfiles.label("the project has static files"))
    .because(&off)
    .at_most(Severity::Warning)
    .help("set STATIC_ROOT, and have the web server or WhiteNoise serve that directory")
    .mend(Safety::Unsafe, "set it to `staticfiles`", beside(app, "staticfiles"));
}
