//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::model::{Deployment, UnitKind};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "startup/wants-without-after",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/startup/wants-without-after.md"),
};

/// What others connect to as soon as they start, and so must be there before.
const NEEDED_FIRST: [&str; 11] = [
    "postgresql",
    "mysql",
    "mysqld",
    "mariadb",
    "redis",
    "redis-server",
    "valkey-server",
    "rabbitmq-server",
    "memcached",
    "docker",
    "network-online",
];

fn check(deployment: &Deployment, out: &mut Findings) {
    for unit in deployment.units.iter().filter(|unit| unit.is(UnitKind::Service)) {
        let after = unit.after();
        let Some(order) = unit.order() else { continue };
        for wanted in unit.pulls() {
            let name = wanted.value.as_str();
            let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
            let stem = stem.split('@').next().unwrap_or(stem);
            // Sockets are there before any service starts (systemd.special(7), "sockets.target").
            if !NEEDED_FIRST.contains(&stem) || name.ends_with(".socket") {
                continue;
            }
            let ordered = after.iter().any(|it| it.value == name);
            let first = deployment.units.iter().any(|other| {
                other.is_called(name)
                    && other.words("Unit", "Before").iter().any(|it| unit.is_called(&it.value))
            });
            // Asked to be there before it, an order the other way would be a circle.
            let last = unit.words("Unit", "Before").iter().any(|it| it.value == name);
            if ordered || first || last {
                continue;
            }
            out.report(
                unit,
                format!("`{}` starts at the same moment as `{name}`, which it needs", unit.name),
                wanted.label(format!("starts `{name}`, and does not wait for it")),
            )
            .because(&order)
            .help(format!("add `After={name}`: `Wants=` and `Requires=` say nothing of order"))
            .insert_below(unit.section("Unit"), format!("After={name}"), Safety::Safe);
        }
    }
}
