//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
use crate::model::image::{Image, System};
use crate::model::{BuildStep, Deployment};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "docker/package-manager-missing",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/docker/package-manager-missing.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let mut said = Vec::new();
    for (process, container) in deployment.contained() {
        let Some(image) = &container.image else { continue };
        let Some((step, base, lacks, has)) = lacking(image, &container.build) else { continue };
        let place = step.written_at();
        if said.contains(&place) {
            continue;
        }
        said.push(place);
        out.report(
            process,
            format!("the image cannot be built: its base has `{has}`, and no `{lacks}`"),
            step.label(format!("`{lacks}` is not found")),
        )
        .also(base.label(format!("brings `{has}`")))
        .because(&process.declared)
        .help(format!("install with `{has}`, or take another base"));
    }
}

/// The first step that calls the package manager of another system than the base is.
fn lacking(
    image: &Image,
    build: &[BuildStep],
) -> Option<(Fact<()>, Fact<()>, &'static str, &'static str)> {
    let flavour = image.stock()?;
    let (lacks, has) = match flavour.value.system? {
        System::Alpine => (&["apt-get", "apt"][..], "apk"),
        System::Debian | System::DebianFull => (&["apk"][..], "apt-get"),
        System::Bare => return None,
    };
    image.layers().into_iter().find_map(|layer| {
        // Whoever asks first, or tries another one then, is prepared.
        let mut run = build.iter().filter(|it| it.place == layer.place && it.is_needed());
        let called =
            run.find_map(|it| lacks.iter().find(|lacks| **lacks == it.ran.program_name()))?;
        Some((Fact::at((), layer.place), flavour.map(|_| ()), *called, has))
    })
}
