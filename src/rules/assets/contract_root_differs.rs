//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
use crate::model::{Deployment, MEDIA_ROOT, Process, STATIC_ROOT, Setting};
use crate::rules::{Check, Rule};
use camino::Utf8PathBuf;

pub(super) static RULE: Rule = Rule {
    id: "assets/contract-root-differs",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/assets/contract-root-differs.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let Some(contract) = &deployment.contract else { return };
    for process in deployment.apps() {
        let app = process.fact();
        if let Some(it) = &contract.static_root {
            let declared = Fact::at(it.value.clone(), it.place);
            compare(deployment, &app, STATIC_ROOT, &declared, "files are to be collected", out);
        }
        if let Some(it) = &contract.media_root {
            let declared = Fact::at(it.value.clone(), it.place);
            compare(deployment, &app, MEDIA_ROOT, &declared, "uploads are to be kept", out);
        }
    }
}

fn compare(
    deployment: &Deployment,
    app: &Fact<&Process>,
    setting: Setting<Utf8PathBuf>,
    declared: &Fact<Utf8PathBuf>,
    what: &str,
    out: &mut Findings,
) {
    let name = setting.name;
    let Some(root) = app.get(setting).filter(|root| !root.value.as_str().is_empty()) else {
        return;
    };
    let Some(other) = deployment.contradicts(app, &root, declared) else { return };
    let at = app.assigned(setting).unwrap_or_else(|| root.map(|_| ()));
    out.report(
        app.value,
        format!("{name} is not the folder that is declared"),
        at.label(format!("{name} leads to `{other}`")),
    )
    .also(declared.label(format!("{what} here")))
    .through(app.supplied(setting), "the path is given here")
    .because(&other)
    .help(format!("let {name} be `{}`", declared.value));
}
