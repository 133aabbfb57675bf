//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::Deployment;
use crate::model::contents::Unrunnable;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "docker/entrypoint-not-executable",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/docker/entrypoint-not-executable.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let mut said = Vec::new();
    for (_, process, container) in deployment.services() {
        let Some(unrunnable) = &container.contents.unrunnable else { continue };
        let place = unrunnable.evidence().place();
        if said.contains(&place) {
            continue;
        }
        said.push(place);
        let (label, help) = match &unrunnable.value {
            Unrunnable::Mode(path) => (
                format!("`{path}` is not executable, and no step makes it so"),
                format!("run `git update-index --chmod=+x {path}`, or copy it with `--chmod=755`"),
            ),
            Unrunnable::MountedMode(path) => (
                format!("`{path}` is not executable, and is mounted over what the image has"),
                format!("run `git update-index --chmod=+x {path}`"),
            ),
            Unrunnable::LineEnds(path) => (
                format!("the lines of `{path}` end with a carriage return"),
                format!("write `{path}` with the line ends of Unix"),
            ),
            Unrunnable::Absent(at, named) => (
                format!("the image has no `{at}`"),
                match named {
                    Some(path) => {
                        format!("have a `COPY` put `{path}` there, or start it where it is")
                    }
                    None => "copy the script into the image, or start another".to_owned(),
                },
            ),
            Unrunnable::NoInterpreter(path, program) => (
                format!("`{path}` asks for `{program}` in its first line, and the image has none"),
                "begin it with `#!/bin/sh`, or install what it names".to_owned(),
            ),
        };
        out.report(
            process,
            format!("the container of `{}` can not start its script", process.name),
            unrunnable.label(label),
        )
        .because(&process.declared)
        .help(help);
    }
}
