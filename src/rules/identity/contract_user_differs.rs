//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::fact::{Fact, symbol};
use crate::model::Deployment;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "identity/contract-user-differs",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &["identity/runs-as-root", "identity/writer-user-divergence"],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/identity/contract-user-differs.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let Some(contract) = &deployment.contract else { return };
    let Some(declared) = &contract.run_as else { return };
    for process in deployment.processes.iter().filter(|it| it.kind.is_app()) {
        let Some(user) = &process.user else { continue };
        // A number is a name that only the machine or the image knows.
        let is_number = user.value.bytes().all(|byte| byte.is_ascii_digit());
        if user.value == declared.value || is_number || symbol::is_symbolic(&user.value) {
            continue;
        }
        let (at, what) = match user.evidence().is_written() {
            true => (user.map(|_| ()), format!("runs as `{user}`")),
            false => (process.declared.clone(), format!("runs as `{user}`, as no user is named")),
        };
        let finding = out.report(
            process,
            format!("`{}` does not run as the user that is declared", process.name),
            at.label(what),
        );
        finding
            .also(Fact::at((), declared.place).label(format!("`{}` is to run it", declared.value)))
            .because(user)
            .help(format!("run it as `{}`", declared.value));
        // Its files belong to the one that it runs as today.
        if deployment.unit(process).is_some() {
            finding.replace(user, &declared.value, Safety::Unsafe);
        }
    }
}
