//! Signs of Kubernetes: commands that deploy to a cluster, workflows of other repositories that do, and manifests.

use crate::model::build::compose_calls;
use crate::model::build::platforms::{CALLS, KUBERNETES, Sign, found_at};
use crate::model::surroundings::Cluster;
use crate::model::{Files, Read};
use crate::syntax::Parsed;
use crate::syntax::kind;
use camino::Utf8PathBuf;

/// What the tree has of a cluster, for which its scripts are gone through once.
pub(in crate::model::build) fn cluster(files: &Files) -> Cluster {
    files.cluster(|| {
        let is_called = is_called(files);
        Cluster {
            may_be_in_front: is_called || has_ingress(files),
            has_unseen_manifests: is_called && manifests(files).is_empty(),
        }
    })
}

/// Whether commands deploy to one, or a workflow of another repository does.
fn is_called(files: &Files) -> bool {
    let calls = |read: &Read<'_>| {
        let lower = files.in_small_letters(read.id);
        let is_handed_on = matches!(read.parsed, Parsed::Workflow(_)) && handed_on(lower).is_some();
        let mut calls = CALLS.iter().filter(|(_, platform)| *platform == KUBERNETES);
        is_handed_on || calls.any(|(call, _)| found_at(lower, call).is_some())
    };
    compose_calls::scripts(files).iter().any(calls)
}

/// Whether a manifest or a chart has what takes requests for the site (Kubernetes' documentation, "Ingress").
fn has_ingress(files: &Files) -> bool {
    let is_one = |path: &Utf8PathBuf| {
        let read = files.skim(path).read();
        read.is_some_and(|it| it.text.lines().any(|line| line.trim_end() == "kind: Ingress"))
    };
    called_manifests(files, "ingress").any(is_one)
}

/// What workflows of other repositories are called after, or what they are given, that change what a cluster
/// runs.
const OF_CLUSTERS: &[&str] = &["kubernetes", "k8s", "gitops", "argocd", "helm"];

/// Where a job is another repository's workflow (GitHub's documentation, "Reuse workflows"), and the text says
/// that it is for a cluster.
pub(super) fn handed_on(lower: &str) -> Option<(usize, usize, &'static str)> {
    const WORKFLOWS: &str = "/.github/workflows/";
    let calls = |line: &str| {
        let called = line.trim_start().strip_prefix("uses:").map(str::trim_start);
        called.is_some_and(|it| !it.starts_with('.') && it.contains(WORKFLOWS) && it.contains('@'))
    };
    let line = lower.lines().find(|it| calls(it))?.trim();
    let says = |word: &str| {
        let words = lower.lines().filter(|it| !it.trim_start().starts_with('#'));
        let is_part = |it: char| it.is_ascii_alphanumeric();
        words.flat_map(|it| it.split(|it| !is_part(it))).any(|it| it == word)
    };
    OF_CLUSTERS.iter().any(|it| says(it)).then_some(())?;
    Some((lower.find(line)?, line.len(), KUBERNETES))
}

/// Folders that have manifests and charts.
const OF_KUBERNETES: &[&str] =
    &["k8s", "kube", "kubernetes", "helm", "chart", "charts", "manifests"];

/// Who makes images for others to run.
const MAKERS: &[&str] = &[
    "bitnami/",
    "grafana/",
    "prom/",
    "traefik/",
    "library/",
    "nginxinc/",
    "minio/",
    "elastic/",
    "docker.io/library/",
    "docker.io/bitnami/",
    "quay.io/",
    "registry.k8s.io/",
    "k8s.gcr.io/",
];

/// The files that may be manifests, by their names or those of their folders.
fn called_manifests<'f>(files: &'f Files<'_>, name: &str) -> impl Iterator<Item = &'f Utf8PathBuf> {
    let is_called = move |path: &&Utf8PathBuf| {
        let below = files.from_root(path).1;
        path.file_stem().is_some_and(|it| it.contains(name))
            || below.components().any(|it| OF_KUBERNETES.contains(&it.as_str()))
    };
    files.ending_in(&["yml", "yaml"]).into_iter().filter(is_called)
}

/// What a manifest or a chart keeps running of somebody's own image.
pub(super) fn manifests(files: &Files) -> Vec<Sign> {
    let each = called_manifests(files, "deployment");
    let each = each.filter(|path| !kind::is_example(path)).filter_map(|path| {
        let read = files.skim(path).read()?;
        let part = read.text.lines().find_map(workload)?;
        let is_own = |line: &str| {
            let image = line.trim_start_matches(['-', ' ']).strip_prefix("image:");
            let image = image.map(|it| it.trim().trim_matches(['"', '\'']));
            image.is_some_and(|it| {
                it.contains(['/', '{', '$']) && !MAKERS.iter().any(|maker| it.starts_with(maker))
            })
        };
        let is_manifest = read.text.lines().any(|it| it.starts_with("apiVersion:"));
        (is_manifest && read.text.lines().any(is_own))
            .then(|| Sign::of_tree(files, KUBERNETES, read, part))
    });
    each.collect()
}

/// What keeps containers running (Kubernetes, "Workload Management").
fn workload(line: &str) -> Option<&str> {
    let kind = line.strip_prefix("kind:")?.trim();
    matches!(kind, "Deployment" | "StatefulSet" | "DeploymentConfig").then_some(line)
}
