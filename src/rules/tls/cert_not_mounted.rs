//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::{Certainty, Fact, symbol};
use crate::model::command::Step;
use crate::model::image::Flavour;
use crate::model::{Deployment, Mount, Site, Storage, View};
use crate::rules::{Check, Rule};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeSet;

pub(super) static RULE: Rule = Rule {
    id: "tls/cert-not-mounted",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/tls/cert-not-mounted.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let mut told = BTreeSet::new();
    for site in &deployment.sites {
        let view = deployment.view(site.view);
        let Some(service) = &view.container else { continue };
        let loose =
            certificates(site).into_iter().find_map(|path| Some((loose(view, &path)?, path)));
        if let Some((mount, path)) = loose {
            if told.insert(path.evidence().place()) {
                out.report(
                    site,
                    format!("nginx does not start: `{path}` is a link to nothing"),
                    mount
                        .label("certbot has links here, to files below `/etc/letsencrypt/archive`"),
                )
                .also(path.label("read when nginx starts"))
                .help("mount `/etc/letsencrypt` whole");
            }
            continue;
        }
        let Some(container) = deployment.container(service).filter(|_| view.complete) else {
            continue;
        };
        // An image of the project's own has what its build puts there, or makes; a script that it starts
        // with may make one as well.
        let is_plain = match &container.image {
            Some(image) => image.starts_as_its_base() && container.serves().is_some(),
            None => container.stock().is_some_and(|it| obtains_nothing(&it.value)),
        };
        if !is_plain
            || view.has_hooks(container.image.as_ref())
            || container.begins_unseen
            || container.steps.iter().any(may_bring)
        {
            continue;
        }
        let is_lost = |path: &Fact<Utf8PathBuf>| {
            let folder = |it: &Utf8PathBuf| it.parent().map(Utf8Path::to_owned).unwrap_or_default();
            let dir = path.map(|it| view.dir(site.view, &folder(it)));
            let brought = container.image.is_some() && deployment.brings(&dir) != Some(false);
            view.mount(&path.value).is_none() && !brought
        };
        let lost = certificates(site).into_iter().filter(is_lost);
        let Some(path) = lost.into_iter().find(|path| told.insert(path.evidence().place())) else {
            continue;
        };
        out.report(
            site,
            format!("nginx does not start: `{path}` is not in its container"),
            path.label("no volume brings this file"),
        )
        .help("mount the directory that has the certificate");
    }
}

/// The files of certificates that the site's levels name.
fn certificates(site: &Site) -> Vec<Fact<Utf8PathBuf>> {
    let lines =
        site.levels().into_iter().flat_map(|level| level.in_effect(&["ssl_certificate"]).lines);
    let paths = lines.filter_map(|line| line.args.first());
    let fixed = |path: &&Fact<String>| {
        !path.value.contains([':', '$']) && !symbol::is_symbolic(&path.value)
    };
    paths
        .filter(fixed)
        .map(|path| path.map(|it| Utf8PathBuf::from("/etc/nginx").join(it)))
        .collect()
}

/// Whether an image is nginx and nothing besides, as certbot would be.
fn obtains_nothing(flavour: &Flavour) -> bool {
    flavour.stock.names.iter().all(|it| !it.contains("certbot"))
}

/// Whether a command of the container's start may put files into it.
fn may_bring(step: &Step) -> bool {
    // The script that the official image starts with makes no certificate.
    let image = ["docker-entrypoint.sh", "envsubst", "nginx"];
    let shell = [":", "[", "echo", "sleep", "test", "trap", "true", "wait"];
    !image.into_iter().chain(shell).any(|it| step.program_name() == it)
}

/// The mount by which a certificate of the host's certbot comes without the file itself: in `live` are
/// links to `../../archive` (Certbot's manual, "Where are my certificates?"), which lead on from where
/// they are in the container. Docker follows one that is mounted as a file.
fn loose(view: &View, path: &Fact<Utf8PathBuf>) -> Option<Fact<Mount>> {
    let mount = view.mount(&path.value).filter(|_| view.complete)?;
    let Storage::Host(source) = &mount.value.from else { return None };
    let below = path.value.strip_prefix(&mount.value.at).ok()?;
    let on_host = source.join(below);
    let lineage = on_host.strip_prefix("/etc/letsencrypt/live").ok()?;
    let name = lineage.parent().filter(|it| it.components().count() == 1)?;
    // Above `/` is nothing but `/`.
    let above = path.value.parent()?.parent()?;
    let archive = above.parent().unwrap_or(above).join("archive").join(name);
    let is_link = !below.as_str().is_empty();
    let is_there = view.mount(&archive).is_some();
    let why = "another program may have put files there";
    (is_link && !is_there).then(|| mount.clone().doubt(Certainty::Likely, why))
}
