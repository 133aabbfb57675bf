//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::{Application, Deployment};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "startup/workdir-mismatch",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/startup/workdir-mismatch.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for process in &deployment.processes {
        let Some(target) = &process.target else { continue };
        let Application::Elsewhere { imported_from, module, folder } = &target.value else {
            continue;
        };
        let Some(app) = process.started.as_ref().and_then(|it| it.app.as_ref()) else { continue };
        let shown =
            if folder.as_str().is_empty() { "the top of the repository" } else { folder.as_str() };
        out.report(
            process,
            format!(
                "`{}` starts in a directory from which `{module}` cannot be imported",
                process.name
            ),
            imported_from.label(format!("`{module}` is not in `{imported_from}`")),
        )
        .also(app.label(format!("imports `{module}`")))
        .because(target)
        .help(format!("start in the directory that is `{shown}` here, where `{module}` lies"));
    }
}
