//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
use crate::model::{Deployment, Process};
use crate::rules::{Check, Rule};
use camino::Utf8PathBuf;

pub(super) static RULE: Rule = Rule {
    id: "storage/log-path-unwritable",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/storage/log-path-unwritable.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    on_machines(deployment, out);
    in_containers(deployment, out);
}

fn in_containers(deployment: &Deployment, out: &mut Findings) {
    let mut said = Vec::new();
    for (_, process, container) in deployment.services() {
        let Some(folder) = &container.contents.unlogged else { continue };
        let place = folder.evidence().place();
        if !process.kind.is_app() || process.is_for_developers() || said.contains(&place) {
            continue;
        }
        said.push(place);
        let app = process.fact();
        let at = app.written(folder).unwrap_or_else(|| folder.map(|_| ()));
        let mut options = process.started.iter().flat_map(|it| &it.log_files);
        let is_of_server = options.any(|it| it.evidence().place() == place);
        out.report(
            process,
            format!("nothing makes `{folder}` in the image, and `{}` logs there", process.name),
            at.label(match is_of_server {
                true => "cannot be opened, and the process ends",
                false => "cannot be opened, and Django does not start",
            }),
        )
        .because(folder)
        .help(format!("make it in the image: `RUN mkdir -p {folder}`"));
    }
}

fn on_machines(deployment: &Deployment, out: &mut Findings) {
    for process in deployment.processes.iter().filter(|it| it.kind.is_app()) {
        let Some(unit) = deployment.unit(process) else { continue };
        for file in logs(process) {
            if let Some(user) = deployment.shut_out_of_logs(unit, process, &file.value) {
                let path = &file.value;
                out.report(
                    process,
                    format!("nothing makes `{path}`, and `{user}` may make no file in `/var/log`"),
                    file.label("cannot be opened, and the process ends"),
                )
                .also(user.label("only root writes there"))
                .help("log into a folder of the unit's own: `LogsDirectory=` makes one");
                break;
            }
            let Some(folder) = deployment.unmade_logs(unit, &file.value) else { continue };
            let name = folder.strip_prefix("/var/log").unwrap_or(folder);
            out.report(
                process,
                format!("nothing makes `{folder}`, and `{}` logs there", process.name),
                file.label("cannot be opened, and the process ends"),
            )
            .help(format!("give the unit `LogsDirectory={name}`"));
            break;
        }
    }
}

/// The files that it logs to, by its options and its settings.
fn logs(process: &Process) -> Vec<Fact<Utf8PathBuf>> {
    let options = process.started.iter().flat_map(|it| &it.log_files);
    let options = options.map(|it| it.map(|path| Utf8PathBuf::from(path.as_str())));
    let written = process.fact().written_paths().into_iter();
    let settings = written.filter(|it| it.what == "LOGGING").map(|it| it.path);
    options.chain(settings).collect()
}
