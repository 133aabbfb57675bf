//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::fact::Fact;
use crate::model::Deployment;
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
            let Some(missing) = django.missing.first() else { continue };
            if step.ran.optional || step.fails_silently().is_some() || said.contains(&step.place) {
                continue;
            }
            said.push(step.place);
            let name = &missing.read.name;
            let read = missing.read.statement.or(missing.read.place);
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
            finding
                .because(&django.module)
                .because(&process.declared)
                .help(format!("write `{name}=unused` before the command, for this one step"));
            // A wrapper in front of the program would take it for one of its words.
            let first = step
                .ran
                .started
                .program
                .written_at()
                .filter(|it| it.span.start == step.ran.place.span.start);
            let names = django.missing.iter().map(|it| format!("{}=unused ", it.read.name));
            let edit = first.map(|place| Edit::ahead(place, names.collect::<String>()));
            finding.mend(Safety::Unsafe, format!("give it a `{name}`"), edit);
        }
    }
}
