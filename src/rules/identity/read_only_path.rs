//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::model::Deployment;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "identity/read-only-path",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/identity/read-only-path.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for process in deployment.processes.iter().filter(|process| process.kind.is_app()) {
        let Some(unit) = deployment.unit(process) else { continue };
        let app = process.fact();
        let collects = unit.runs_before("collectstatic").filter(|_| app.collects_into().is_some());
        let collected = collects.iter().flat_map(|_| app.written_by("collectstatic", false));
        let collected = collected.filter(|it| it.what == "STATIC_ROOT");
        for written in app.written_paths().into_iter().chain(collected) {
            let Some(line) = unit.read_only(&written.path.value) else { continue };
            let (what, path) = (written.what, &written.path.value);
            let finding = out.report(
                process,
                format!("`{}` cannot write to where {what} leads", process.name),
                written.at.label(format!("{what} leads to `{path}`")),
            );
            finding
                .also(line.label(format!("`{line}` makes that read-only")))
                .because(&written.path);
            if written.what == "STATIC_ROOT" {
                finding.through(collects.clone(), "files are collected into it");
            }
            // Of a file the folder has to be writable as well, and the unit would not start without a
            // path that is missing; `-` lets it.
            let is_folder = matches!(what, "MEDIA_ROOT" | "STATIC_ROOT");
            let folder = path.parent().filter(|_| !is_folder).unwrap_or(path);
            let line = format!("ReadWritePaths=-{folder}");
            finding.help(format!("add `{line}` to the unit"));
            finding.insert_below(unit.section("Service"), line, Safety::Safe);
        }
    }
}
