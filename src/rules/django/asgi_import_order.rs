//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::Deployment;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "django/asgi-import-order",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/django/asgi-import-order.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    // Processes share the module, and it is mended once.
    let mut said = Vec::new();
    for process in &deployment.processes {
        let early = process.django.as_ref().and_then(|it| it.early.as_ref());
        let Some(early) = early.filter(|it| !said.contains(&it.import.written_at())) else {
            continue;
        };
        said.push(early.import.written_at());
        let finding = out.report(
            process,
            format!("`{}` ends at its start: no model can be imported yet", process.name),
            early.import.label("brings a model, and Django is not set up"),
        );
        finding.through(Some(early.asks.clone()), "the model is asked for here");
        finding.through(early.set_up.clone(), "this would set Django up");
        finding.because(&process.declared);
        finding.help(match early.set_up {
            Some(_) => "call `get_asgi_application()` above this import",
            None => "call `django.setup()` above this import",
        });
    }
}
