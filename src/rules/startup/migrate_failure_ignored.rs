//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::model::{Deployment, Process};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "startup/migrate-failure-ignored",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &["assets/collect-failure-hidden"],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/startup/migrate-failure-ignored.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    on_the_way(deployment, out);
    by_scripts(deployment, out);
}

/// A script that brings a new version to a machine.
fn by_scripts(deployment: &Deployment, out: &mut Findings) {
    let Some(unheeded) = &deployment.surroundings.told.unheeded_migration else { return };
    let webs = || {
        let started = deployment.webs().filter(|it| it.started.is_some());
        started.filter(|it| deployment.is_on_host(it))
    };
    let is_named = |it: &&Process| unheeded.restart_of(&it.name).is_some();
    let Some(process) = webs().find(is_named).or_else(|| webs().next()) else { return };
    let own = unheeded.restart_of(&process.name);
    let Some(restart) = own.or(unheeded.restarts.first()) else { return };
    // On the server a unit may have another name than in the tree.
    let mut others = unheeded.restarts.iter().flat_map(|it| &it.services);
    let name = others.next().filter(|_| own.is_none()).unwrap_or(&process.name);
    let finding = out.report(
        process,
        format!("`{name}` is started again even if its migrations fail"),
        unheeded.migrates.label("nothing stops the script if this fails"),
    );
    finding.also(restart.at.label("it goes on and starts the new code, on old tables"));
    if let Some(answer) = &unheeded.answer {
        finding.also(answer.label("this takes the failure for a success"));
    }
    finding.because(&process.declared).help(match unheeded.answer {
        Some(_) => "let the failure stop the script: take `||` and what is behind it away",
        None => "begin the script with `set -e`",
    });
}

/// What migrates whenever it starts.
fn on_the_way(deployment: &Deployment, out: &mut Findings) {
    let (mut said, mut scripts) = (Vec::new(), Vec::new());
    for process in deployment.processes.iter().filter(|it| it.kind.is_app()) {
        let way = process.way();
        if way.insists_on("migrate") {
            continue;
        }
        for (number, step) in way.prepares("migrate") {
            let Some(unheeded) = way.goes_on_without(number) else { continue };
            if said.contains(&step.place) {
                continue;
            }
            said.push(step.place);
            // A script without `set -e` is one cause, however many of its lines may fail.
            if unheeded.answer.is_none() && !unheeded.tested {
                if scripts.contains(&step.place.file) {
                    continue;
                }
                scripts.push(step.place.file);
            }
            let migrates = step.started.program.map(|_| ());
            let finding = out.report(
                process,
                format!("`{}` starts even if its migrations fail", process.name),
                migrates.label("nothing stops the start if this fails"),
            );
            if let Some(answer) = &unheeded.answer {
                finding.also(answer.label("this takes the failure for a success"));
                let cut = answer.written_at().map(|place| Edit::RemoveAnswer { place });
                finding.mend(Safety::Unsafe, "take out what hides it", cut);
            }
            finding.because(&process.declared).help(match unheeded.answer {
                _ if unheeded.tested => {
                    "end the script with a failure where it says that they failed"
                }
                Some(_) => "let the failure stop the start: take `||` and what is behind it away",
                None => "write `|| exit 1` behind it, or join the commands with `&&`",
            });
        }
    }
}
