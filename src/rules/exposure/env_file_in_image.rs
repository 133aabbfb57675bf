//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::contents::{Baked, Expected, Holds};
use crate::model::{Answered, Asked, Container, Deployment, Process};
use crate::rules::several::each;
use crate::rules::{Check, Rule};
use camino::Utf8Path;
use std::collections::BTreeSet;

pub(super) static RULE: Rule = Rule {
    id: "exposure/env-file-in-image",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &["docker/no-dockerignore"],
    security: Some("7.5"),
    check: Check::Deployment(check),
    page: include_str!("../../../rules/exposure/env-file-in-image.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let mut said: Vec<&Utf8Path> = Vec::new();
    for (_, process, container) in deployment.begun() {
        // Images of one tree have one cause.
        let new = |it: &&Baked| !said.contains(&it.path.as_path());
        let mut baked: Vec<&Baked> = container.contents.baked.iter().filter(new).collect();
        said.extend(baked.iter().map(|it| it.path.as_path()));
        let read = read_by_build(container);
        while let Some(first) = baked.first().copied() {
            // What one instruction brings in is kept out by one file.
            let is_like = |it: &Baked| {
                it.copy.evidence().place() == first.copy.evidence().place()
                    && (it.holds, why(it)) == (first.holds, why(first))
                    && it.taken_back == first.taken_back
            };
            let (alike, rest) = baked.into_iter().partition::<Vec<_>, _>(|it| is_like(it));
            let left = Left { service: left_without(deployment, first), read: read.clone() };
            report(process, &left, &alike, out);
            baked = rest;
        }
    }
}

fn why(baked: &Baked) -> Option<Expected> {
    baked.expected.as_ref().map(|it| it.value)
}

/// A service that is given no env file, and has its variables from the copy in its image alone.
fn left_without<'d>(deployment: &'d Deployment, baked: &Baked) -> Option<&'d str> {
    let services = deployment.services().into_iter();
    let mut without = services.filter(|(service, process, container)| {
        let view = deployment.view(process.view);
        process.kind.is_app()
            && service.env_files.is_empty()
            && container.contents.baked.iter().any(|it| it.path == baked.path)
            && !view.mounts.iter().any(|it| it.value.at == baked.path)
    });
    without.next().map(|(_, process, _)| process.name.as_str())
}

/// What lacks its variables without the file in the image.
struct Left<'d> {
    service: Option<&'d str>,
    /// The variables that a step of the build stops without.
    read: Option<String>,
}

/// The variables that settings demand in a step of the build, where no instruction of the image gives them.
fn read_by_build(container: &Container) -> Option<String> {
    let steps = container.build.iter().filter(|it| !it.ran.optional);
    let reads = steps.flat_map(|step| {
        let reads = step.django.iter().flat_map(|it| &it.evaluation.reads);
        let given = |it: &Asked| match &it.answer {
            Answered::Set(evidence) => {
                evidence.place().is_some_and(|at| at.file == step.place.file)
            }
            Answered::Loaded(_) | Answered::Absent | Answered::Unknown(_) => false,
        };
        reads.filter(move |it| it.required && !given(it))
    });
    let names: BTreeSet<&str> = reads.map(|it| it.name.as_str()).collect();
    let first = names.first()?;
    Some(match names.len() - 1 {
        0 => format!("a `{first}`"),
        1 => format!("a `{first}` and one more variable"),
        more => format!("a `{first}` and {more} more variables"),
    })
}

/// Files that one instruction copies.
fn report(process: &Process, left: &Left<'_>, alike: &[&Baked], out: &mut Findings) {
    let Some(first) = alike.first() else { return };
    let named = match alike.len() - 1 {
        0 => format!("`{}`", first.path),
        1 => format!("`{}` and one other", first.path),
        more => format!("`{}` and {more} others", first.path),
    };
    let one = alike.len() == 1;
    let become_ = if one { "becomes" } else { "become" };
    let message = match (first.expected.is_some(), first.holds) {
        (true, _) => format!("{named} {become_} part of each image that is built beside it"),
        (false, Holds::Variables) => {
            let its = if one { "its" } else { "their" };
            format!("{named} with {its} secrets {become_} part of the image")
        }
        (false, Holds::Rows) => format!("the database {named} {become_} part of the image"),
        (false, Holds::PrivateKey) => {
            format!("the private key {named} {become_} part of the image")
        }
    };
    let finding = out.report(process, message, first.copy.label("copies it"));
    match why(first) {
        None => {}
        Some(Expected::ByIgnoreFileAlone) => _ = finding.at_most(Severity::Advice),
        Some(_) => _ = finding.at_most(Severity::Warning),
    }
    for expected in alike.iter().filter_map(|it| it.expected.as_ref()) {
        match expected.value {
            Expected::ByService => {
                finding.also(expected.label("is there when the service starts"));
            }
            Expected::BySettings => {
                finding.also(expected.label("the settings load it from there"));
            }
            Expected::ByIgnoreFile | Expected::ByIgnoreFileAlone => {
                finding.also(expected.label("takes back what git leaves to each machine"));
            }
            Expected::ByExample => {
                finding.also(expected.label("the example for it asks for this"));
            }
            // What it names is there when it runs.
            Expected::ByInstruction => {}
        }
    }
    let below: Vec<String> = alike.iter().map(|it| format!("`{}`", it.below)).collect();
    let cure = match &first.taken_back {
        _ if alike.iter().any(|it| it.is_named) => "take it out of the instruction".to_owned(),
        Some(line) => format!("take `{line}` out of `.dockerignore`"),
        None => format!("name {} in `.dockerignore`", each(&below)),
    };
    finding.because(&process.declared).help(match (first.holds, left.service, &left.read) {
        (Holds::Variables, Some(name), None) => {
            format!("{cure}, and have `env_file` of `{name}` give its variables")
        }
        (Holds::Variables, Some(name), Some(read)) => {
            format!("{cure}; then `{name}` needs an `env_file`, and the build {read}")
        }
        (Holds::Variables, None, Some(read)) => {
            format!("{cure}, and give the build {read}: it stops without")
        }
        (Holds::PrivateKey, ..) => format!("{cure}, and mount it into the container"),
        (Holds::Variables, None, None) | (Holds::Rows, ..) => cure,
    });
}
