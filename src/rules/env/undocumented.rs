//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::fact::Fact;
use crate::model::{Asked, Deployment, EnvFile, Process};
use crate::rules::several::several;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "env/undocumented",
    since: "0.1.0",
    severity: Severity::Advice,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/env/undocumented.md"),
};

/// Further places that are pointed at; the last says how many more there are.
const MOST_SHOWN: usize = 6;

fn check(deployment: &Deployment, out: &mut Findings) {
    let mut missing: Vec<&Asked> = Vec::new();
    let mut of = None;
    for process in deployment.apps() {
        let Some(django) = &process.django else { continue };
        let undocumented = deployment.undocumented(process).into_iter();
        let needed = |read: &&Asked| read.matters() && read.is_to_be_given(&django.faults);
        for read in undocumented.filter(needed) {
            if missing.iter().all(|it| it.name != read.name) {
                missing.push(read);
            }
            of.get_or_insert(process);
        }
    }
    let (Some(process), Some(example)) = (of, of.and_then(|it| example(deployment, it))) else {
        return;
    };
    // Nothing starts without these.
    missing.sort_by_key(|read| !read.required);
    let names: Vec<&str> = missing.iter().map(|read| read.name.as_str()).collect();
    let places = missing.iter().filter_map(|read| read.asked_at());
    let mut places = places.map(|place| Fact::at((), place));
    let Some(first) = places.next() else { return };
    let (are, them) = if names.len() == 1 { ("is", "it") } else { ("are", "them") };
    let finding = out.report(
        process,
        format!("{} {are} asked for, and `{}` does not say so", several(&names), example.name()),
        first.label("whoever deploys this has to know of it"),
    );
    let others: Vec<Fact<()>> = places.collect();
    let unseen = others.len().saturating_sub(MOST_SHOWN);
    for (at, place) in others.iter().take(MOST_SHOWN).enumerate() {
        let is_last = at + 1 == MOST_SHOWN && unseen > 0;
        let more = if is_last { format!(", and of {unseen} more") } else { String::new() };
        finding.also(place.label(format!("and of this{more}")));
    }
    finding.also(example.start.label("meant to list what is to be filled in"));
    finding.help(format!("add {them} to `{}`", example.name()));
    if let Some(start) = example.start.written_at() {
        // Left empty, it would take the place of what the settings have by default.
        let line = |read: &&Asked| {
            let mark = if read.default.is_some() { "# " } else { "" };
            Edit::Append { file: start.file, text: format!("{mark}{}=", read.name) }
        };
        finding.mend(Safety::Safe, format!("add {them}"), missing.iter().map(line));
    }
}

/// The example that knows most of what the settings ask for, if any knows something.
fn example<'a>(deployment: &'a Deployment, of: &Process) -> Option<&'a EnvFile> {
    let processes = deployment.apps().filter_map(|process| process.django.as_ref());
    let project = &of.django.as_ref()?.project;
    let reads: Vec<&Asked> = processes.flat_map(|it| &it.evaluation.reads).collect();
    let known = |file: &EnvFile| reads.iter().filter(|it| file.lists(&it.name).is_some()).count();
    let examples = deployment.surroundings.examples().filter(|it| !it.is_of_another(project));
    let counted = examples.map(|file| (known(file), file));
    let best = counted.max_by_key(|(known, _)| *known)?;
    (best.0 > 0).then_some(best.1)
}
