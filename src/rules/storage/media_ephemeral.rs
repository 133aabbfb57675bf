//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::Deployment;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "storage/media-ephemeral",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/storage/media-ephemeral.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let services = deployment.services();
    for (service, process, container) in services {
        // One that is to do something else serves only because its command has no effect.
        let strays = container.ignored.is_some() && service.command.is_some();
        // A worker may run under other settings, and what takes the uploads may well keep them.
        if strays || !process.kind.is_web() {
            continue;
        }
        let Some(field) = &container.uploads else { continue };
        let app = process.fact();
        let written = app.written_paths();
        let Some(root) = written.iter().find(|it| it.what == "MEDIA_ROOT") else { continue };
        let path = &root.path.value;
        out.report(
            process,
            "uploads are lost with the container that took them",
            root.at.label(format!("uploads are kept in `{path}`")),
        )
        .also(service.name.label(format!("no volume holds `{path}` here")))
        .also(field.label("takes uploads"))
        .because(&root.path)
        .help(format!("mount a named volume at `{path}`"));
        // The same uploads, in whichever service of the project.
        return;
    }
}
