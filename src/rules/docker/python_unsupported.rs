//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::version::Range;
use crate::fact::{Certainty, Fact, Label};
use crate::model::image::debian::{OnDebian, brings_no_compiler};
use crate::model::image::{Image, PythonImage};
use crate::model::project::Requirements;
use crate::model::project::wheels::{DJANGO, WHEELS, WITHOUT_CGI};
use crate::model::{BuildStep, Deployment, Process};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "docker/python-unsupported",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/docker/python-unsupported.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let mut said = Vec::new();
    for (process, container) in deployment.contained() {
        let (Some(image), Some(django)) = (&container.image, &process.django) else { continue };
        let Some(python) = container.python_of_base(&django.requirements) else { continue };
        // Markers go by the interpreter that pip runs on.
        let requirements = &django.requirements.under(&python.value.versions());
        if said.contains(&python.written_at()) {
            continue;
        }
        said.push(python.written_at());
        if refused(process, &python, requirements, out) {
            continue;
        }
        unbuilt(process, image, &container.build, requirements, out);
        broken(process, &python, requirements, out);
    }
}

fn has(python: &Fact<PythonImage>, more: &str) -> Label {
    let later = if python.value.is_newest { " or later" } else { "" };
    python.label(format!("has Python 3.{}{later}{more}", python.value.minor))
}

/// Django says itself which Python it takes at least.
fn refused(
    process: &Process,
    python: &Fact<PythonImage>,
    requirements: &Requirements,
    out: &mut Findings,
) -> bool {
    let Some(django) = surely_of("django", requirements) else { return false };
    let takes = DJANGO.iter().find(|(first, _)| django.value.at_least(*first) == Some(true));
    let Some(&(_, least)) = takes.filter(|(_, least)| *least > python.value.minor) else {
        return false;
    };
    out.report(
        process,
        format!(
            "the image cannot be built: this Django does not take Python 3.{}",
            python.value.minor
        ),
        django.label(format!("needs Python 3.{least}")),
    )
    .also(has(python, ""))
    .because(&process.declared)
    .help(format!("take `python:3.{least}` or a later one"));
    true
}

/// What pip finds no wheel of it has to build, and a slim image has nothing to do so.
fn unbuilt(
    process: &Process,
    image: &Image,
    build: &[BuildStep],
    requirements: &Requirements,
    out: &mut Findings,
) {
    if requirements.names_an_index() {
        return;
    }
    for stage in image.on_debian() {
        let Some(python) = stage.python.filter(|it| it.is_slim) else { continue };
        if stage.may_have_an_index() || !installs_without_compiler(&stage, build) {
            continue;
        }
        let lacking: Vec<_> = WHEELS
            .iter()
            .filter_map(|wheels| {
                let listed = surely_of(wheels.name, requirements)?;
                let first = wheels.missing(python.minor, &listed.value)?;
                Some((wheels.name, listed.map(|_| ()), first))
            })
            .collect();
        let Some(((name, listed, first), more)) = lacking.split_first() else { continue };
        let minor = python.minor;
        let finding = out.report(
            process,
            format!("the image cannot be built: no wheel of this `{name}` is for Python 3.{minor}"),
            listed.label(format!("{first} is the first that has one")),
        );
        for (name, listed, first) in more {
            finding.also(listed.label(format!("nor of this: `{name}` {first} is the first")));
        }
        let python = stage.release.map(|_| python);
        finding.also(has(&python, ", and no compiler")).because(&process.declared).help(format!(
            "require `{name}` {first} or later, or take an image of an earlier Python"
        ));
        return;
    }
}

/// The versions of a distribution, unless a marker that nobody can decide has a say.
fn surely_of(name: &str, requirements: &Requirements) -> Option<Fact<Range>> {
    requirements.of(name).filter(|_| !requirements.is_conditional(name))
}

/// Whether a list is installed before anything that may bring a compiler.
fn installs_without_compiler(stage: &OnDebian<'_>, build: &[BuildStep]) -> bool {
    for step in stage.steps(build) {
        let installed = step.installs().unwrap_or_default();
        if !installed.iter().all(|it| brings_no_compiler(&it.value)) {
            return false;
        }
        if step.is_needed() && step.takes_a_list() {
            return true;
        }
    }
    false
}

/// Old Django imports what Python has no more.
fn broken(
    process: &Process,
    python: &Fact<PythonImage>,
    requirements: &Requirements,
    out: &mut Findings,
) {
    let (first, without) = WITHOUT_CGI;
    let Some(django) = surely_of("django", requirements) else { return };
    // It brings the module back, by itself or because another needs it.
    let shim = requirements.has("legacy-cgi");
    let has_shim = shim.as_ref().is_some_and(|it| it.value);
    if python.value.minor < without || django.value.at_least(first) != Some(false) || has_shim {
        return;
    }
    let django = match shim {
        Some(_) => django,
        None => {
            django.doubt(Certainty::Likely, "something that is not known may bring `legacy-cgi`")
        }
    };
    out.report(
        process,
        format!("nothing starts: this Django imports `cgi`, which Python 3.{without} left out"),
        django.label("imports `cgi`"),
    )
    .also(has(python, ""))
    .because(&django)
    .because(&process.declared)
    .help("require Django 4.2 or later, or take an image of an earlier Python");
}
