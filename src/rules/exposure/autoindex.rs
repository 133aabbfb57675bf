//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::model::nginx::{Config, Context, Level, Matcher};
use crate::model::{Deployment, Site, Storage};
use crate::rules::{Check, Rule};
use std::sync::Arc;

pub(super) static RULE: Rule = Rule {
    id: "exposure/autoindex",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: Some("5.3"),
    check: Check::Deployment(check),
    page: include_str!("../../../rules/exposure/autoindex.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for config in &deployment.nginx {
        listed(deployment, config, out);
    }
}

fn listed(deployment: &Deployment, config: &Arc<Config>, out: &mut Findings) {
    for level in config.levels().filter(|level| is_decided(*level)) {
        let Some(line) = level.own("autoindex").last().filter(|it| it.arg(0) == Some("on")) else {
            continue;
        };
        // Where requests are passed on, no folder is looked at.
        if !level.restrictions().is_empty() || level.pass().is_some() {
            continue;
        }
        if is_nowhere(deployment, config, level) || is_of_one_file(level) || is_of_one_page(level) {
            continue;
        }
        // What is around all servers may still ask for a password.
        let at = line.fact(());
        let at = match level.unseen() {
            Some(unseen) => unseen.doubt(at),
            None => at,
        };
        let finding = out.report(
            &at,
            "folders without an index are listed to everybody",
            at.label("names files that no page links to"),
        );
        let is_meant = is_set_up(level) && !is_below(level, UPLOADED);
        if is_meant || is_below(level, LISTED) || is_below(level, OF_PAGES) {
            finding.at_most(Severity::Advice);
        }
        finding
            .help("leave out `autoindex on`")
            // A folder may be meant to be listed.
            .replace(&at, "autoindex off", Safety::Unsafe);
    }
}

/// Whether all lines of the server are in view. What nobody sees around it, as `conf.d/*.conf`, has
/// servers of its own, and seldom a line for all.
fn is_decided(level: Level<'_>) -> bool {
    let is_around = |level: &Level<'_>| matches!(level.context(), Context::Main | Context::Http);
    let mut own = level.outwards().take_while(|it| !is_around(it)).peekable();
    match own.peek() {
        Some(_) => own.all(|it| it.scope().unseen.is_empty()),
        None => level.unseen().is_none(),
    }
}

/// Whether a location answers with one file, as `alias /srv/verify.txt` under `/verify.txt`: only what ends in
/// `/` is listed (ngx_http_autoindex_module).
fn is_of_one_file(level: Level<'_>) -> bool {
    let Some(Matcher::Prefix { path, .. }) = level.matcher() else { return false };
    let name = path.rsplit('/').next().unwrap_or_default();
    let alias = level.own("alias").last();
    name.contains('.') && alias.is_some_and(|it| it.arg(0).is_some_and(|to| to.ends_with(name)))
}

/// Whether a location takes the address of the first page alone, `location ~ ^/$`: its folder has an index.
fn is_of_one_page(level: Level<'_>) -> bool {
    match level.matcher() {
        Some(Matcher::Exact(path)) => path == "/",
        Some(Matcher::Regex(pattern)) => pattern.source() == "^/$",
        _ => false,
    }
}

/// Whether the folder is in the container of a web server, where nothing is mounted and the image has
/// nothing: there is nothing to list.
fn is_nowhere(deployment: &Deployment, config: &Arc<Config>, level: Level<'_>) -> bool {
    let Some(Matcher::Prefix { path, .. }) = level.matcher() else { return false };
    let mut sites = deployment.sites.iter().filter(|it| it.is_of(config)).peekable();
    let is_empty = |site: &Site| {
        let locations = site.file_locations(deployment);
        let mut dirs = locations.iter().filter(|(of, _)| of == path).map(|(_, dir)| dir);
        let view = deployment.view(site.view);
        let Some(container) = view.container.as_ref().and_then(|it| deployment.container(it))
        else {
            return false;
        };
        let image = container.image.as_ref();
        dirs.all(|dir| {
            let dir = &dir.value;
            let is_own =
                matches!(view.locate(dir).map(|it| it.value), Some(Storage::Container { .. }));
            let is_of_package = dir.path.starts_with("/usr") || dir.path.starts_with("/etc");
            is_own && !is_of_package && !image.is_some_and(|it| it.may_bring_to(&dir.path))
        })
    };
    sites.peek().is_some() && sites.all(is_empty)
}

/// Whether somebody said how the list is to look, as for an archive that is read by it.
fn is_set_up(level: Level<'_>) -> bool {
    let looks = ["autoindex_exact_size", "autoindex_localtime", "autoindex_format"];
    looks.iter().any(|it| level.own(it).next().is_some())
}

/// Names of folders of what people put up, who mean it for those with a link.
const UPLOADED: &[&str] = &["media", "upload", "uploads"];

/// Names of folders that are there to be looked through.
const LISTED: &[&str] = &["download", "downloads", "pub", "public", "ftp", "mirror", "mirrors"];

/// Names of folders of what pages are made with, which is no secret: the files of the admin and of
/// packages are public as they are.
const OF_PAGES: &[&str] = &["static", "assets"];

/// Whether a location's own path has a folder of one of these names.
fn is_below(level: Level<'_>, names: &[&str]) -> bool {
    let path = level.opener().and_then(|it| it.args.last());
    path.is_some_and(|it| it.value.split('/').any(|part| names.contains(&part)))
}
