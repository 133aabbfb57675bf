//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::fact::spelling;
use crate::model::Deployment;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "systemd/unknown-target",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/systemd/unknown-target.md"),
};

/// Where units name targets.
const KEYS: [(&str, &str); 8] = [
    ("Unit", "After"),
    ("Unit", "Before"),
    ("Unit", "Wants"),
    ("Unit", "Requires"),
    ("Unit", "BindsTo"),
    ("Unit", "PartOf"),
    ("Install", "WantedBy"),
    ("Install", "RequiredBy"),
];

/// Those that services name (systemd.special(7)).
const TARGETS: [&str; 22] = [
    "basic.target",
    "cryptsetup.target",
    "default.target",
    "getty.target",
    "graphical.target",
    "halt.target",
    "local-fs.target",
    "multi-user.target",
    "network-online.target",
    "network-pre.target",
    "network.target",
    "nss-lookup.target",
    "nss-user-lookup.target",
    "paths.target",
    "poweroff.target",
    "reboot.target",
    "remote-fs.target",
    "shutdown.target",
    "sockets.target",
    "sysinit.target",
    "time-sync.target",
    "timers.target",
];

fn check(deployment: &Deployment, out: &mut Findings) {
    for unit in &deployment.units {
        for (section, key) in KEYS {
            for named in unit.words(section, key) {
                let name = named.value.as_str();
                let is_own = deployment.units.iter().any(|it| it.is_called(name));
                if !name.ends_with(".target") || TARGETS.contains(&name) || is_own {
                    continue;
                }
                // A target of somebody else's goes by a name of its own.
                let is_meant = |it: &&str| spelling::is_slip(stem(name), stem(it));
                let Some(meant) = TARGETS.into_iter().find(is_meant) else { continue };
                let effect = match section {
                    "Install" => "enabling the unit does nothing",
                    _ => "the line has no effect",
                };
                let word = named.written_as(name);
                out.report(
                    unit,
                    format!("systemd has no `{name}`, so {effect}"),
                    named.label(format!("`{meant}` may be meant")),
                )
                .help(format!("write `{meant}`"))
                .mend(
                    Safety::Safe,
                    format!("write `{meant}`"),
                    word.map(|it| Edit::replace(it, meant)),
                );
            }
        }
    }
}

fn stem(name: &str) -> &str {
    name.strip_suffix(".target").unwrap_or(name)
}
