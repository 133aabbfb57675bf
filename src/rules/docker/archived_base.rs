//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
use crate::model::Deployment;
use crate::model::image::{Does, Image, Layer, Reference};
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

/// The releases of Debian that deb.debian.org has no more (debian.org/distrib/archive), by name and
/// number.
const ARCHIVED: &[(&str, &str)] =
    &[("wheezy", "7"), ("jessie", "8"), ("stretch", "9"), ("buster", "10")];

/// The series of Python whose last images are built on one of them, as their tags leave it open (tags
/// of Docker Hub's `python`, each with what its last push was built on).
const LAST_PYTHONS: &[(&str, &str)] =
    &[("2.7", "buster"), ("3.3", "jessie"), ("3.4", "stretch"), ("3.5", "buster")];

fn check(deployment: &Deployment, out: &mut Findings) {
    let mut said = Vec::new();
    for (process, container) in deployment.contained() {
        let Some(image) = &container.image else { continue };
        let mut updates = updates(image);
        updates.retain(|(step, _)| !said.contains(&step.written_at()));
        said.extend(updates.iter().map(|(step, _)| step.written_at()));
        let Some(((step, base), more)) = updates.split_first() else { continue };
        let built_on = |base: &Fact<Release>| {
            base.label(format!("is built on Debian {}, \"{}\"", base.value.1, base.value.0))
        };
        let finding = out.report(
            process,
            format!("the image cannot be built: Debian {} has left deb.debian.org", base.value.1),
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
        finding.because(&process.declared).help("take an image on a later Debian");
    }
}

/// A release of Debian, by its name and its number.
type Release = (&'static str, &'static str);

/// The first step on each base that looks for packages where there are none.
fn updates(image: &Image) -> Vec<(Fact<()>, Fact<Release>)> {
    let update = |layers: &[&Layer]| {
        // Whoever says where packages are may name the archive.
        let mut open = layers.iter().take_while(|it| !may_say_where(it));
        let step = open.find(|layer| match &layer.does {
            Does::Run(run) => is_update(&run.form.text()),
            _ => false,
        })?;
        Some(Fact::at((), step.place))
    };
    let mut found: Vec<(Fact<()>, Fact<Release>)> = Vec::new();
    for (base, layers) in image.built() {
        let release = base.fact().try_map(|it| release(&Reference::parse(it)?));
        let Some((step, release)) = update(&layers).zip(release) else { continue };
        // What is built on a stage has its steps as well.
        if found.iter().all(|(it, _)| it.written_at() != step.written_at()) {
            found.push((step, release));
        }
    }
    found
}

/// Whether a step may change where packages come from.
fn may_say_where(layer: &Layer) -> bool {
    match &layer.does {
        Does::Run(run) => {
            let text = run.form.text();
            ["archive.debian.org", "sources.list", "apt.conf", "/etc/apt"]
                .iter()
                .any(|it| text.contains(it))
        }
        Does::Copy(copy) => {
            copy.destination.as_ref().is_none_or(|it| it.value.starts_with("/etc/apt"))
        }
        _ => false,
    }
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

/// The release that one of Docker's own images is built on, if it is archived.
fn release(image: &Reference) -> Option<Release> {
    let name = image.on_hub().filter(|name| !name.contains('/'))?;
    let tag = image.tag.as_deref()?;
    let mut parts = tag.split('-');
    let named = |name: &str| ARCHIVED.iter().find(|it| it.0 == name).copied();
    if let Some(release) = tag.split('-').find_map(named) {
        return Some(release);
    }
    let version = parts.next()?;
    let is_plain = parts.all(|it| it == "slim");
    let by_number = |of: &Release| {
        version == of.1 || version.strip_prefix(of.1).is_some_and(|it| it.starts_with('.'))
    };
    match name {
        "debian" if is_plain => ARCHIVED.iter().find(|it| by_number(it)).copied(),
        "python" if is_plain => {
            LAST_PYTHONS.iter().find(|it| it.0 == version).and_then(|it| named(it.1))
        }
        _ => None,
    }
}
