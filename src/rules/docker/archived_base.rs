//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
use crate::model::Deployment;
use crate::model::image::debian::Debian;
use crate::model::image::{Does, Image};
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
        let mut updates = updates(image);
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
fn updates(image: &Image) -> Vec<(Fact<()>, Fact<Debian>)> {
    let mut found: Vec<(Fact<()>, Fact<Debian>)> = Vec::new();
    for stage in image.on_debian().into_iter().filter(|it| it.release.value.is_archived()) {
        let mut layers = stage.layers.iter();
        let step = layers.find(|layer| match &layer.does {
            Does::Run(run) => is_update(&run.form.text()),
            _ => false,
        });
        let Some(step) = step.map(|it| Fact::at((), it.place)) else { continue };
        // What is built on a stage has its steps as well.
        if found.iter().all(|(it, _)| it.written_at() != step.written_at()) {
            found.push((step, stage.release));
        }
    }
    found
}

/// Whether a step stops where a release has no packages.
fn is_update(text: &str) -> bool {
    let is_let_go = text.contains("||") || text.trim_start().starts_with("if ");
    !is_let_go
        && text.split("&&").any(|command| {
            let mut words = command.split_whitespace().skip_while(|it| it.contains('='));
            words.next().is_some_and(|it| matches!(it, "apt-get" | "apt"))
                && words.find(|it| !it.starts_with('-')) == Some("update")
        })
}
