//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
use crate::model::{Deployment, Dir, Process, STATIC_ROOT, STATIC_URL, Site, SiteName, Storage};
use crate::rules::made_one::made_one;
use crate::rules::unfilled::is_of_guide;
use crate::rules::{Check, Rule};
use camino::Utf8PathBuf;
use std::sync::Arc;

pub(super) static RULE: Rule = Rule {
    id: "assets/root-not-served",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/assets/root-not-served.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for (site, app) in deployment.proxied() {
        let Some(url) = app.get(STATIC_URL) else { continue };
        let Some(root) = app.collects_into() else { continue };
        let Some(collected) = app.dir(deployment.view(app.value.view), &root) else { continue };
        // Of a location and an expression for some suffixes one may be right alone.
        let missed = site.missed_by_location(deployment, &url, &collected);
        let looked = || {
            let served = site.own_dir_for(deployment, &url)?;
            let same = deployment.same_dir(&served, &collected)?;
            Some((served, same))
        };
        let is_divided = missed.is_some();
        let Some((served, same)) = missed.or_else(looked) else { continue };
        if same.value
            || is_of_guide(&served.value.path)
            || deployment.is_built_in(&served)
            || deployment.is_carried_to(&served.value)
            || site.part_served(deployment, &app, &url).is_some()
            || app.has_whole_sources_at(&served.value.path)
            || is_twin(deployment, &app, &served, (&root, &collected))
            || is_filled_by_another(deployment, app.value, &served)
            || is_right_in_another(deployment, site, &app)
        {
            continue;
        }

        let finding = out
            .report(
                site,
                format!("`{url}` is served from a directory that `collectstatic` does not fill"),
                served.label(format!("requests are answered from {}", served.value.shown())),
            )
            .also(collected.label(format!("files are collected into {}", collected.value.shown())))
            .through(app.supplied(STATIC_ROOT), "the path is given here")
            .through(app.assigned(STATIC_ROOT), "and become STATIC_ROOT here")
            .through(deployment.mount(&served), "mounted here")
            .through(deployment.mount(&collected), "mounted here")
            .through(
                elsewhere(deployment, &served, &collected),
                "and here, beside the folder that is served",
            )
            .because(&same)
            .help(match app.may_be_source(&served.value.path) {
                // Django refuses a root that is a source as well (`staticfiles.E002`).
                true => {
                    format!("serve `{}`: what is served is a source of it", collected.value.path)
                }
                false => made_one(deployment, &served, &collected, STATIC_ROOT.name),
            });
        // Most of what pages ask for is called as the expression says.
        if is_divided {
            finding.at_most(Severity::Warning);
        }
        if let Some(doubt) = deployment.may_be_for_another(site) {
            finding.because(&doubt);
        }
    }
}

/// Where the container that serves has the files, though not at the path that it serves.
fn elsewhere(
    deployment: &Deployment,
    served: &Fact<Dir>,
    collected: &Fact<Dir>,
) -> Option<Fact<()>> {
    let at = deployment.at_in(collected, served.value.view)?;
    (served.value.view != collected.value.view).then(|| at.map(|_| ()))
}

/// Whether another process of the same project collects into what is served: a server for pages where
/// this one is for WebSockets, or a service that collects and ends.
fn is_filled_by_another(deployment: &Deployment, app: &Process, served: &Fact<Dir>) -> bool {
    let project = |it: &Process| it.django.as_ref().map(|django| Arc::clone(&django.project));
    let Some(own) = project(app) else { return false };
    let is_other = |it: &Process| {
        !std::ptr::eq(it, app) && project(it).is_some_and(|other| Arc::ptr_eq(&own, &other))
    };
    deployment.collectors(served).any(is_other)
}

/// Whether another file answers for the same name at the same port, of which nginx would heed one, and
/// serves what is collected: the two are for different machines, and this one for the other.
fn is_right_in_another(deployment: &Deployment, site: &Site, app: &Fact<&Process>) -> bool {
    let is_other = |other: &Site| {
        let file = |it: &Site| it.declared.evidence().place().map(|it| it.file);
        let port = |it: &Site| it.listeners.iter().map(|it| it.value.port).collect::<Vec<_>>();
        let name = |it: &&Fact<SiteName>| other.names.iter().any(|own| own.value == it.value);
        file(site) != file(other)
            && site.names.iter().any(|it| name(&it))
            && port(site).iter().any(|it| port(other).contains(it))
    };
    deployment.proxied().into_iter().any(|(other, process)| {
        let serves = || {
            let url = app.get(STATIC_URL)?;
            let collected = app.dir(deployment.view(app.value.view), &app.collects_into()?)?;
            let served = other.own_dir_for(deployment, &url)?;
            Some(deployment.same_dir(&served, &collected)?.value)
        };
        std::ptr::eq(process.value, app.value) && is_other(other) && serves() == Some(true)
    })
}

/// Whether the checkout has collected files where STATIC_ROOT is in an image that is built of it, and
/// they are served from there.
fn is_twin(
    deployment: &Deployment,
    app: &Fact<&Process>,
    served: &Fact<Dir>,
    (root, collected): (&Fact<Utf8PathBuf>, &Fact<Dir>),
) -> bool {
    let Some(Storage::Checkout(folder)) = deployment.located(served) else { return false };
    let kept = app.value.django.as_ref().is_some_and(|it| it.keeps_collected);
    let of_image = !matches!(deployment.located(collected), Some(Storage::Checkout(_)));
    (kept || deployment.surroundings.collected.contains(&folder))
        && of_image
        && folder.file_name() == root.value.file_name()
}
