//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::model::Deployment;
use crate::model::command::Program;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "server/unknown-option",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/server/unknown-option.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for process in &deployment.processes {
        let Some(started) = &process.started else { continue };
        // Of the others the list of options is not that of every version.
        if started.program.value != Program::Gunicorn {
            continue;
        }
        for slip in &started.slips {
            let (option, meant) = (&slip.option, slip.meant);
            let edit = option.written_as(&option.value).map(|it| Edit::replace(it, meant));
            let (message, label) = match slip.has_value {
                true => (format!("gunicorn's `{meant}` takes no value"), "is refused".to_owned()),
                false => (
                    format!("gunicorn has no option `{}`", option.value),
                    format!("`{meant}` may be meant"),
                ),
            };
            let message = format!("{message}, so it stops at once");
            out.report(process, message, option.label(label))
                .because(&process.declared)
                .help(format!("write `{meant}`"))
                .mend(Safety::Safe, format!("write `{meant}`"), edit);
        }
    }
}
