//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::{Certainty, Fact};
use crate::model::django::Project;
use crate::model::urls::{DocumentRoot, ServedFolder};
use crate::model::{DEBUG, Deployment, Dir, STATIC_ROOT, STATIC_URL, Site, Storage, Unserved};
use crate::rules::{Check, Rule};
use camino::Utf8Path;

pub(super) static RULE: Rule = Rule {
    id: "exposure/source-served",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/exposure/source-served.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    by_server(deployment, out);
    by_django(deployment, out);
    by_collecting(deployment, out);
}

fn by_server(deployment: &Deployment, out: &mut Findings) {
    let apps = deployment.processes.iter().filter_map(|process| process.django.as_ref());
    let projects: Vec<&Project> = apps.map(|django| &*django.project).collect();
    for site in &deployment.sites {
        let locations = site.file_locations(deployment);
        let served = locations.iter().find_map(|(path, dir)| {
            let source = projects.iter().find_map(|it| source(deployment, site, path, dir, it))?;
            Some((dir, source))
        });
        let Some((dir, (url, answer))) = served else { continue };
        out.report(
            site,
            format!("everybody can read the project's code: `{url}` is the settings module"),
            dir.label("the project lies in this directory"),
        )
        .because(&answer)
        .help("serve a directory that holds nothing else, as STATIC_ROOT");
    }
}

/// The URL under which a location hands out the settings of a project.
fn source(
    deployment: &Deployment,
    site: &Site,
    path: &str,
    dir: &Fact<Dir>,
    project: &Project,
) -> Option<(String, Fact<()>)> {
    let view = deployment.view(site.view);
    let Storage::Checkout(folder) = view.locate(&dir.value)?.value else { return None };
    let settings = &project.modules.first()?.path;
    let below = settings.strip_prefix(&folder).ok()?;
    let url = format!("{}/{below}", path.trim_end_matches('/'));
    let file = site.file_for(&url)?;
    let answer = view.locate(&view.dir(site.view, &file.value))?;
    (answer.value == Storage::Checkout(settings.clone())).then(|| (url, file.map(|_| ())))
}

/// Views of the project itself that send what lies in a folder.
fn by_django(deployment: &Deployment, out: &mut Findings) {
    for process in deployment.apps().filter(|process| process.kind.is_web()) {
        let app = process.fact();
        let Some(django) = &process.django else { continue };
        let Some(urls) = &django.urls else { continue };
        for (url, folder, pattern) in urls.folders() {
            let root = match &folder.root {
                DocumentRoot::Text(text) => Some(pattern.map(|_| text.clone())),
                DocumentRoot::Setting(name) => {
                    app.setting(name).and_then(|it| it.try_map(|it| it.text().map(str::to_owned)))
                }
            };
            let Some(root) = root else { continue };
            let Some(below) = process.settings_below(&root) else { continue };
            let url = pattern.map(|_| url);
            let reached = match deployment.sites_before(process).next() {
                None => None,
                Some(_) => match deployment.unserved(&app, &url).into_iter().next() {
                    Some((_, Unserved::ByApp(route))) => Some(route),
                    _ => continue,
                },
            };
            let shown = format!("{}{}", url.value, below.value);
            let why = "what stands in front of it is not known";
            let at = match &reached {
                Some(_) => pattern.map(|_| ()),
                None => pattern.map(|_| ()).doubt(Certainty::Likely, why),
            };
            let finding = out.report(
                process,
                format!("everybody can read the project's code: `{shown}` is the settings module"),
                at.label(what(folder, &root.value)),
            );
            if let DocumentRoot::Setting(name) = &folder.root {
                finding.through(app.assignment(name), "the project lies in this directory");
            }
            if Utf8Path::new(&root.value).is_relative() {
                finding.through(process.working_directory(), "which is this");
            }
            if folder.in_debug {
                finding.through(app.get(DEBUG), "under DEBUG, which is on");
            }
            finding.through(
                reached.map(|it| it.value.pass.map(|_| ()).given(&it)),
                "what nothing else answers is passed on",
            );
            finding.because(&root).because(&below).because(&app);
            finding.help(match &folder.root {
                DocumentRoot::Setting(name) => {
                    format!("set {name} to a directory that holds nothing else")
                }
                DocumentRoot::Text(_) => "name a directory that holds nothing else".to_owned(),
            });
        }
    }
}

/// Static files that are collected from a folder which has the project in it: `collectstatic` leaves
/// out no more than names that begin with a dot or end in `~` (`ignore_patterns` of
/// `django.contrib.staticfiles.apps`, 1.7 to 6.0).
fn by_collecting(deployment: &Deployment, out: &mut Findings) {
    for (site, app) in deployment.proxied() {
        let sources = app.bare_static_sources().into_iter();
        let mut sources = sources.filter_map(|it| Some((app.value.settings_below(&it)?, it)));
        let Some((below, source)) = sources.next() else { continue };
        let (Some(url), Some(root)) = (app.get(STATIC_URL), app.collects_into()) else { continue };
        let Some(served) = site.own_dir_for(deployment, &url) else { continue };
        let Some(collected) = app.dir(deployment.view(app.value.view), &root) else { continue };
        let same = deployment.same_dir(&served, &collected).filter(|it| it.value);
        let code = format!("{}/{}", url.value.trim_end_matches('/'), below.value);
        let (Some(same), Some(answer)) = (same, site.file_for(&code)) else { continue };
        let at = app.assignment("STATICFILES_DIRS").unwrap_or_else(|| source.map(|_| ()));
        out.report(
            app.value,
            format!("everybody can read the project's code: `{code}` is the settings module"),
            at.label("`collectstatic` takes the whole project for static files"),
        )
        .through(app.assigned(STATIC_ROOT), "copies it here")
        .also(served.label(format!("and `{url}` is answered from there")))
        .because(&same)
        .because(&answer)
        .because(&source)
        .because(&below)
        .help("name the folder below it that has static files, and clear STATIC_ROOT");
    }
}

fn what(folder: &ServedFolder, root: &str) -> String {
    match (&folder.root, root) {
        (DocumentRoot::Setting(name), "") => {
            format!("{name} is empty, so this sends what lies in the working directory")
        }
        (DocumentRoot::Setting(name), _) => format!("this sends what lies in {name}"),
        (DocumentRoot::Text(_), _) => "this sends what lies in the directory".to_owned(),
    }
}
