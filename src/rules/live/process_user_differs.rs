//! See the page.

use crate::diagnostic::{Area, Findings, Severity};
use crate::model::Deployment;
use crate::model::observed::{Observed, Running};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "live/process-user-differs",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: Some("7.8"),
    check: Check::Live(Area::Processes, check),
    page: include_str!("../../../rules/live/process-user-differs.md"),
};

fn check(deployment: &Deployment, observed: &Observed, out: &mut Findings) {
    if let Err(unseen) = &observed.running {
        return out.unknown("as whom processes run", &unseen.why, unseen.remedy);
    }
    for process in deployment.daemons().filter(|it| it.kind.is_app()) {
        let Some(user) = process.user.as_ref().filter(|it| it.value != "root") else { continue };
        let running = observed.processes_of(&process.name);
        let is_other =
            |it: &&&Running| it.user.value != user.value && it.uid.to_string() != user.value;
        // A master that gives up its rights keeps them for itself (gunicorn's `--user`).
        let gives_up = process.started.as_ref().is_some_and(|it| it.user.is_some());
        let others: Vec<_> = running.iter().filter(is_other).collect();
        if others.is_empty() || (gives_up && others.len() < running.len()) {
            if !running.is_empty() {
                out.passed(format!("`{}` runs as `{}`", process.name, user.value));
            }
            continue;
        }
        let other = others[0];
        out.report(
            process,
            format!("`{}` runs as `{}`, and was to run as `{}`", process.name, other.user, user),
            other.user.label("what runs"),
        )
        .also(user.label("what was asked for"))
        .help(format!("`systemctl restart {}` starts it as the unit says now", process.name));
    }
}
