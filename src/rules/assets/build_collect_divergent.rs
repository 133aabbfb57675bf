//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
use crate::model::{BuildStep, Container, Deployment, Process, STATIC_ROOT};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "assets/build-collect-divergent",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/assets/build-collect-divergent.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    if deployment.surroundings.told.collects {
        return;
    }
    let services = deployment.services();
    if services.iter().any(|(_, _, container)| container.starts_collecting()) {
        return;
    }
    let mut said = Vec::new();
    for (_, process, container) in services {
        if !process.kind.is_web() || process.is_for_developers() {
            continue;
        }
        for step in container.build.iter().filter(|it| it.ran.is_manage("collectstatic")) {
            if !step.ran.optional && !said.contains(&step.place) {
                said.push(step.place);
                compare(process, container, step, out);
            }
        }
    }
}

fn compare(process: &Process, container: &Container, step: &BuildStep, out: &mut Findings) {
    let Some(django) = &step.django else { return };
    let in_build = process.under(django);
    let (build, run) = (in_build.fact(), process.fact());
    let collects: Fact<()> = step.ran.started.program.map(|_| ());
    if let (Some(into), Some(root)) = (build.get(STATIC_ROOT), run.get(STATIC_ROOT))
        && into.value != root.value
        && into.value.is_absolute()
        && root.value.is_absolute()
        && !container.image.as_ref().is_some_and(|it| it.may_carry(&into, &root.value))
    {
        let at = run.assigned(STATIC_ROOT).unwrap_or_else(|| root.map(|_| ()));
        out.report(
            process,
            "the build collects static files into another directory than the one in use",
            collects.label(format!("files are collected into `{into}` here")),
        )
        .also(at.label(format!("and looked for in `{root}` when it runs")))
        .through(run.outside(&root), "which is decided here")
        .because(&into)
        .because(&root)
        .help("give the build the same settings module and variables as the service");
        return;
    }
    let (Some(plain), Some(hashed)) = (build.keeps_names(), run.hashes_names()) else { return };
    out.report(
        process,
        "the build writes no manifest of static files, and the settings in use need one",
        collects.label("collects under settings that keep names as they are"),
    )
    .also(hashed.label("looks names up in a manifest, and answers 500 without"))
    .because(&plain)
    .help("give the build the same settings module and variables as the service");
}
