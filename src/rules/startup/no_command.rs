//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
use crate::model::Deployment;
use crate::model::image::Start;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "startup/no-command",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/startup/no-command.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for (service, process, container) in deployment.services() {
        if service.interactive {
            continue;
        }
        let Some(image) = &container.image else { continue };
        let given = service.command.is_some() || service.entrypoint.is_some();
        if given || image.entrypoint().is_some() {
            continue;
        }
        let Some(Start::Stock(words, base)) = image.command() else { continue };
        let Some(flavour) = container.flavour.as_ref().filter(|it| it.value.is_base()) else {
            continue;
        };
        let program = words.join(" ");
        out.report(
            process,
            format!("`{}` has nothing to run and stops at once", process.name),
            service.name.label("no `command` is given here"),
        )
        .also(flavour.label(format!("nor by the Dockerfile, so `{program}` of this image runs")))
        .because(&Fact::at((), base))
        .help("give the service a `command`, or the Dockerfile a `CMD`");
    }
}
