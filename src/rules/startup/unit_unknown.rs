//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::fact::Fact;
use crate::model::units::Unit;
use crate::model::{Deployment, UnitKind};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "startup/unit-unknown",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/startup/unit-unknown.md"),
};

/// What makes a unit fail where the other is not there (systemd.unit(5)).
const DEMANDS: [&str; 3] = ["Requires", "BindsTo", "Requisite"];

fn check(deployment: &Deployment, out: &mut Findings) {
    let services = deployment.units.iter().filter(|unit| unit.is(UnitKind::Service));
    // Whoever renders a template decides what its files are called.
    for unit in services.filter(|unit| !unit.is_rendered) {
        let demanded = DEMANDS.into_iter().map(|key| unit.words("Unit", key));
        for words in demanded {
            for socket in words.iter().filter(|it| it.value.ends_with(".socket")) {
                let Some(meant) = meant(deployment, unit, socket) else { continue };
                let (name, meant) = (&socket.value, meant.name.to_string());
                let finding = out.report(
                    unit,
                    format!("`{}` does not start: there is no `{name}`", unit.name),
                    socket.label("systemd finds no such unit"),
                );
                finding.help(format!("name `{meant}`, or install that under this name"));
                if words.len() == 1 {
                    finding.replace(socket, meant, Safety::Unsafe);
                }
            }
        }
    }
}

/// The only socket that lies beside a unit, where that demands another which nothing in view brings.
fn meant<'a>(deployment: &'a Deployment, unit: &Unit, socket: &Fact<String>) -> Option<&'a Unit> {
    let is_there = deployment.units.iter().any(|it| it.is_called(&socket.value));
    // What a template puts together is no name yet, nor are the words around its blanks.
    if is_there
        || socket.value.contains(['{', '}'])
        || deployment.surroundings.carried.names(&socket.value)
    {
        return None;
    }
    let beside = |it: &&Unit| it.is(UnitKind::Socket) && it.path.parent() == unit.path.parent();
    let mut beside = deployment.units.iter().filter(beside);
    let only = beside.next()?;
    // A socket of another service is no sign of what this one means.
    let is_of_another = deployment.units.iter().any(|it| {
        !std::ptr::eq(it, unit) && only.partner().is_some_and(|name| it.is_called(&name.value))
    });
    (beside.next().is_none() && !is_of_another).then_some(only)
}
