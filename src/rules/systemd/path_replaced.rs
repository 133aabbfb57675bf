//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::model::Deployment;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "systemd/path-replaced",
    since: "0.1.0",
    severity: Severity::Advice,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/systemd/path-replaced.md"),
};

/// Where a system keeps what programs call by name alone.
const SYSTEM: &[&str] = &["/usr/bin", "/bin", "/usr/local/bin"];

fn check(deployment: &Deployment, out: &mut Findings) {
    let replaced: Vec<_> = deployment
        .units
        .iter()
        .flat_map(|unit| unit.sets().into_iter().map(move |set| (unit, set)))
        .filter(|(_, (name, value))| name.value == "PATH" && !has_programs(&value.value))
        .collect();
    // What several units share is one thing to know.
    let [(unit, (first, _)), others @ ..] = replaced.as_slice() else { return };
    let message = match others.len() {
        0 => format!("`{}` finds no program of the system by its name", unit.name),
        _ => format!(
            "`{}` and {} more find no program of the system by its name",
            unit.name,
            others.len()
        ),
    };
    let finding = out.report(*unit, message, first.label("systemd's own PATH is gone"));
    for (_, (name, _)) in others.iter().take(3) {
        finding.also(name.label("here as well"));
    }
    finding.help("write `:/usr/local/bin:/usr/bin:/bin` behind it");
    let edits = replaced.iter().filter_map(|(_, (_, value))| {
        let text = value.value.trim_end();
        // A folder of no programs may be half of one that has a blank in its name.
        let is_whole = ["bin", "bin/", "$PATH", "${PATH}"].iter().any(|it| text.ends_with(it));
        if !is_whole {
            return None;
        }
        Some(Edit::behind(value.part(0..text.len())?, SYSTEM_PATH))
    });
    finding.mend(Safety::Safe, format!("add `{SYSTEM_PATH}`"), edits);
}

const SYSTEM_PATH: &str = ":/usr/local/bin:/usr/bin:/bin";

/// Whether a `PATH` leads to the programs of the system, or may.
fn has_programs(path: &str) -> bool {
    path.is_empty()
        || path.split(':').any(|folder| SYSTEM.contains(&folder.trim_end_matches('/')))
        || path.contains(['%', '{', '<'])
}
