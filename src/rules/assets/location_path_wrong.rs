//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::model::nginx::{Matcher, quoted};
use crate::model::{Deployment, Misread, STATIC_URL, Site};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "assets/location-path-wrong",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &["assets/root-not-served", "nginx/alias-slash-mismatch"],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/assets/location-path-wrong.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for (site, app) in deployment.proxied() {
        let Some(url) = app.get(STATIC_URL).filter(|url| url.value.starts_with('/')) else {
            continue;
        };
        let Some(root) = app.collects_into() else { continue };
        let Some(dir) = app.dir(deployment.view(app.value.view), &root) else { continue };
        let Some((misread, lookup)) = site.misread(deployment, &url, &dir) else { continue };
        let path = lookup.path.value.as_str();
        let files = lookup.path.label(format!("this file would be looked for: `{path}`"));
        let collected = dir.label(format!("files are collected into {}", dir.value.shown()));
        match misread {
            Misread::SlashLost => out
                .report(site, format!("files of `{url}` are not found: a slash is missing"), files)
                .also(lookup.block.label("the slash here is cut off with the rest"))
                .also(collected)
                .because(&url)
                .help("end the path in a slash")
                .mend(Safety::Safe, "end it in a slash", slash(site, &url.value)),
            Misread::PrefixKept => out
                .report(
                    site,
                    format!("files of `{url}` are looked up in a folder of that name"),
                    lookup.block.label(format!("`{url}` stays a part of the path here")),
                )
                .also(files)
                .also(collected)
                .because(&url)
                .help("use `alias` in nginx, or `handle_path` in Caddy, to cut it off")
                .mend(Safety::Safe, "use `alias`", alias(site, &url.value)),
        };
    }
}

/// Behind the location's own `alias`.
fn slash(site: &Site, url: &str) -> Option<Edit> {
    let alias = site.level_for(url)?.own("alias").last()?.args.first()?;
    Some(Edit::behind(alias.whole()?, "/"))
}

/// In place of the location's own `root`.
fn alias(site: &Site, url: &str) -> Option<Edit> {
    let level = site.level_for(url)?;
    let line = level.own("root").last()?;
    let path = level.matcher().and_then(Matcher::path).filter(|path| path.ends_with('/'))?;
    let folder = line.args.first()?.value.trim_end_matches('/');
    let whole = url.trim_end_matches('/') == path.trim_end_matches('/');
    let place = line.fact(()).written_at().filter(|_| whole)?;
    Some(Edit::replace(place, format!("alias {}", quoted(&format!("{folder}/")))))
}
