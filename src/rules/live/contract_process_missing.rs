//! See the page.

use crate::diagnostic::{Area, Findings, Severity, Subject};
use crate::fact::Fact;
use crate::model::Deployment;
use crate::model::observed::{Observed, Running};
use crate::rules::{Check, Rule};
use camino::Utf8Path;

pub(super) static RULE: Rule = Rule {
    id: "live/contract-process-missing",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Live(Area::Processes, check),
    page: include_str!("../../../rules/live/contract-process-missing.md"),
};

fn check(deployment: &Deployment, observed: &Observed, out: &mut Findings) {
    // Containers are told of by their services.
    if deployment.compose.is_some() {
        return;
    }
    for declared in deployment.contract.iter().flat_map(|it| &it.processes) {
        let name = &declared.value;
        match &observed.running {
            Err(unseen) => {
                out.unknown(format!("whether `{name}` runs"), &unseen.why, unseen.remedy);
            }
            Ok(running) if running.iter().any(|it| is_called(it, name)) => {
                out.passed(format!("`{name}` runs"));
            }
            Ok(_) => {
                out.report(
                    Subject::Process(name.clone()),
                    format!("`{name}` is declared, and no process of the machine is called so"),
                    Fact::at((), declared.place).label("is to run here"),
                )
                .help(format!("start it, or take `{name}` out of `kilter.toml`"));
            }
        }
    }
}

/// By its unit, the name that the kernel has of it, or its program. Interpreters are called by what
/// they run: `python /srv/app/venv/bin/celery`.
fn is_called(running: &Running, name: &str) -> bool {
    let of_unit = running.unit.as_deref();
    let is_unit = of_unit.is_some_and(|it| it == name || it.strip_suffix(".service") == Some(name));
    let mut words = running.words.iter().take(2).flat_map(|it| it.split_whitespace().next());
    let is_program = |word: &str| {
        let file = Utf8Path::new(word.trim_end_matches(':')).file_name();
        file == Some(name)
    };
    // The kernel keeps 15 bytes of it (proc(5), `comm`).
    let is_short = running.name.len() == 15 && name.starts_with(&running.name);
    is_unit || running.name == name || is_short || words.any(is_program)
}
