//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Certainty;
use crate::model::{Deployment, Process, Target};
use crate::rules::several::several;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "startup/celery-queue-unconsumed",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/startup/celery-queue-unconsumed.md"),
};

/// Workers that are pointed at.
const MOST_SHOWN: usize = 4;

fn check(deployment: &Deployment, out: &mut Findings) {
    let mut said: Vec<String> = Vec::new();
    for process in deployment.apps().filter(|it| it.has_settings_to_judge()) {
        let routes = process.fact().queue_routes();
        if routes.is_empty() {
            continue;
        }
        let Some(consumed) = deployment.consumed(process) else { continue };
        let Some(certainty) = are_all_in_view(deployment, process) else { continue };
        for route in &routes {
            let name = &route.queue.value;
            let takes = |(_, queues): &(&Process, Vec<String>)| queues.contains(name);
            if said.contains(name) || consumed.iter().any(takes) {
                continue;
            }
            said.push(name.clone());
            let queue = route.queue.map(|_| ());
            let queue = match certainty {
                Certainty::Certain => queue,
                less => queue.doubt(less, "a unit that is not in view may take from it"),
            };
            let finding = out.report(
                process,
                format!("tasks for the queue `{name}` wait for ever: no worker takes from it"),
                queue.label(format!("`{}` goes there", route.tasks)),
            );
            for (worker, queues) in consumed.iter().take(MOST_SHOWN) {
                let queues: Vec<&str> = queues.iter().map(String::as_str).collect();
                let text = format!("`{}` takes from {}", worker.name, several(&queues));
                let queues = worker.started.as_ref().and_then(|it| it.queues.as_ref());
                match queues {
                    Some(queues) => finding.also(queues.label(text)),
                    None => finding.also(worker.declared.label(text)),
                };
            }
            finding.because(&process.declared);
            if let Some(broker) = process.broker() {
                finding.because(&broker.known_by);
            }
            finding.help(format!("have a worker take from it, too: `-Q {name}`"));
        }
    }
}

/// Whether a worker that is not here is likely nowhere: the compose file has the broker as well, or
/// there are several units of the site.
fn are_all_in_view(deployment: &Deployment, process: &Process) -> Option<Certainty> {
    if deployment.is_of_several_units() {
        return (!deployment.surroundings.told.starts_workers).then_some(Certainty::Likely);
    }
    let target = deployment.target(process, &process.broker()?)?;
    matches!(target, Target::Service(..)).then_some(Certainty::Certain)
}
