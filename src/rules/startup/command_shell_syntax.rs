//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::model::{Deployment, Unshelled};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "startup/command-shell-syntax",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/startup/command-shell-syntax.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let mut said = Vec::new();
    for (service, process, container) in deployment.begun() {
        for unshelled in container.unshelled(service) {
            let (message, at, help, mended) = match &unshelled {
                Unshelled::Dropped { end, to_shell, mended } => {
                    let (label, help) = match to_shell {
                        false => (
                            "no shell reads this, and compose leaves it out without a word",
                            "hand the whole line to a shell: `sh -c \"… && exec …\"`",
                        ),
                        true => (
                            "compose leaves this out, before the shell gets its first word",
                            "write the command as a list of one text, so that the shell gets it whole",
                        ),
                    };
                    let never = "never runs the second part of its command";
                    let message = format!("`{}` {never}", process.name);
                    (message, end.label(label), help, mended.as_ref())
                }
                Unshelled::Argument { word, program } => (
                    format!(
                        "`{}` reaches `{program}` as it stands, for no shell reads it",
                        word.value
                    ),
                    word.label("an argument like any other"),
                    "hand one text to a shell: `[\"sh\", \"-c\", \"exec …\"]`",
                    None,
                ),
            };
            // One line that several services share is one fault.
            let place = at.evidence.place();
            if said.contains(&place) {
                continue;
            }
            said.push(place);
            let finding = out.report(process, message, at);
            // What compose drops never runs, whatever is behind the entrypoint.
            if matches!(unshelled, Unshelled::Argument { .. }) {
                finding.because(&process.declared);
            }
            finding.help(help).mend(
                Safety::Unsafe,
                "hand it to a shell",
                mended.map(|(line, text)| Edit::replace(*line, text)),
            );
        }
    }
}
