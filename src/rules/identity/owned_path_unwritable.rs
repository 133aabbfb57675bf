//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::model::{Deployment, Keeps, Process};
use crate::rules::{Check, Rule};
use std::collections::BTreeSet;

pub(super) static RULE: Rule = Rule {
    id: "identity/owned-path-unwritable",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/identity/owned-path-unwritable.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    // What several of one image write to is one folder to make, and requests come first.
    let mut told = BTreeSet::new();
    let apps = deployment.processes.iter().filter(|process| process.kind.is_app());
    let mut apps: Vec<&Process> = apps.collect();
    apps.sort_by_key(|process| !process.kind.is_web());
    for process in apps {
        let Some(user) = &process.user else { continue };
        let collected = deployment.collected_at_start(process);
        for written in process.fact().written_paths().into_iter().chain(collected) {
            // Where nothing takes uploads, nothing is written there; and requests bring them.
            let is_for_uploads = written.what == "MEDIA_ROOT";
            let takes_uploads =
                || process.kind.is_web() && deployment.surroundings.has_fields_for_uploads();
            if is_for_uploads && !takes_uploads() {
                continue;
            }
            let Some(closed) = deployment.closed_to(process, &written) else { continue };
            let is_new =
                user.written_at().is_none_or(|at| told.insert((at, written.path.value.clone())));
            if !is_new {
                continue;
            }
            let (what, path) = (written.what, &written.path.value);
            let Some(folder) = written.folder() else { continue };
            let finding = out.report(
                process,
                format!("`{}` cannot write to where {what} leads", process.name),
                written.at.label(format!("{what} leads to `{path}`, which is root's")),
            );
            finding.also(user.label(format!("runs as `{user}`")));
            finding.because(&closed).because(&written.path);
            match &closed.value {
                Keeps::Image => {}
                Keeps::Volume(mount) => {
                    finding.also(mount.label("a new volume belongs to root as well"));
                }
                Keeps::Host(mount, of_host) => {
                    finding.also(mount.label("docker makes what is not there, as root"));
                    finding.help(format!("make `{of_host}` before, and give it to `{user}`"));
                    continue;
                }
            }
            finding.help(format!("make `{folder}` in the image, and give it to `{user}`"));
            let image = deployment.container(&process.name).and_then(|it| it.image.as_ref());
            let edit = image.and_then(|image| image.make_for(user, folder));
            finding.mend(Safety::Safe, "make it in the image", edit);
        }
    }
}
