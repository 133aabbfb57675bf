//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::model::Deployment;
use crate::model::command::Step;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "startup/collectstatic-asks",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/startup/collectstatic-asks.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let mut said = Vec::new();
    // A platform begins with what its build left, each time anew: what lies there nobody sees.
    let contained = deployment.contained().into_iter().map(|(process, _)| process);
    let on_host = deployment.processes.iter().filter(|it| deployment.is_on_host(it));
    for process in contained.chain(on_host) {
        if !process.kind.is_app() || deployment.is_job(&process.name) {
            continue;
        }
        let way = process.way();
        for (number, step) in way.prepares("collectstatic") {
            // What is piped into it may be the answer.
            if step.apart || step.optional || !asks(step) || said.contains(&step.place) {
                continue;
            }
            said.push(step.place);
            let mut words = step.started.words.iter();
            let word = words.find(|it| it.value == "collectstatic");
            let at = word.map_or_else(|| step.started.program.map(|_| ()), |it| it.map(|_| ()));
            let asks = at.label("asks whether to overwrite, and nobody answers");
            let finding = match way.goes_on_without(number) {
                None => out.report(
                    process,
                    format!(
                        "`{}` does not start a second time: `collectstatic` asks then",
                        process.name
                    ),
                    asks,
                ),
                Some(_) => {
                    let message =
                        format!("`{}` collects static files at its first start only", process.name);
                    let finding = out.report(process, message, asks);
                    finding.at_most(Severity::Warning)
                }
            };
            finding.because(&process.declared).help("add `--noinput`");
            if let Some(word) = word {
                finding.replace(word, "collectstatic --noinput", Safety::Safe);
            }
        }
    }
}

fn asks(step: &Step) -> bool {
    const ANSWERS: [&str; 5] = ["--no-input", "--noinput", "--dry-run", "-n", "--help"];
    !step.started.words.iter().any(|it| ANSWERS.contains(&it.value.as_str()))
}
