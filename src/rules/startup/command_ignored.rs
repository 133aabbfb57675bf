//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Fact;
use crate::model::{Deaf, Deafness, Deployment, Process, Unheard};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "startup/command-ignored",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/startup/command-ignored.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let ignored = deployment.services().into_iter().filter_map(|(service, process, container)| {
        let (command, script) = container.ignores_command(service)?;
        Some((process, command, script))
    });
    let ignored: Vec<(&Process, &Fact<()>, &Deaf)> = ignored.collect();
    let end = |it: &Deaf| it.last.evidence().place();
    for (at, (process, command, first)) in ignored.iter().enumerate() {
        // One script is mended for all.
        if ignored[..at].iter().any(|(.., it)| end(it) == end(first)) {
            continue;
        }
        let others: Vec<_> =
            ignored[at + 1..].iter().filter(|(.., it)| end(it) == end(first)).collect();
        let message = match others.len() {
            0 => format!("the command of `{}` has no effect", process.name),
            1 => format!("the commands of `{}` and one other have no effect", process.name),
            more => format!("the commands of `{}` and {more} others have no effect", process.name),
        };
        let script = &first.entrypoint.value;
        let finding = out.report(
            *process,
            message,
            command.label(format!("handed to `{script}`, which does not look at it")),
        );
        for (_, other, _) in others {
            finding.also(other.label("and so is this"));
        }
        finding
            .also(first.entrypoint.label("started in front of every command"))
            .also(first.last.label("this is how the script ends, whatever the command is"))
            .because(&process.declared)
            .help(
                "end the script with `exec \"$@\"`, or give the service an `entrypoint` of its own",
            );
    }
    let is_said =
        |it: &Unheard<'_>| ignored.iter().any(|(process, ..)| process.name == it.process.name);
    for unheard in deployment.unheard().iter().filter(|it| !is_said(it)) {
        in_vain(unheard, out);
    }
}

/// A service that is run by itself with a command.
fn in_vain(unheard: &Unheard<'_>, out: &mut Findings) {
    let process = unheard.process;
    let Some((first, others)) = unheard.calls.split_first() else { return };
    let fate = match &unheard.why {
        Deafness::Text(_) => {
            "a shell with a text of its own gets this, and does not look at it".into()
        }
        Deafness::Name(_, word) => format!("a shell looks for a script called `{word}`"),
        Deafness::Script(deaf) => {
            format!("handed to `{}`, which does not look at it", deaf.entrypoint.value)
        }
    };
    let message = format!("`{}` is run with a command that has no effect", process.name);
    let finding = out.report(process, message, first.label(fate));
    for other in others {
        finding.also(other.label("and so is this"));
    }
    match &unheard.why {
        Deafness::Text(entrypoint) => {
            finding.also(entrypoint.label("this is what runs, whatever the command is"));
        }
        Deafness::Name(entrypoint, _) => {
            finding.also(entrypoint.label("a shell, to which a command is the name of a script"));
        }
        Deafness::Script(deaf) => {
            finding.also(deaf.entrypoint.label("started in front of every command"));
            finding.also(deaf.last.label("this is how the script ends, whatever the command is"));
        }
    }
    let option = match &unheard.program {
        Some(program) => format!("`--entrypoint {program}`"),
        None => "`--entrypoint`".to_owned(),
    };
    finding.because(&process.declared);
    finding.help(match &unheard.why {
        Deafness::Script(_) => {
            format!(
                "end the script with `exec \"$@\"`, or name the program in the call by {option}"
            )
        }
        Deafness::Text(_) | Deafness::Name(..) => {
            format!("name the program in the call, by {option} in front of the service")
        }
    });
}
