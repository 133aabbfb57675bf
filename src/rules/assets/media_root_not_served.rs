//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::{Deployment, MEDIA_ROOT, MEDIA_URL, STORAGES};
use crate::rules::made_one::made_one;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "assets/media-root-not-served",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/assets/media-root-not-served.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for (site, app) in deployment.proxied() {
        let Some(url) = app.get(MEDIA_URL).filter(|url| url.value.len() > 1) else { continue };
        let Some(root) = app.get(MEDIA_ROOT).filter(|root| root.value.is_absolute()) else {
            continue;
        };
        let storage = app.entry(STORAGES, &["default", "BACKEND"]);
        if storage.is_some_and(|it| it.value.text() != Some(LOCAL)) {
            continue;
        }
        let Some(served) = site.own_dir_for(deployment, &url) else { continue };
        let Some(kept) = app.dir(deployment.view(app.value.view), &root) else { continue };
        let Some(same) = deployment.same_dir(&served, &kept).filter(|same| !same.value) else {
            continue;
        };
        out.report(
            site,
            format!("`{url}` is served from a directory that uploads do not go to"),
            served.label(format!("requests are answered from {}", served.value.shown())),
        )
        .also(kept.label(format!("uploads are kept in {}", kept.value.shown())))
        .through(app.supplied(MEDIA_ROOT), "the path is given here")
        .through(app.assigned(MEDIA_ROOT), "and becomes MEDIA_ROOT here")
        .through(deployment.mount(&served), "mounted here")
        .through(deployment.mount(&kept), "mounted here")
        .because(&same)
        .help(made_one(deployment, &served, &kept, MEDIA_ROOT.name));
    }
}

const LOCAL: &str = "django.core.files.storage.FileSystemStorage";
