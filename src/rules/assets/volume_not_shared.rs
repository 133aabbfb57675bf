//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
use crate::model::nginx::Matcher;
use crate::model::{
    Deployment, MEDIA_ROOT, MEDIA_URL, Process, STATIC_ROOT, STATIC_URL, Site, Storage, View,
};
use crate::rules::{Check, Rule};
use camino::Utf8Path;

pub(super) static RULE: Rule = Rule {
    id: "assets/volume-not-shared",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &["assets/root-not-served", "assets/media-root-not-served"],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/assets/volume-not-shared.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for (site, app) in deployment.proxied() {
        let mut said = Vec::new();
        let pairs = [(STATIC_URL, STATIC_ROOT, "static files"), (MEDIA_URL, MEDIA_ROOT, "uploads")];
        for (url, root, what) in pairs {
            let Some(url) = app.get(url).filter(|url| url.value.len() > 1) else { continue };
            let path = app.get(root).filter(|it| !it.value.as_str().is_empty());
            let Some(path) = path else { continue };
            let Some(served) = site.own_dir_for(deployment, &url) else { continue };
            let view = deployment.view(app.value.view);
            let Some(kept) = app.dir(view, &path) else { continue };
            let in_containers = served.value.container.is_some() && kept.value.container.is_some();
            if !in_containers || served.value.view == kept.value.view {
                continue;
            }
            // Where the volume is, at another path, it is the path that is wrong.
            let has_it = deployment.at_in(&kept, served.value.view).is_some();
            if has_it || !deployment.is_brought_by_nothing(&served) {
                continue;
            }
            // One line may lead to static files and uploads alike.
            let place = served.evidence().place();
            if place.is_some_and(|it| said.contains(&it)) {
                continue;
            }
            said.extend(place);
            let finding = out.report(
                site,
                format!("`{url}` is served from a folder that nothing brings into the container"),
                served.label(format!("requests are answered from {}", served.value.shown())),
            );
            // Nothing is ever there to be asked for.
            if root.name == MEDIA_ROOT.name && !deployment.surroundings.takes_uploads() {
                finding.at_most(Severity::Warning);
            }
            finding
                .also(kept.label(format!("{what} are in {}", kept.value.shown())))
                .through(app.assigned(root), "the path is set here")
                .through(
                    deployment.mount(&kept),
                    "this volume holds them, and is not mounted there",
                )
                .help(help(view, &kept.value.path, &served.value.path));
        }
        of_no_setting(deployment, site, &app, out);
    }
}

/// A location that no setting of the application knows: it answers 404 whatever was meant to be there.
fn of_no_setting(deployment: &Deployment, site: &Site, app: &Fact<&Process>, out: &mut Findings) {
    let root = app.get(MEDIA_ROOT).filter(|it| !it.value.as_str().is_empty());
    let urls = [app.get(STATIC_URL), app.get(MEDIA_URL).filter(|_| root.is_some())];
    let is_known = |path: &str| {
        urls.iter().flatten().any(|url| url.value.len() > 1 && path.starts_with(url.value.as_str()))
    };
    for level in site.levels() {
        let Some(Matcher::Prefix { path, .. }) = level.matcher() else { continue };
        let is_folder = path.len() > 1 && path.ends_with('/') && !path.starts_with("/.");
        let own = level.own("alias").chain(level.own("root")).next();
        if own.is_none() || !is_folder || is_known(path) {
            continue;
        }
        let url = level.fact(path.clone());
        let Some(served) = site.own_dir_for(deployment, &url) else { continue };
        if !deployment.is_brought_by_nothing(&served) {
            continue;
        }
        let finding = out.report(
            site,
            format!("`{path}` is served from a folder that nothing brings into the container"),
            served.label(format!("requests are answered from {}", served.value.shown())),
        );
        // Whether anybody asks, no setting says.
        finding.also(url.label("every request for a file here is 404")).at_most(Severity::Warning);
        // Meant for static files, which no page asks for here.
        let folder =
            app.get(STATIC_ROOT).filter(|it| it.value.file_name() == Some(path.trim_matches('/')));
        if let (Some(_), Some(asked)) = (folder, &urls[0]) {
            finding
                .also(asked.label("pages ask for static files below this"))
                .at_most(Severity::Advice)
                .help("serve STATIC_ROOT at STATIC_URL, or take the location out");
            continue;
        }
        finding.help("mount there what is to be served, or take the location out");
    }
}

/// Where the volume that holds a folder has to be mounted, so that the folder is where it is looked
/// for: what lies between the two is the same in both. Of a folder of the host no more is mounted than
/// what is to be served, as the rest may be the code.
fn help(view: &View, kept: &Utf8Path, served: &Utf8Path) -> String {
    let served = served.as_str().trim_end_matches('/');
    let place = || {
        let mount = view.mount(kept)?;
        let below = kept.strip_prefix(&mount.value.at).ok()?.as_str().trim_end_matches('/');
        let is_of_host = matches!(mount.value.from, Storage::Checkout(_) | Storage::Host(_));
        match below {
            "" => Some((served, None)),
            below if is_of_host => Some((served, Some(below))),
            below => Some((served.strip_suffix(below)?.strip_suffix('/')?, None)),
        }
    };
    // All of a container is nothing to mount a volume at.
    match place().filter(|(at, _)| !at.is_empty()) {
        Some((at, Some(below))) => format!("mount the folder `{below}` of it at `{at}` there"),
        Some((at, None)) => format!("mount the same volume at `{at}` there"),
        None => "mount one volume in both".to_owned(),
    }
}
