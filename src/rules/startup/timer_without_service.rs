//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::{Deployment, UnitKind};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "startup/timer-without-service",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/startup/timer-without-service.md"),
};

/// Services of Debian packages that a repository may bring a timer for, or a drop-in of one.
const PACKAGED: &[&str] = &[
    "apt-daily.service",
    "certbot.service",
    "fstrim.service",
    "logrotate.service",
    "man-db.service",
    "snap.certbot.renew.service",
    "systemd-tmpfiles-clean.service",
];

fn check(deployment: &Deployment, out: &mut Findings) {
    for timer in deployment.units.iter().filter(|unit| unit.is(UnitKind::Timer)) {
        // Whoever renders a template decides what its files are called.
        let Some(service) = timer.partner().filter(|_| !timer.is_rendered) else { continue };
        let name = service.value.as_str();
        let exists = deployment.units.iter().any(|unit| unit.is_called(name));
        if exists || PACKAGED.contains(&name) {
            continue;
        }
        out.report(
            timer,
            format!("the timer starts `{name}`, and there is no such unit"),
            service.label(format!("starts `{name}`")),
        )
        .help(format!("add `{name}`, or name the service with `Unit=`"));
    }
}
