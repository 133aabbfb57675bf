//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::fact::Fact;
use crate::model::{Deployment, Process};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "identity/protect-home-hides",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/identity/protect-home-hides.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for process in &deployment.processes {
        let Some(unit) = deployment.unit(process) else { continue };
        for (what, path) in needed(process) {
            let Some(line) = unit.hidden(path.value.as_str().into()) else { continue };
            let path_shown = &path.value;
            let finding = out.report(
                process,
                format!("`{line}` hides {what} of `{}`", process.name),
                line.label("homes are not there for this service"),
            );
            finding
                .also(path.label(format!("{what} is `{path_shown}`")))
                .help("move it out of the homes, to `/srv` say, or use `ProtectHome=read-only`");
            let switch = unit.get("Service", "ProtectHome").filter(|_| !what.starts_with("what"));
            if let Some(switch) = switch {
                finding.replace(&switch, "read-only", Safety::Unsafe);
            }
            break;
        }
    }
}

/// The paths without which a process does not start or work.
fn needed(process: &Process) -> Vec<(&'static str, Fact<String>)> {
    let mut out = Vec::new();
    let cwd = process.cwd.as_ref().map(|it| it.map(ToString::to_string));
    out.extend(cwd.map(|it| ("the working directory", it)));
    let executable = process.started.as_ref().map(|it| it.executable.clone());
    out.extend(executable.map(|it| ("the program", it)));
    let written = process.fact().written_paths().into_iter();
    out.extend(written.map(|it| ("what is written to", it.path.map(ToString::to_string))));
    out
}
