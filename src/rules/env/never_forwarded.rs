//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::fact::Fact;
use crate::model::{Concern, Deployment, HeldBack, Meant, Process, ProcessKind};
use crate::rules::several::several;
use crate::rules::{Check, Rule};
use std::collections::BTreeMap;

pub(super) static RULE: Rule = Rule {
    id: "env/never-forwarded",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/env/never-forwarded.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let mut groups: BTreeMap<(String, Group<'_>), Vec<(&Process, HeldBack<'_>)>> = BTreeMap::new();
    for process in deployment.apps() {
        for held in deployment.held_back(process) {
            let concern = Concern::of(&held.read.name);
            // A scheduler hands tasks on to workers, and those send mail.
            let is_others = concern.is_of_web() && !process.kind.is_web()
                || process.kind == ProcessKind::Scheduler
                    && (concern == Concern::Mail || held.read.name.starts_with("EMAIL_"));
            if is_others {
                continue;
            }
            let key = (held.file.clone(), group(&held, concern));
            groups.entry(key).or_default().push((process, held));
        }
    }
    for ((_, group), members) in &groups {
        report(deployment, group, members, out);
    }
}

/// What is told together: the variables of one matter, and all of which nothing depends.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Group<'a> {
    Matters(&'a str),
    Else,
}

fn group<'a>(held: &HeldBack<'a>, concern: Concern) -> Group<'a> {
    let name = held.read.name.as_str();
    match concern {
        Concern::Other => Group::Else,
        _ if held.is_default() => Group::Else,
        // Whoever wrote one list forgot it all at once.
        _ if matches!(held.meant, Meant::Told(_)) => Group::Matters(""),
        Concern::Secret | Concern::Transport | Concern::Mail | Concern::Service => {
            Group::Matters(name.split('_').next().unwrap_or(name))
        }
    }
}

/// Further variables that are pointed at; all are counted.
const MOST_SHOWN: usize = 4;

fn report(
    deployment: &Deployment,
    group: &Group<'_>,
    members: &[(&Process, HeldBack<'_>)],
    out: &mut Findings,
) {
    let Some((process, first)) = members.first() else { return };
    let (mut names, mut services, mut given, mut blocks) = (vec![], vec![], vec![], vec![]);
    for (process, held) in members {
        let name = held.read.name.as_str();
        if !names.contains(&name) {
            names.push(name);
            given.push(held.meant_at());
        }
        if !services.contains(&process.name.as_str()) {
            services.push(&process.name);
        }
        let place = |block: &Fact<()>| block.evidence().place();
        if blocks.iter().all(|it| place(it) != place(&held.block)) {
            blocks.push(held.block.clone());
        }
    }
    let place = first.read.statement.or(first.read.place);
    let asked = place.map_or_else(|| first.block.clone(), |place| Fact::at((), place));
    let (file, several_names) = (&first.file, several(&names));
    let (are, do_not) = if names.len() == 1 { ("is", "does not") } else { ("are", "do not") };
    let is_told = matches!(first.meant, Meant::Told(_));
    let (listed, label) = match is_told {
        true => (" listed", "who sets it nevertheless changes nothing"),
        false => ("", "fills in `${}` of the compose file, and no more"),
    };
    let reach = format!("{do_not} reach {}", several(&services));
    let message = format!("{several_names} {are}{listed} in `{file}` and {reach}");
    let finding = out.report(*process, message, asked.label(format!("asks for `{}`", names[0])));
    for value in given.iter().take(MOST_SHOWN) {
        finding.also(value.label(label));
    }
    for block in blocks.iter().take(MOST_SHOWN) {
        finding.also(block.label("passes on no more than this"));
    }
    // Without a value it is passed on where somebody sets it, and else not there at all.
    let how = match is_told {
        true => format!("`{}` without a value", names[0]),
        false => format!("`{0}` with the value `${{{0}}}`", names[0]),
    };
    finding.help(format!("pass it on: {how} in the `environment` of {}", several(&services)));
    if !is_told {
        let reached = services;
        let services = deployment.compose.iter().flat_map(|project| &project.services);
        let passed = services.filter(|it| reached.contains(&it.name.value.as_str()));
        // What was a default all the time is then what the file says.
        let edits = passed.filter_map(|it| it.pass_on(&names));
        finding.mend(Safety::Unsafe, "pass it on", edits);
    }
    if *group == Group::Else {
        finding.at_most(Severity::Advice);
    }
}
