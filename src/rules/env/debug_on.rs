//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::model::{ALLOWED_HOSTS, DEBUG, Deployment, Django, Process};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "env/debug-on",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: Some("7.5"),
    check: Check::Deployment(check),
    page: include_str!("../../../rules/env/debug-on.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    // Files that are called production's are, whatever server they start. So is what a platform starts, or
    // what a machine keeps up behind a web server of its own.
    let is_on_platform = |it: &Process| deployment.compose.is_none() && !deployment.is_on_host(it);
    let is_deployed = |it: &Process| deployment.is_called_production() || is_on_platform(it);
    let is_behind_proxy = |process: &Process| {
        deployment.is_on_host(process) && deployment.sites_before(process).next().is_some()
    };
    let processes = deployment.processes.iter();
    let processes =
        processes.filter(|it| is_deployed(it) || !it.is_for_developers() || is_behind_proxy(it));
    let mut processes: Vec<&Process> = processes.collect();
    // What answers requests shows the pages of DEBUG to everybody.
    processes.sort_by_key(|process| !process.kind.is_web());
    let mut said = Vec::new();
    for process in processes {
        // What somebody turns on holds as well wherever a module is not there that may say otherwise.
        let alone = process
            .alone()
            .filter(|it| it.decides(process, DEBUG) && it.process.fact().supplied(DEBUG).is_some());
        let process = alone.as_ref().map_or(process, |it| &it.process);
        let Some(debug) = process.fact().get(DEBUG).filter(|debug| debug.value) else { continue };
        let written = debug.evidence().is_written();
        if !written {
            continue;
        }
        if process.django.as_ref().is_some_and(Django::may_be_replaced)
            || deployment.may_load_others()
        {
            continue;
        }
        let app = process.fact();
        // As startproject writes both: Django answers the machine itself alone, and nothing says that
        // somebody else is to be answered.
        let is_idle = process.started.is_none()
            && deployment.compose.is_none()
            && deployment.sites.is_empty();
        if is_idle && app.get(ALLOWED_HOSTS).is_some_and(|it| it.value.is_empty()) {
            continue;
        }
        let supplied = app.supplied(DEBUG);
        let by_image = supplied.as_ref().and_then(|it| it.evidence().place());
        if deployment.may_be_outdone(process, by_image) {
            continue;
        }
        let assigned = app.assigned(DEBUG);
        let at = assigned.clone().unwrap_or_else(|| debug.map(|_| ())).given(&debug);
        let (place, certainty) = (at.evidence().place(), at.evidence().certainty());
        if said.iter().any(|(known, surer)| *known == place && *surer >= certainty) {
            continue;
        }
        said.push((place, certainty));
        let finding = out.report(
            process,
            format!("`{}` runs with DEBUG on", process.name),
            at.label("DEBUG is on"),
        );
        let value = app.setting(DEBUG.name);
        let text = value.as_ref().and_then(|value| value.value.text());
        let (said, help) = match text {
            Some(text) => (
                format!("gives the text `{text}`, and Python takes any text for true"),
                "compare the text: `DEBUG = os.environ.get(\"DEBUG\") == \"True\"`",
            ),
            None => {
                let help = match supplied {
                    Some(_) => "turn it off where the variable is set",
                    None => "set DEBUG to False in the settings for production",
                };
                ("turned on here".to_owned(), help)
            }
        };
        finding.through(supplied, said);
        // With DEBUG off an empty list refuses every request.
        let is_empty = app.get(ALLOWED_HOSTS).is_some_and(|it| it.value.is_empty());
        finding.help(match text {
            None if is_empty && app.assigned(ALLOWED_HOSTS).is_some() => {
                format!("{help}, and fill ALLOWED_HOSTS, which is empty")
            }
            _ => help.to_owned(),
        });
        let text =
            value.as_ref().and_then(|it| app.outside(it)).and_then(|it| it.written_as("True"));
        let edit = app.turn(DEBUG, false).filter(|_| app.literal(DEBUG.name).is_some());
        let edit = edit.or_else(|| text.map(|place| Edit::replace(place, "False")));
        finding.mend(Safety::Unsafe, "turn it off", edit);
    }
}
