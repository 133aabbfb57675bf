//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::model::Deployment;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "startup/option-refused",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/startup/option-refused.md"),
};

const MEANT: &str = "--noinput";

fn check(deployment: &Deployment, out: &mut Findings) {
    let Some(process) = deployment.webs().find(|it| it.started.is_some()) else { return };
    for refused in &deployment.surroundings.told.refused_options {
        let (command, option) = (&refused.command, &refused.option);
        let finding = out.report(
            process,
            format!("`{command}` refuses `{}`, and does nothing", option.value),
            option.label("no option of it: it ends with an error"),
        );
        // In a list of words each has quotes of its own.
        let is_one = !option.value.contains(['"', '\'', ',']);
        let edit = option.evidence().place().filter(|_| is_one).map(|it| Edit::replace(it, MEANT));
        finding.help(format!("write `{MEANT}`")).mend(
            Safety::Safe,
            format!("write `{MEANT}`"),
            edit,
        );
    }
}
