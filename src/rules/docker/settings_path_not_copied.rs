//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::model::Deployment;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "docker/settings-path-not-copied",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/docker/settings-path-not-copied.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let mut said = Vec::new();
    for (service, process, container) in deployment.services() {
        if !process.kind.is_app() || process.is_for_developers() {
            continue;
        }
        for it in &container.contents.uncopied {
            if said.contains(&it.at.evidence().place()) {
                continue;
            }
            said.push(it.at.evidence().place());
            let app = process.fact();
            let at = app.written(&it.at).unwrap_or_else(|| it.at.map(|_| ()));
            let finding = out.report(
                process,
                format!("`{}` is in no image: {} looks for it in vain", it.folder, it.setting),
                at.label(format!("becomes `{}`, which nothing is copied to", it.at)),
            );
            // A finder passes over what is not there, with a warning (staticfiles.W004).
            if it.setting == "STATICFILES_DIRS" {
                finding.at_most(Severity::Warning);
            }
            finding
                .also(service.name.label("runs the image that lacks it"))
                .because(&it.at)
                .mend(
                    Safety::Safe,
                    "copy it",
                    it.in_context
                        .as_ref()
                        .zip(container.image.as_ref())
                        .and_then(|(folder, image)| image.copy_as_well(folder, &it.at.value)),
                )
                .help(format!(
                    "copy it with `COPY {0}/ {1}/`, and let no ignore file leave it out",
                    it.folder, it.at
                ));
        }
    }
}
