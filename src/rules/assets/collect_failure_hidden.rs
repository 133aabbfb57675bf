//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity, Subject};
use crate::model::command::Step;
use crate::model::{Container, Deployment, Process, Unheeded};
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

fn check(deployment: &Deployment, out: &mut Findings) {
    let mut hidden = Vec::new();
    let contained = deployment.contained();
    let collected_later = collects_into_mount(deployment);
    for (process, container) in contained.iter().copied() {
        // What is collected again before the server starts, or the server does not, is not lost, whatever
        // else runs of the same image.
        let is_same = |other: &Container| other.dockerfile == container.dockerfile;
        let mut same = contained.iter().filter(|(_, other)| is_same(other));
        if collected_later || same.any(|(process, _)| collects_heeded(process)) {
            continue;
        }
        for step in container.build.iter().filter(|it| it.ran.is_manage("collectstatic")) {
            if let Some(unheeded) = step.fails_silently() {
                hidden.push(Hidden { process, step: &step.ran, unheeded, built: true });
            }
        }
    }
    for process in deployment.processes.iter().filter(|it| it.kind.is_app()) {
        let way = process.way();
        if way.insists_on("collectstatic") {
            continue;
        }
        for (number, step) in way.prepares("collectstatic") {
            if let Some(unheeded) = way.goes_on_without(number).filter(|it| !it.tested) {
                hidden.push(Hidden { process, step, unheeded, built: false });
            }
        }
    }
    let mut said = Vec::new();
    for it in hidden {
        if !said.contains(&it.step.place) {
            said.push(it.step.place);
            it.report(out);
        }
    }
}

/// A failure to collect that nothing answers to.
struct Hidden<'a> {
    process: &'a Process,
    step: &'a Step,
    unheeded: Unheeded,
    /// While the image is built, and not where the process starts.
    built: bool,
}

impl Hidden<'_> {
    fn report(&self, out: &mut Findings) {
        let Self { process, step, unheeded, built } = self;
        let collects = step.started.program.map(|_| ());
        // A script that goes on after one failure goes on after all; a build is another matter.
        let (subject, what) = match built {
            true => (Subject::Nothing, "the image is built"),
            false => ((*process).into(), "the server starts"),
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

/// Whether a server does not start where its static files can not be collected before.
fn collects_heeded(process: &Process) -> bool {
    let way = process.way();
    let mut prepared = way.prepares("collectstatic");
    process.kind.is_app() && prepared.any(|(number, _)| way.goes_on_without(number).is_none())
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
