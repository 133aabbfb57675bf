//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::Deployment;
use crate::model::Storage;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "compose/code-bind-mounted",
    since: "0.1.0",
    severity: Severity::Advice,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/compose/code-bind-mounted.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let mut said = Vec::new();
    for (_, process, container) in deployment.services() {
        let (Some(django), Some(cwd)) = (&process.django, &process.cwd) else { continue };
        if !process.kind.is_app() || process.is_for_developers() {
            continue;
        }
        let view = deployment.view(process.view);
        let Some(mount) = view.mount(&cwd.value) else { continue };
        let Storage::Checkout(folder) = &mount.value.from else { continue };
        let place = mount.evidence().place();
        if !django.project.root.starts_with(folder) || said.contains(&folder.clone()) {
            continue;
        }
        // A web server that has a part of the same has its files by way of it.
        if deployment.proxies_share(folder) {
            continue;
        }
        said.push(folder.clone());
        let Some(_) = place else { continue };
        let at = &mount.value.at;
        let has_code = container.contents.homes.iter().any(|it| it.starts_with(at));
        let (label, help) = match has_code {
            true => (
                format!("lies over the code that the image has in `{at}`"),
                "take the mount away, and mount only what must survive the container",
            ),
            false => (
                format!("brings the code to `{at}`, where the image has none"),
                "copy the code into the image, and mount only what must survive the container",
            ),
        };
        out.report(process, "what runs is the checkout, not the image", mount.label(label))
            .because(&process.declared)
            .help(help);
    }
}
