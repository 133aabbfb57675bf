//! Deployments that begin with `down --volumes`, and so delete what the one before has kept.
//!
//! Whoever tests a project does the same with a stack of the test's own. What counts is run on the
//! server: by a workflow's step over ssh, by a script that fetches what is new or is called so, or by a
//! Makefile's recipe on files that are called so.

use crate::fact::Fact;
use crate::model::build::delivered;
use crate::model::build::told::recipe_at;
use crate::model::compose::Invocation;
use crate::model::{Files, Kind, Read};
use crate::source::Span;
use crate::syntax::Parsed;
use crate::syntax::yaml::Node;
use camino::Utf8Path;

/// What a script or a target is called that somebody starts to begin anew, or on a machine of their own.
const ON_PURPOSE: &[&str] =
    &["clean", "destroy", "dev", "down", "fresh", "init", "local", "reset", "setup", "test"];

/// What a script is called that runs the site itself.
const FOR_THE_SITE: &[&str] = &["deploy", "live", "prod", "production"];

/// The option by which a file of commands deletes the volumes of a project, whose calls these are,
/// before it brings the project up again.
pub(super) fn dropping(read: Read<'_>, calls: &[&Fact<Invocation>]) -> Option<Fact<()>> {
    calls.iter().enumerate().find_map(|(at, call)| {
        let flag = call.value.volumes_too?;
        let place = call.evidence().place()?;
        let whole = deploying(read, place.span).or_else(|| by_recipe(read, call))?;
        let is_there = |it: &&&Fact<Invocation>| {
            it.evidence().place().is_some_and(|place| whole.contains(place.span))
        };
        let mut behind = calls[at + 1..].iter().filter(is_there);
        let comes_back =
            behind.any(|it| matches!(it.value.subcommand.as_deref(), Some("up" | "create")));
        (comes_back && is_run(read.text, whole, place.span)).then(|| Fact::at((), flag))
    })
}

/// Whether a call is run whenever the commands around it are: no comment, no message, and on no
/// condition.
fn is_run(text: &str, whole: Span, call: Span) -> bool {
    let before = &text[whole.start as usize..call.start as usize];
    let line = before.rsplit('\n').next().unwrap_or_default();
    let mut words = line.split_whitespace();
    let asks = words.any(|it| it.starts_with('#') || matches!(it, "echo" | "if" | "printf" | "||"));
    let depth = before.lines().map(str::trim).fold(0_i32, |depth, line| {
        match line.split([' ', ';']).next().unwrap_or_default() {
            "if" | "case" | "for" | "while" | "until" => depth + 1,
            "fi" | "esac" | "done" | "}" => depth - 1,
            _ if line.ends_with('{') => depth + 1,
            _ => depth,
        }
    });
    !asks && depth <= 0
}

/// The commands around a call, if they deploy what a push brings.
pub(super) fn deploying(read: Read<'_>, call: Span) -> Option<Span> {
    if let Parsed::Workflow(file) = read.parsed {
        let root = file.documents.first().filter(|root| is_pushed_to(root))?;
        let jobs = root.get("jobs").map(Node::pairs).unwrap_or_default();
        return jobs.iter().find_map(|job| on_server(&job.value, read.text, call));
    }
    let name = read.path.file_name().unwrap_or_default();
    let fetches = ["git pull", "git fetch", "git reset --hard"];
    let is_for_the_site = is_called(name, FOR_THE_SITE) || fetches.iter().any(|it| read.has(it));
    let deploys =
        matches!(read.parsed, Parsed::Shell(_)) && !is_called(name, ON_PURPOSE) && is_for_the_site;
    deploys.then(|| Span::new(0, read.text.len()))
}

/// The recipe of a Makefile around a call of files for production, unless its target is called as what
/// somebody asks for to begin anew.
fn by_recipe(read: Read<'_>, call: &Fact<Invocation>) -> Option<Span> {
    let at = call.evidence().place()?.span.start as usize;
    if read.parsed.kind() != Kind::Makefile
        || !call.value.files.iter().any(|it| is_called(it, FOR_THE_SITE))
    {
        return None;
    }
    let recipe = recipe_at(read.text, at);
    let target = read.text[recipe.clone()].split(':').next()?;
    (!is_called(target, ON_PURPOSE)).then(|| Span::new(recipe.start, recipe.end))
}

/// Whether a name has one of these words: `start_production.sh`.
fn is_called(name: &str, words: &[&str]) -> bool {
    let name = name.to_ascii_lowercase();
    name.split(|it: char| !it.is_alphanumeric()).any(|it| words.contains(&it))
}

/// Whether a workflow that deploys what a push brings runs a script of the tree on the server, or
/// something else that delivers the tree there.
pub(super) fn runs_on_server(files: &Files, script: &Utf8Path) -> bool {
    let Some(name) = script.file_name() else { return false };
    if delivered::is_hook(files, script) || delivered::is_run_by_pipeline(files, script) {
        return true;
    }
    files.of(Kind::Workflow).into_iter().any(|workflow| {
        let mut calls = delivered::calls(workflow.text, name);
        calls.any(|at| deploying(workflow, Span::new(at, at + name.len())).is_some())
    })
}

/// Whether a workflow runs by itself when something is pushed or released: one that somebody starts
/// may be there to begin anew.
pub(super) fn is_pushed_to(root: &Node) -> bool {
    let by_itself =
        |name: &str| matches!(name, "push" | "release" | "workflow_run" | "workflow_call");
    let Some(on) = root.get("on") else { return false };
    let mut names = on.text().into_iter().chain(on.items().iter().filter_map(Node::text));
    names.any(by_itself) || on.pairs().iter().any(|it| it.key.text().is_some_and(by_itself))
}

/// What a step of a workflow hands to a server by an action for ssh.
pub(super) fn script_for_server(step: &Node) -> Option<&Node> {
    let uses_ssh = step.get("uses").and_then(Node::text).is_some_and(|it| it.contains("ssh"));
    step.get("with")?.get("script").filter(|_| uses_ssh)
}

/// The commands of a job's step that hold a call, if the server runs them.
fn on_server(job: &Node, text: &str, call: Span) -> Option<Span> {
    let steps = job.get("steps").map(Node::items).unwrap_or_default();
    steps.iter().find_map(|step| {
        let script = script_for_server(step);
        let holds = |node: &&Node| node.place.span.contains(call);
        let span = |node: &Node| node.place.span;
        script.filter(holds).map(span).or_else(|| {
            let run = step.get("run").filter(holds).map(span)?;
            let before = &text[run.start as usize..call.start as usize];
            before.contains("ssh ").then_some(run)
        })
    })
}
