//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity, Subject};
use crate::model::{Container, Deployment, Process};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "assets/collect-failure-hidden",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/assets/collect-failure-hidden.md"),
};

const BUILT: &str = "the image is built";

fn check(deployment: &Deployment, out: &mut Findings) {
    let mut said = Vec::new();
    let contained = deployment.contained();
    let collected_later = collects_into_mount(deployment);
    for (process, container) in contained.iter().copied() {
        // What is collected again before the server starts, or the server does not, is not lost, whatever
        // else runs of the same image.
        let is_same = |other: &Container| other.dockerfile == container.dockerfile;
        let again = || {
            let mut same = contained.iter().filter(|(_, other)| is_same(other));
            collected_later || same.any(|(process, it)| collects_heeded(process, it))
        };
        let prepared = container.prepares("collectstatic");
        let built = container.build.iter();
        let built = built.filter(|it| it.ran.is_manage("collectstatic") && !again());
        let built = built.filter_map(|it| Some((&it.ran, it.fails_silently()?, BUILT)));
        let insists = container.insists_on("collectstatic");
        let started = prepared.into_iter().filter(|_| !insists).filter_map(|(number, step)| {
            let unheeded = container.starts_without(number).filter(|it| !it.tested)?;
            Some((step, unheeded, "the server starts"))
        });
        for (step, unheeded, what) in built.chain(started.filter(|_| process.kind.is_app())) {
            if said.contains(&step.place) {
                continue;
            }
            said.push(step.place);
            let collects = step.started.program.map(|_| ());
            // A script that goes on after one failure goes on after all; a build is another matter.
            let subject = match what {
                BUILT => Subject::Nothing,
                _ => process.into(),
            };
            let finding = out.report(
                subject,
                "nobody notices if static files can not be collected",
                collects.label(format!("{what} even if this fails")),
            );
            if let Some(answer) = &unheeded.answer {
                finding.also(answer.label("this takes the failure for a success"));
                // What fails unheard today stops the build or the start then.
                let cut = answer.written_at().map(|place| Edit::RemoveAnswer { place });
                finding.mend(Safety::Unsafe, "take out what hides it", cut);
            }
            finding.because(&process.declared).help(match unheeded.answer {
                Some(_) => "let it fail: take `||` and what is behind it away",
                None => "join the commands with `&&`, or begin the script with `set -e`",
            });
        }
    }
}

/// Whether a server does not start where its static files can not be collected before.
fn collects_heeded(process: &Process, container: &Container) -> bool {
    let mut prepared = container.prepares("collectstatic").into_iter();
    process.kind.is_app() && prepared.any(|(number, _)| container.starts_without(number).is_none())
}

/// Whether scripts or workflows that heed a failure collect into what is mounted over the image's
/// files, which are seen by nobody then.
fn collects_into_mount(deployment: &Deployment) -> bool {
    let mounts = |process: &Process| {
        let app = process.fact();
        let view = deployment.view(process.view);
        let dir = app.collects_into().and_then(|root| app.dir(view, &root));
        dir.is_some_and(|it| view.mount(&it.value.path).is_some())
    };
    deployment.surroundings.told.collects_heeded && deployment.webs().any(mounts)
}
