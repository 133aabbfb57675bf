//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::contents::{Baked, Expected, Holds};
use crate::model::{Deployment, Process};
use crate::rules::several::each;
use crate::rules::{Check, Rule};
use camino::Utf8Path;

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
    for (service, process, container) in deployment.begun() {
        // Images of one tree have one cause.
        let new = |it: &&Baked| !said.contains(&it.path.as_path());
        let mut baked: Vec<&Baked> = container.contents.baked.iter().filter(new).collect();
        said.extend(baked.iter().map(|it| it.path.as_path()));
        while let Some(first) = baked.first().copied() {
            // What one instruction brings in is kept out by one file.
            let is_like = |it: &Baked| {
                it.copy.evidence().place() == first.copy.evidence().place()
                    && (it.holds, why(it)) == (first.holds, why(first))
                    && it.taken_back == first.taken_back
            };
            let (alike, rest) = baked.into_iter().partition::<Vec<_>, _>(|it| is_like(it));
            let has_no_other = service.is_some_and(|it| it.env_files.is_empty());
            report(process, has_no_other, &alike, out);
            baked = rest;
        }
    }
}

fn why(baked: &Baked) -> Option<Expected> {
    baked.expected.as_ref().map(|it| it.value)
}

/// Files that one instruction copies. A service that is given no env file has its variables from the
/// copy alone.
fn report(process: &Process, has_no_other: bool, alike: &[&Baked], out: &mut Findings) {
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
    if first.expected.is_some() {
        finding.at_most(Severity::Warning);
    }
    for expected in alike.iter().filter_map(|it| it.expected.as_ref()) {
        match expected.value {
            Expected::ByService => {
                finding.also(expected.label("is there when the service starts"));
            }
            Expected::BySettings => {
                finding.also(expected.label("the settings load it from there"));
            }
            Expected::ByIgnoreFile => {
                finding.also(expected.label("takes back what git leaves to each machine"));
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
    let has_no_other = has_no_other && first.expected.is_none();
    finding.because(&process.declared).help(match first.holds {
        Holds::Variables if has_no_other => {
            format!("{cure}, and have `env_file` of the service give its variables")
        }
        Holds::PrivateKey => format!("{cure}, and mount it into the container"),
        Holds::Variables | Holds::Rows => cure,
    });
}
