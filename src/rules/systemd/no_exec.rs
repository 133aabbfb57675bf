//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::{Deployment, UnitKind};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "systemd/no-exec",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &["systemd/wrong-section"],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/systemd/no-exec.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for unit in deployment.units.iter().filter(|unit| unit.is(UnitKind::Service)) {
        let is_unit = unit.has_any(&["Service", "Unit", "Install"]);
        let Some(none) = unit.absent("Service", "ExecStart").filter(|_| is_unit) else { continue };
        let kind = unit.get("Service", "Type");
        // Without a type, a service without a command is taken for `oneshot`.
        let oneshot = kind.as_ref().is_none_or(|it| it.value == "oneshot");
        let remains = unit.flag("Service", "RemainAfterExit").is_some_and(|it| it.value);
        let has = |section, key| unit.all(section, key).next().is_some();
        let success = has("Unit", "SuccessAction");
        let enough = success || (remains && has("Service", "ExecStop"));
        if oneshot && enough {
            continue;
        }
        let message = format!("`{}` starts nothing, so systemd refuses it", unit.name);
        // A header that is missing leaves all lines of its section to the one before.
        let (at, help) = match unit.first_lost("Service") {
            Some(lost) => (
                lost.label(format!("stands in [{}], where nothing looks for commands", lost.value)),
                "put the header `[Service]` above it",
            ),
            None => (
                unit.head("Service").label("there is no `ExecStart=`"),
                "say with `ExecStart=` what is to run",
            ),
        };
        out.report(unit, message, at).because(&none).help(help);
    }
}
