//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::model::Deployment;
use crate::model::units::{Line, Unit};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "systemd/deprecated-key",
    since: "0.1.0",
    severity: Severity::Advice,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/systemd/deprecated-key.md"),
};

/// Keys that systemd 252 warns of when it reads a unit, each with the one that it names (measured with
/// `systemd-analyze verify`).
const REPLACED: [(&str, &str); 5] = [
    ("MemoryLimit", "MemoryMax"),
    ("CPUShares", "CPUWeight"),
    ("StartupCPUShares", "StartupCPUWeight"),
    ("BlockIOReadBandwidth", "IOReadBandwidthMax"),
    ("BlockIOWriteBandwidth", "IOWriteBandwidthMax"),
];

/// Those that it takes, and does nothing with ("has been removed and it is ignored").
const IGNORED: [(&str, &str); 4] = [
    ("Service", "SysVStartPriority"),
    ("Service", "Capabilities"),
    ("Service", "BusPolicy"),
    ("Unit", "IgnoreOnSnapshot"),
];

fn check(deployment: &Deployment, out: &mut Findings) {
    for unit in &deployment.units {
        for section in ["Service", "Slice", "Scope", "Socket", "Mount", "Swap"] {
            for (key, instead) in REPLACED {
                unit.all(section, key).for_each(|line| replaced(unit, line, instead, out));
            }
        }
        for line in IGNORED.iter().flat_map(|(section, key)| unit.all(section, key)) {
            let at = line.fact();
            out.report(
                unit,
                format!("systemd ignores `{}=`: it has been removed", line.key),
                at.label("without any effect"),
            )
            .help("take it out");
        }
        killed(unit, out);
        logged(unit, out);
    }
}

fn replaced(unit: &Unit, line: &Line, instead: &str, out: &mut Findings) {
    let at = line.fact();
    let finding = out.report(
        unit,
        format!("systemd has replaced `{}=` by `{instead}=`, and will take it out", line.key),
        at.label("warned of each time the unit is read"),
    );
    // The one key whose value says the same under its new name (systemd.resource-control(5)).
    match line.key.as_str() {
        "MemoryLimit" => {
            finding.help(format!("write `{instead}=` with the same value"));
            let edit = Edit::replace(line.key_place(), instead);
            finding.mend(Safety::Safe, format!("write `{instead}=`"), [edit]);
        }
        "CPUShares" | "StartupCPUShares" => {
            finding.help(format!("write `{instead}=`, where 100 is what 1024 was"));
        }
        _ => {
            finding.help(format!("write `{instead}=`"));
        }
    }
}

/// systemd then leaves running what a stopped service has started.
fn killed(unit: &Unit, out: &mut Findings) {
    let Some(mode) = unit.get("Service", "KillMode").filter(|it| it.value == "none") else {
        return;
    };
    out.report(
        unit,
        format!("`{}` leaves its processes behind when it is stopped", unit.name),
        mode.label("systemd kills none of them, and will not take this word for ever"),
    )
    .help("take the line out, or write `mixed`, which asks the main process first");
}

/// The journal has taken the place of syslog (systemd.exec(5), "StandardOutput=").
fn logged(unit: &Unit, out: &mut Findings) {
    let keys = ["StandardOutput", "StandardError"];
    let values = keys.iter().filter_map(|key| unit.get("Service", key));
    let old: Vec<_> =
        values.filter(|it| ["syslog", "syslog+console"].contains(&it.value.as_str())).collect();
    let Some((first, others)) = old.split_first() else { return };
    let finding = out.report(
        unit,
        format!("systemd takes `{}` for the journal, and warns of it", first.value),
        first.label("no output goes to syslog itself any more"),
    );
    for other in others {
        finding.also(other.label("likewise"));
    }
    finding.help("write `journal`, or leave it out: that is what output goes to by itself");
    let edits = old.iter().filter_map(|it| {
        Some(Edit::replace(it.written_as(&it.value)?, it.value.replace("syslog", "journal")))
    });
    finding.mend(Safety::Safe, "write `journal`", edits);
}
