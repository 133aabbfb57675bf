//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::fact::Fact;
use crate::model::{Asked, BuildStep, Deployment, Django};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "docker/build-env-missing",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/docker/build-env-missing.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let mut said = Vec::new();
    for (_, process, container) in deployment.services() {
        for step in &container.build {
            let Some(django) = &step.django else { continue };
            let mut needed: Vec<&Asked> = django.missing.iter().map(|it| &it.read).collect();
            let root = rootless(step, django).filter(|_| needed.is_empty());
            needed.extend(root);
            let Some(first) = needed.first() else { continue };
            if step.ran.optional || step.fails_silently().is_some() || said.contains(&step.place) {
                continue;
            }
            said.push(step.place);
            let name = &first.name;
            let read = first.statement.or(first.place);
            let finding = out.report(
                process,
                format!("the image can not be built: its settings need `{name}`"),
                step.ran
                    .started
                    .program
                    .label(format!("runs in the build, where nothing gives `{name}`")),
            );
            if let Some(read) = read {
                finding.also(Fact::at((), read).label(format!("`{name}` is read here")));
            }
            finding.because(&django.module).because(&process.declared);
            if root.is_some() {
                finding.help(format!("set `{name}` with `ENV`, to the folder to collect into"));
                continue;
            }
            finding.help(format!("write `{name}=unused` before the command, for this one step"));
            let names: Vec<String> =
                needed.iter().map(|it| format!("{}=unused", it.name)).collect();
            let edit = step.supply(&names.join(" "));
            finding.mend(Safety::Unsafe, format!("give it a `{name}`"), edit);
        }
    }
}

/// The variable that names the folder to collect static files into, where none is there:
/// `StaticFilesStorage` stops for want of one.
fn rootless<'s>(step: &BuildStep, django: &'s Django) -> Option<&'s Asked> {
    let settings = django.evaluation.namespace()?;
    let elsewhere = ["STORAGES", "STATICFILES_STORAGE"];
    let is_local = elsewhere.iter().all(|it| settings.named(it).is_none());
    let (_, read) = django.left_empty("STATIC_ROOT").filter(|_| is_local)?;
    step.ran.is_manage("collectstatic").then_some(read)
}
