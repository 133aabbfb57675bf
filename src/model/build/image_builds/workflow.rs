//! What workflows build with actions for that.

use crate::model::build::image_builds::name::{
    MATRIX, NEEDS, OWNER, REPOSITORY, STEPS, UNKNOWN, filled_in, with_values,
};
use crate::model::build::image_builds::{Call, argument, outputs};
use crate::source::alike;
use crate::syntax::yaml::Node;
use camino::Utf8PathBuf;
use std::collections::BTreeMap;

/// Docker's own action, and the one of others that is used most.
const ACTIONS: &[&str] = &["docker/build-push-action", "mr-smithers-excellent/docker-build-push"];

/// What the steps of a workflow ask Docker's action for.
pub(super) fn calls(root: &Node) -> Vec<Call> {
    let jobs = root.get("jobs").map(Node::pairs).unwrap_or_default();
    let mut found = Vec::new();
    for job in jobs {
        let steps = job.value.get("steps").map(Node::items).unwrap_or_default();
        let runs = runs(&job.value);
        for step in steps.iter().filter(|step| ACTIONS.iter().any(|it| uses(step, it))) {
            for run in &runs {
                let declared = |name: &str| {
                    let levels = [step, &job.value, root];
                    let text = levels.iter().find_map(|it| it.get("env")?.get(name)?.text());
                    text.map(str::to_owned)
                };
                let written = |values: Vec<String>| Some(with_values(&alike(values)?, &declared));
                let env = |name: &str| {
                    if let Some(key) = name.strip_prefix(MATRIX) {
                        return run.get(key).map(|it| (*it).to_owned());
                    }
                    match output(root, steps, name) {
                        Some(values) => written(values),
                        None => declared(name).or_else(|| written(to_environment(steps, name))),
                    }
                };
                found.push(call(root, step, steps, &env));
            }
        }
    }
    found
}

/// What a step of one run of its job asks for.
fn call(root: &Node, step: &Node, steps: &[Node], env: &dyn Fn(&str) -> Option<String>) -> Call {
    let with = |key: &str| Some(filled_in(step.get("with")?.get(key)?.text()?, env));
    // One a line; what an expression stands for may be several.
    let build_args = ["build-args", "buildArgs"].into_iter();
    let build_args =
        build_args.filter_map(|key| Some((step.get("with")?.get(key)?.place, with(key)?)));
    let mut is_open = false;
    let mut arguments = Vec::new();
    for (place, text) in build_args {
        for line in text.split(['\n', ',']).map(str::trim).filter(|it| !it.is_empty()) {
            let (name, value) = argument(line, place);
            is_open |= name.contains([UNKNOWN, REPOSITORY, OWNER, '$']);
            arguments.push((name, value));
        }
    }
    Call {
        names: names(root, step, steps, env),
        file: with("file").or_else(|| with("dockerfile")),
        target: with("target"),
        context: ["context", "path", "directory"]
            .into_iter()
            .find_map(with)
            .or_else(|| Some(".".to_owned())),
        folder: Utf8PathBuf::new(),
        arguments,
        is_open,
    }
}

/// The runs of a job, each by what it has of the matrix: every value with every other, and what `include`
/// lists for itself (GitHub's documentation, "Running variations of jobs in a workflow"). A list of values
/// that would make too many runs is left out, and `include` completes none of the others.
fn runs(job: &Node) -> Vec<BTreeMap<&str, &str>> {
    let mut runs = vec![BTreeMap::new()];
    let Some(matrix) = job.get("strategy").and_then(|it| it.get("matrix")) else { return runs };
    for axis in matrix.pairs() {
        let values: Vec<&str> = axis.value.items().iter().filter_map(Node::text).collect();
        if values.is_empty() || runs.len() * values.len() > MOST_RUNS {
            continue;
        }
        let key = axis.key.text().unwrap_or_default();
        let with = |run: &BTreeMap<_, _>, value| {
            let mut run = run.clone();
            run.insert(key, value);
            run
        };
        runs =
            runs.iter().flat_map(|run| values.iter().map(move |value| with(run, *value))).collect();
    }
    let included = matrix.get("include").map(Node::items).unwrap_or_default();
    runs.extend(included.iter().take(MOST_RUNS).map(|it| {
        let pairs = it.pairs().iter();
        pairs.filter_map(|it| Some((it.key.text()?, it.value.text()?))).collect()
    }));
    runs
}

/// More are of tests.
const MOST_RUNS: usize = 64;

fn uses(step: &Node, action: &str) -> bool {
    let used = step.get("uses").and_then(Node::text);
    used.is_some_and(|used| used.split('@').next() == Some(action))
}

/// `tags`, or the images that an earlier step made them of.
fn names(
    root: &Node,
    step: &Node,
    steps: &[Node],
    env: &dyn Fn(&str) -> Option<String>,
) -> Vec<String> {
    let Some(with) = step.get("with") else { return Vec::new() };
    if let Some(image) = with.get("image").and_then(Node::text) {
        // Of the other action, whose `tags` are no more than that.
        let registry = with.get("registry").and_then(Node::text).filter(|it| *it != "docker.io");
        let registry = registry.map(|it| format!("{it}/")).unwrap_or_default();
        return vec![filled_in(&format!("{registry}{image}"), env)];
    }
    let tags = with.get("tags").or_else(|| with.get("repository")).and_then(Node::text);
    let Some(tags) = tags else { return Vec::new() };
    // What a step wrote is a name, or a part of one: then it may be anything.
    let made = |name: &str| {
        let only = name.strip_prefix("${{")?.strip_suffix("}}")?.trim();
        output(root, steps, only)
    };
    let lines = tags.split(['\n', ',']).map(str::trim);
    let lines = lines.flat_map(|it| made(it).unwrap_or_else(|| vec![it.to_owned()]));
    let text =
        lines.map(|it| filled_in(&with_values(&it, env), env)).collect::<Vec<_>>().join("\n");
    let names = text.split(['\n', ',']).map(str::trim).filter(|name| !name.is_empty());
    names.map(str::to_owned).collect()
}

/// What a step wrote as an output, `steps.ID.outputs.NAME`, or one of another job that hands it on,
/// `needs.JOB.outputs.NAME`. `None` where it is no such expression, or no such step is there.
fn output(root: &Node, steps: &[Node], expression: &str) -> Option<Vec<String>> {
    if let Some(of_job) = expression.strip_prefix(NEEDS) {
        let (job, name) = of_job.split_once(".outputs.")?;
        let job = root.get("jobs")?.get(job)?;
        let text = job.get("outputs")?.get(name)?.text()?;
        let inner = text.strip_prefix("${{")?.strip_suffix("}}")?.trim();
        return of_step(job.get("steps").map(Node::items)?, inner);
    }
    of_step(steps, expression)
}

fn of_step(steps: &[Node], expression: &str) -> Option<Vec<String>> {
    let (id, output) = expression.strip_prefix(STEPS)?.split_once(".outputs.")?;
    let is_it = |it: &&Node| it.get("id").and_then(Node::text) == Some(id);
    let made = steps.iter().find(is_it)?;
    if !uses(made, "docker/metadata-action") {
        return Some(outputs::of_step(made.get("run")?.text()?, output));
    }
    let images = made.get("with")?.get("images")?.text()?;
    let lines = images.split(['\n', ',']).map(str::trim).filter(|it| !it.is_empty());
    // Beside others that say whether it is on, `name=` says which it is (its README, "images input").
    let lines = lines.filter(|it| !it.starts_with("enable="));
    let named = lines.map(|it| it.strip_prefix("name=").unwrap_or(it).to_owned());
    (output == "tags").then(|| named.collect())
}

/// What the scripts of steps set for those behind them.
fn to_environment(steps: &[Node], name: &str) -> Vec<String> {
    let scripts = steps.iter().filter_map(|it| it.get("run")?.text());
    scripts.flat_map(|script| outputs::to_environment(script, name)).collect()
}
