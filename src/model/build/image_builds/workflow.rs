//! What workflows build with actions for that.

use crate::model::build::image_builds::name::{
    MATRIX, OWNER, REPOSITORY, UNKNOWN, assigned, filled_in, variable,
};
use crate::model::build::image_builds::{Call, argument};
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
                let env = |name: &str| {
                    if let Some(key) = name.strip_prefix(MATRIX) {
                        return run.get(key).map(|it| (*it).to_owned());
                    }
                    let levels = [step, &job.value, root];
                    let text = levels.iter().find_map(|it| it.get("env")?.get(name)?.text());
                    text.map(str::to_owned)
                };
                found.push(call(step, steps, &env));
            }
        }
    }
    found
}

/// What a step of one run of its job asks for.
fn call(step: &Node, steps: &[Node], env: &dyn Fn(&str) -> Option<String>) -> Call {
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
        names: names(step, steps, env),
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
fn names(step: &Node, steps: &[Node], env: &dyn Fn(&str) -> Option<String>) -> Vec<String> {
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
        let (id, output) = only.strip_prefix("steps.")?.split_once(".outputs.")?;
        let is_it = |it: &&Node| it.get("id").and_then(Node::text) == Some(id);
        let made = steps.iter().find(is_it)?;
        match uses(made, "docker/metadata-action") {
            true => Some(made.get("with")?.get("images")?.text()?.to_owned()),
            false => Some(written(made.get("run")?.text()?, output)),
        }
    };
    let lines = tags.split(['\n', ',']).map(str::trim);
    let lines = lines.map(|it| filled_in(&made(it).unwrap_or_else(|| it.to_owned()), env));
    let text = lines.collect::<Vec<_>>().join("\n");
    let names = text.split(['\n', ',']).map(str::trim).filter(|name| !name.is_empty());
    names.map(str::to_owned).collect()
}

/// What a step's script writes as one of its outputs: `echo "tags=$TAGS" >> "$GITHUB_OUTPUT"`. Which
/// way it took is not asked: the ways differ in tags.
fn written(script: &str, output: &str) -> String {
    let output = output.split([' ', '}']).next().unwrap_or(output);
    let lines = script.lines().filter(|line| line.contains("GITHUB_OUTPUT"));
    let values = lines.filter_map(|line| {
        let (before, value) = line.split_once(&format!("{output}="))?;
        let is_whole = before.ends_with(['"', '\'', ' ']);
        is_whole.then(|| value.split(['"', '\'', '>']).next().unwrap_or(value).trim())
    });
    let mut names = Vec::new();
    for value in values {
        match variable(value) {
            Some((name, "")) => names.extend(assigned(script, name)),
            Some(_) | None => names.push(value),
        }
    }
    names.join(",")
}
