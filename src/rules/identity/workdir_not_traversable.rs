//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::symbol;
use crate::model::Deployment;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "identity/workdir-not-traversable",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/identity/workdir-not-traversable.md"),
};

/// What gives a service another view of the file system, or another right to enter.
const OTHER_VIEW: [&str; 8] = [
    "RootDirectory",
    "RootImage",
    "BindPaths",
    "BindReadOnlyPaths",
    "AmbientCapabilities",
    "ProtectHome",
    "TemporaryFileSystem",
    "PermissionsStartOnly",
];

fn check(deployment: &Deployment, out: &mut Findings) {
    for process in &deployment.processes {
        let Some(unit) = deployment.unit(process) else { continue };
        // Who is filled in where the paths are below `/root` may well be root.
        let may_enter = |name: &str| matches!(name, "root" | "0") || symbol::is_symbolic(name);
        let Some(user) = process.user.as_ref().filter(|it| !may_enter(&it.value)) else {
            continue;
        };
        // Who changes the user itself enters as root.
        let changes = process.started.as_ref().is_some_and(|it| it.user.is_some());
        if changes || OTHER_VIEW.iter().any(|key| unit.all("Service", key).next().is_some()) {
            continue;
        }
        let executable = process.started.as_ref().map(|it| &it.executable);
        let executable = executable.filter(|it| it.value.starts_with("/root/"));
        let executable = executable.map(|it| it.map(|path| path.as_str().into()));
        let cwd = process.cwd.as_ref().filter(|it| it.value.starts_with("/root")).cloned();
        let Some(below) = cwd.or(executable) else { continue };
        let (name, path) = (&user.value, &below.value);
        out.report(
            process,
            format!("`{}` runs as `{name}`, who may not enter `/root`", process.name),
            user.label(format!("runs as `{name}`")),
        )
        .also(below.label(format!("is to start in or from `{path}`")))
        .help("move the application out of `/root`, which only root may enter: to `/srv`, say");
    }
}
