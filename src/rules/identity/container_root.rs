//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Certainty;
use crate::model::Deployment;
use crate::model::command::Started;
use crate::model::image::{Image, is_named_root};
use crate::model::mention::{OTHER_USERS, Use};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "identity/container-root",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: Some("6.3"),
    check: Check::Deployment(check),
    page: include_str!("../../../rules/identity/container-root.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let around = &deployment.surroundings;
    let changes = || OTHER_USERS.iter().any(|it| around.is_used(it, &[Use::Read]));
    if deployment.alone.is_some() && changes() {
        return;
    }
    let mut said = Vec::new();
    for (process, container) in deployment.contained() {
        let root = process.user.as_ref().filter(|it| is_named_root(&it.value));
        let Some(user) = root else { continue };
        let place = user.evidence().place();
        // An emperor gives each of its applications the user that its own file names.
        if process.started.as_ref().is_some_and(Started::may_start_others) {
            continue;
        }
        // A server may give its workers to another user, on its command line or in a file of its own.
        if process.started.as_ref().is_some_and(|it| it.may_leave_root()) {
            continue;
        }
        // A script asks who it is, and gives root up in one of its branches.
        if container.may_give_up_root() {
            continue;
        }
        // Services of one image have one cause.
        if !process.kind.is_app() || said.contains(&place) {
            continue;
        }
        said.push(place);
        let finding = out.report(
            process,
            format!("`{}` runs as root in its container", process.name),
            user.label("no other user is named from here on"),
        );
        finding.because(&process.declared);
        // It says so in `runAsUser`, and the manifest may lie in another repository.
        if deployment.alone.is_some() && around.has_unseen_manifests {
            let why = "what Kubernetes is told, and is not in view, may name another user";
            finding.at_most(Severity::Advice);
            finding.because(&user.map(|_| ()).doubt(Certainty::Likely, why));
        }
        let Some(other) = container.image.as_ref().and_then(Image::unprivileged) else {
            finding.help("create a user in the Dockerfile and name it with `USER`");
            continue;
        };
        finding.also(other.label("another user, which the image has until then"));
        let in_image = other.evidence().place().map(|it| it.file) == place.map(|it| it.file);
        finding.help(match in_image {
            true => format!("let the image end with `USER {}`", other.value),
            false => "take this line out, as the image has a user of its own".to_owned(),
        });
    }
}
