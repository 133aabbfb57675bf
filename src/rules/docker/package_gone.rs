//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::fact::Fact;
use crate::model::image::debian::{Debian, Package};
use crate::model::{Container, Deployment};
use crate::rules::docker::built_on;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "docker/package-gone",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/docker/package-gone.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let mut said = Vec::new();
    for (process, container) in deployment.contained() {
        let mut missing = missing(container);
        missing.retain(|it| !said.contains(&it.word.written_at()));
        said.extend(missing.iter().map(|it| it.word.written_at()));
        let Some((first, more)) = missing.split_first() else { continue };
        let number = first.release.value.number();
        let finding = out.report(
            process,
            format!(
                "the image cannot be built: Debian {number} has no package `{}`",
                first.package.name
            ),
            first.word.label("apt finds nothing to install by this name"),
        );
        finding.also(built_on(&first.release));
        for it in more {
            finding.also(it.word.label(match it.package.instead {
                Some(instead) => format!("nor by this: take `{instead}`"),
                None => "nor by this".to_owned(),
            }));
            if it.release.written_at() != first.release.written_at() {
                finding.also(built_on(&it.release));
            }
        }
        finding.because(&process.declared).help(match first.package.instead {
            Some(instead) => format!("install `{instead}`"),
            None => "do without it, or take an image on a release that has it".to_owned(),
        });
        if let (Some(instead), []) = (first.package.instead, more) {
            finding.replace(&first.word, instead, Safety::Unsafe);
        }
    }
}

/// A word of `apt-get install` that ends the build.
struct Missing {
    word: Fact<String>,
    package: &'static Package,
    release: Fact<Debian>,
}

fn missing(container: &Container) -> Vec<Missing> {
    let Some(image) = &container.image else { return Vec::new() };
    let mut found: Vec<Missing> = Vec::new();
    for stage in image.on_debian() {
        for step in stage.steps(&container.build).filter(|it| it.is_needed()) {
            for word in step.installs().unwrap_or_default() {
                let Some(package) = Package::missing(&word.value, stage.release.value) else {
                    continue;
                };
                // What is built on a stage has its steps as well.
                if found.iter().all(|it| it.word.written_at() != word.written_at()) {
                    let (word, release) = (word.clone(), stage.release.clone());
                    found.push(Missing { word, package, release });
                }
            }
        }
    }
    found
}
