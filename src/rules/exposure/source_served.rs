//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
use crate::model::django::Project;
use crate::model::{Deployment, Dir, Site, Storage};
use crate::rules::{Check, Rule};

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
