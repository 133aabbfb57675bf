//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::model::units::Unit;
use crate::model::{Deployment, UnitKind};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "startup/no-install-section",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/startup/no-install-section.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for unit in &deployment.units {
        let section = match unit.name.kind {
            UnitKind::Timer => "Timer",
            UnitKind::Socket => "Socket",
            UnitKind::Service if is_app(deployment, unit) => "Service",
            UnitKind::Service
            | UnitKind::Target
            | UnitKind::Path
            | UnitKind::Mount
            | UnitKind::Automount
            | UnitKind::Swap
            | UnitKind::Slice
            | UnitKind::Scope
            | UnitKind::Device => continue,
        };
        if !unit.has(section) || unit.has("Install") || is_started(deployment, unit) {
            continue;
        }
        if unit.name.kind == UnitKind::Service && unit.awaits_socket() {
            continue;
        }
        let Some(absent) = unit.absent("Install", "WantedBy") else { continue };
        let target = match unit.name.kind {
            UnitKind::Timer => "timers.target",
            UnitKind::Socket => "sockets.target",
            _ => "multi-user.target",
        };
        let head = unit.head(section);
        let text = format!("\n[Install]\nWantedBy={target}");
        let edit = head.written_at().map(|it| Edit::Append { file: it.file, text });
        out.report(
            unit,
            format!("`{}` cannot be enabled, so nothing starts it at boot", unit.name),
            head.label("there is no `[Install]` section"),
        )
        .because(&absent)
        .help(format!("add `[Install]` with `WantedBy={target}`"))
        .mend(Safety::Safe, "let it be enabled", edit);
    }
}

fn is_app(deployment: &Deployment, unit: &Unit) -> bool {
    deployment.process_of(unit).is_some_and(|process| process.kind.is_app())
}

/// Whether another unit starts it.
fn is_started(deployment: &Deployment, unit: &Unit) -> bool {
    let names = |other: &Unit| {
        let pulls = other.pulls().into_iter().chain(other.words("Unit", "Upholds"));
        let also = other.words("Install", "Also").into_iter().chain(other.partner());
        pulls.chain(also).any(|it| unit.is_called(&it.value))
    };
    deployment.units.iter().any(|other| !std::ptr::eq(other, unit) && names(other))
}
