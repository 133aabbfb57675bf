//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::model::contents::{Uncopied, Within};
use crate::model::{Deployment, INSTALLED_APPS};
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
            if said.contains(&it.at.evidence().place()) || is_kept_out(it) {
                continue;
            }
            said.push(it.at.evidence().place());
            let app = process.fact();
            let at = app.written(&it.at).unwrap_or_else(|| it.at.map(|_| ()));
            let why = match it.within {
                Within::Ignored(_) => "which the image lacks",
                Within::Context(_) | Within::Nothing => "which nothing is copied to",
            };
            let finding = out.report(
                process,
                format!("`{}` is in no image: {} looks for it in vain", it.folder, it.setting),
                at.label(match it.setting == INSTALLED_APPS.name {
                    true => format!("is imported from `{}`, {why}", it.at),
                    false => format!("becomes `{}`, {why}", it.at),
                }),
            );
            // A finder passes over what is not there, with a warning (staticfiles.W004).
            if it.setting == "STATICFILES_DIRS" {
                finding.at_most(Severity::Warning);
            }
            if let Within::Ignored(line) = &it.within {
                finding.also(line.label("leaves it out, whatever is copied"));
            }
            finding.also(service.name.label("runs the image that lacks it")).because(&it.at);
            match &it.within {
                Within::Context(folder) => {
                    let image = container.image.as_ref();
                    let edit = image.and_then(|image| image.copy_as_well(folder, &it.at.value));
                    finding.help(format!("copy it with `COPY {folder}/ {}/`", it.at)).mend(
                        Safety::Safe,
                        "copy it",
                        edit,
                    );
                }
                Within::Ignored(line) => {
                    let line = &line.value;
                    finding.help(format!("take `{line}` out of the ignore file, or narrow it"));
                }
                Within::Nothing => {
                    finding.help(format!("take a context that has it, and copy it to `{}`", it.at));
                }
            }
        }
    }
}

/// Whether somebody keeps just this folder of fixtures out of the image: `loaddata` alone looks there (Django's
/// documentation, "FIXTURE_DIRS"), which nothing of a site needs.
fn is_kept_out(it: &Uncopied) -> bool {
    let Within::Ignored(line) = &it.within else { return false };
    it.setting == "FIXTURE_DIRS" && line.value.trim_matches('/') == it.folder
}
