//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::{Certainty, Fact};
use crate::model::{Deployment, Dir, FileField, MEDIA_ROOT, MEDIA_URL, Process, STORAGES, Site};
use crate::rules::made_one::made_one;
use crate::rules::unfilled::is_of_guide;
use crate::rules::{Check, Rule};
use camino::Utf8Path;
use std::ptr;

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
    let pairs = deployment.proxied();
    let uploads = pairs.iter().filter_map(|(site, app)| Uploads::find(deployment, site, app));
    let uploads: Vec<Uploads> = uploads.collect();
    let differ = |it: &&Uploads| !it.same.value && !is_of_guide(&it.served.value.path);
    for it in uploads.iter().filter(differ) {
        // What takes WebSockets beside the application keeps none.
        if uploads.iter().any(|other| ptr::eq(other.site, it.site) && other.same.value) {
            continue;
        }
        let Uploads { site, app, url, served, kept, same, is_divided } = it;
        let finding = out.report(
            *site,
            format!("`{url}` is served from a directory that uploads do not go to"),
            served.label(format!("requests are answered from {}", served.value.shown())),
        );
        if *is_divided {
            finding.at_most(Severity::Warning);
        }
        finding
            .also(kept.label(format!("uploads are kept in {}", kept.value.shown())))
            .through(app.supplied(MEDIA_ROOT), "the path is given here")
            .through(app.assigned(MEDIA_ROOT), "and becomes MEDIA_ROOT here")
            .through(deployment.mount(served), "mounted here")
            .through(deployment.mount(kept), "mounted here")
            .because(same)
            .because(&takes_uploads(app))
            .help(made_one(deployment, served, kept, MEDIA_ROOT.name));
    }
}

/// Where a process keeps uploads, and where a site before it looks for them.
struct Uploads<'d> {
    site: &'d Site,
    app: &'d Fact<&'d Process>,
    url: Fact<String>,
    served: Fact<Dir>,
    kept: Fact<Dir>,
    same: Fact<bool>,
    /// An expression has the files of some suffixes.
    is_divided: bool,
}

impl<'d> Uploads<'d> {
    fn find(
        deployment: &'d Deployment,
        site: &'d Site,
        app: &'d Fact<&'d Process>,
    ) -> Option<Self> {
        let url = app.get(MEDIA_URL).filter(|url| url.value.len() > 1)?;
        let root = app.keeps_uploads_in().filter(|root| !root.value.as_str().is_empty())?;
        let storage = app.entry(STORAGES, &["default", "BACKEND"]);
        if storage.is_some_and(|it| it.value.text() != Some(LOCAL)) {
            return None;
        }
        let kept = app.dir(deployment.view(app.value.view), &root)?;
        // Of a location and an expression for some suffixes one may be right alone.
        let missed = site.missed_by_location(deployment, &url, &kept);
        let served = match &missed {
            Some((served, _)) => served.clone(),
            None => site.own_dir_for(deployment, &url)?,
        };
        // A link or a mount makes one directory of two.
        let links = |dir: &Fact<Dir>| {
            let links = &deployment.surroundings.carried;
            dir.value.container.is_none() && links.links(&dir.value.path)
        };
        if links(&served) || links(&kept) {
            return None;
        }
        let same = deployment.same_dir(&served, &kept)?;
        let same = same.map(|it| *it || is_same_below(deployment, app, &served, &kept));
        let is_divided = missed.is_some();
        Some(Self { site, app, url, served, kept, same, is_divided })
    }
}

/// Whether all that fields fill are folders which are the same in both, as where a volume holds no more.
fn is_same_below(
    deployment: &Deployment,
    app: &Fact<&Process>,
    served: &Fact<Dir>,
    kept: &Fact<Dir>,
) -> bool {
    let fields = app.stored_uploads();
    let folder_of = |dir: &Fact<Dir>, folder: &Utf8Path| {
        let view = deployment.view(dir.value.view);
        dir.map(|it| view.dir(it.view, &it.path.join(folder)))
    };
    let is_same = |folder: &Utf8Path| {
        let same = deployment.same_dir(&folder_of(served, folder), &folder_of(kept, folder));
        same.is_some_and(|it| it.value)
    };
    let each = |field: &&FileField| field.kept.value.as_deref().is_some_and(is_same);
    !fields.is_empty() && fields.iter().all(each)
}

/// That the project takes uploads at all: files of its own may lie in a folder of that name as well.
fn takes_uploads(app: &Fact<&Process>) -> Fact<()> {
    let here = app.map(|_| ());
    match app.stored_uploads().is_empty() {
        false => here,
        true => here.doubt(Certainty::Likely, "no field of the project's own takes uploads"),
    }
}

const LOCAL: &str = "django.core.files.storage.FileSystemStorage";
