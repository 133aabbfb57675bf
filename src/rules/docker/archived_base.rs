//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
use crate::model::image::Image;
use crate::model::image::debian::Debian;
use crate::model::{BuildStep, Deployment};
use crate::rules::docker::built_on;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "docker/archived-base",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/docker/archived-base.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let mut said = Vec::new();
    for (process, container) in deployment.contained() {
        let Some(image) = &container.image else { continue };
        let mut updates = updates(image, &container.build);
        updates.retain(|(step, _)| !said.contains(&step.written_at()));
        said.extend(updates.iter().map(|(step, _)| step.written_at()));
        let Some(((step, base), more)) = updates.split_first() else { continue };
        let number = base.value.number();
        let finding = out.report(
            process,
            format!("the image cannot be built: Debian {number} has left deb.debian.org"),
            step.label("finds no packages there any more"),
        );
        finding.also(built_on(base));
        for (step, base) in more {
            finding.also(step.label("nor does this"));
            // Stages that are named after one variable have it from one line.
            if updates
                .iter()
                .all(|(_, it)| std::ptr::eq(it, base) || it.written_at() != base.written_at())
            {
                finding.also(built_on(base));
            }
        }
        // Whatever is not known of how it starts, it is built before.
        if !container.begins_unseen {
            finding.because(&process.declared);
        }
        finding.help("take an image on a later Debian");
    }
}

/// The first step on each base that looks for packages where there are none.
fn updates(image: &Image, build: &[BuildStep]) -> Vec<(Fact<()>, Fact<Debian>)> {
    let mut found: Vec<(Fact<()>, Fact<Debian>)> = Vec::new();
    for stage in image.on_debian().into_iter().filter(|it| it.release.value.is_archived()) {
        let step = stage.first_update(build).map(|it| Fact::at((), it.place));
        let Some(step) = step else { continue };
        // What is built on a stage has its steps as well.
        if found.iter().all(|(it, _)| it.written_at() != step.written_at()) {
            found.push((step, stage.release));
        }
    }
    found
}
