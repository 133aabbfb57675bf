//! What manifests of Kubernetes and task definitions of ECS, or programs of AWS's CDK, give to containers.

use crate::model::image::Flavour;
use crate::source::Mention;
use camino::Utf8Path;

/// Whether an item of a list names the variable, and has its value beside it.
pub(super) fn gives_to_containers(mention: Mention<'_>) -> bool {
    let Mention { path, exact, before, after, .. } = mention;
    let quotes = ['"', '\''];
    let above = before.trim_end_matches(quotes).trim_end();
    let next = after.trim_start_matches(quotes).trim_start();
    let is_item = match path.extension().unwrap_or_default() {
        "yml" | "yaml" => above.ends_with("- name:") && next.starts_with("value"),
        _ if is_of_tasks(path) => {
            let named = above.ends_with("\"name\":") || above.ends_with("name =");
            let next = next.trim_start_matches(',').trim_start().trim_start_matches(quotes);
            named && next.starts_with("value")
        }
        _ if is_of_cdk(path) => {
            next.strip_prefix(':').is_some_and(|it| it.trim_start().starts_with(quotes))
        }
        _ => false,
    };
    exact && is_item
}

/// Where task definitions of ECS stand, by themselves or in Terraform.
fn is_of_tasks(path: &Utf8Path) -> bool {
    matches!(path.extension(), Some("json" | "tf" | "tpl" | "tftpl"))
}

/// Where a program of AWS's CDK is, which makes such definitions: `environment: { NAME: 'value' }` (aws-cdk-lib,
/// `aws_ecs.ContainerDefinitionOptions`).
fn is_of_cdk(path: &Utf8Path) -> bool {
    matches!(path.extension(), Some("ts" | "js"))
}

/// Whether the document that something stands in is one that Kubernetes, or ECS, starts containers by.
pub(super) fn is_of_workload(mention: Mention<'_>) -> bool {
    let Mention { path, before, after, .. } = mention;
    // ECS's task definition parameters; a list of containers alone has its ports.
    const OF_TASKS: &[&str] = &["containerDefinitions", "container_definitions", "portMappings"];
    if is_of_tasks(path) {
        return OF_TASKS.iter().any(|it| before.contains(it) || after.contains(it));
    }
    if is_of_cdk(path) {
        return ["aws-ecs", "aws_ecs"].iter().any(|it| before.contains(it));
    }
    const KINDS: &[&str] = &[
        "Deployment",
        "StatefulSet",
        "DaemonSet",
        "ReplicaSet",
        "Rollout",
        "Pod",
        "Job",
        "CronJob",
    ];
    let is_yaml = matches!(path.extension(), Some("yml" | "yaml"));
    let kinds = document(before, after).filter_map(|it| it.strip_prefix("kind:"));
    is_yaml && kinds.map(str::trim).any(|it| KINDS.contains(&it))
}

/// Whether a manifest may give the containers of a project's own image another user than root, by
/// `runAsUser` or `runAsNonRoot` (Kubernetes' documentation, "Configure a Security Context"): a document of
/// which every image is one that everybody uses has none of the project's.
pub(super) fn may_replace_root(mention: Mention<'_>) -> bool {
    let Mention { before, after, .. } = mention;
    let value = after.trim_start_matches(['"', '\'']).trim_start().strip_prefix(':');
    let value = value.and_then(|it| it.split_whitespace().next()).unwrap_or_default();
    let image = |line: &str| {
        let line = line.trim_start().trim_start_matches("- ");
        let image = line.strip_prefix("image:")?;
        Some(image.trim().trim_matches(['"', '\'']).to_owned())
    };
    let images: Vec<String> = document(before, after).filter_map(image).collect();
    let is_of_others = !images.is_empty() && images.iter().all(|it| Flavour::of(it).is_some());
    !matches!(value, "0" | "false") && !is_of_others
}

/// The lines of the document of YAML that something stands in, before it and behind it.
fn document<'a>(before: &'a str, after: &'a str) -> impl Iterator<Item = &'a str> {
    let above = before.rsplit("\n---").next().unwrap_or_default();
    let below = after.split("\n---").next().unwrap_or_default();
    above.lines().chain(below.lines())
}
