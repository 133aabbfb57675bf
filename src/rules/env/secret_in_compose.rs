//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::fact::Fact;
use crate::fact::secret::is_placeholder;
use crate::model::compose::WrittenSecret;
use crate::model::{Deployment, Process};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "env/secret-in-compose",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: Some("6.5"),
    check: Check::Deployment(check),
    page: include_str!("../../../rules/env/secret-in-compose.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    // Whoever makes the file of an example puts another there.
    if deployment.is_an_example() {
        return;
    }
    // The same password in several places is one to change.
    let mut groups: Vec<(&Process, Vec<WrittenSecret<'_>>)> = Vec::new();
    // What nothing reads opens nothing, and is to be taken out.
    let idle = deployment.idle();
    let is_idle = |process: &Process, it: &WrittenSecret<'_>| {
        idle.iter().any(|idle| std::ptr::eq(idle.process, process) && idle.name == it.name)
    };
    for (service, process, _) in deployment.services() {
        // What a script fills in before each start is not what stands here.
        let secrets = service.written_secrets().into_iter();
        // Of what was to be replaced, and is asked for, env/placeholder-value tells.
        let is_told =
            |it: &WrittenSecret<'_>| is_placeholder(&it.secret) && process.asks_for(it.name);
        let secrets = secrets.filter(|it| !(is_idle(process, it) || is_told(it)));
        for written in secrets.filter(|it| !deployment.surroundings.is_edited(it.name)) {
            let same = |it: &WrittenSecret<'_>| it.is_same_as(&written);
            match groups.iter_mut().find(|(_, known)| known.iter().any(same)) {
                // What is merged into several services stands there once.
                Some((_, known))
                    if known.iter().any(|it| it.at.written_at() == written.at.written_at()) => {}
                Some((_, known)) => known.push(written),
                None => groups.push((process, vec![written])),
            }
        }
    }
    for (process, secrets) in &groups {
        report(deployment, process, secrets, out);
    }
}

fn report(
    deployment: &Deployment,
    process: &Process,
    secrets: &[WrittenSecret<'_>],
    out: &mut Findings,
) {
    let [first, more @ ..] = secrets else { return };
    let WrittenSecret { name, at, .. } = first;
    let (message, label, same) = match first.is_name {
        true => (
            format!("the password in `{name}` is the name of a secret"),
            "taken as it is, whatever the secret holds",
            "and here",
        ),
        false => (
            format!("`{name}` is a secret, and stands in the compose file"),
            "whoever reads the repository has it",
            "the same secret",
        ),
    };
    let finding = out.report(process, message, at.label(label));
    for again in more {
        finding.also(again.at.label(same));
    }
    if first.is_name {
        finding.help(format!("name its file: `{name}_FILE` with `/run/secrets/{}`", first.secret));
        return;
    }
    let falls_back = fallbacks(deployment, first);
    for fallback in &falls_back {
        finding.also(fallback.label("falls back to the same secret"));
    }
    let built_with = built_with(deployment, first);
    for argument in &built_with {
        finding.also(argument.label("built with the same secret, which the image keeps"));
    }
    let variable = |it: &WrittenSecret<'_>| format!("${{{}:?}}", it.name);
    let edit = |it: &WrittenSecret<'_>| Some(Edit::replace(it.at.written_at()?, variable(it)));
    let what = match more.is_empty() {
        true => format!("write `{}`", variable(first)),
        false => "take each from a variable".to_owned(),
    };
    let help = match more.len() + falls_back.len() + built_with.len() {
        0 => format!("write `{}`, and keep the value in a file that git ignores", variable(first)),
        _ => {
            "have all of these take it from a variable, whose value is in no file of git".to_owned()
        }
    };
    finding
        .help(help)
        // It has to be in that file before.
        .mend(Safety::Unsafe, what, secrets.iter().filter_map(edit));
}

/// Where services of the same file have a secret as the default of a variable. Whoever gives the one
/// another value, and not the other, locks the service out.
fn fallbacks(deployment: &Deployment, secret: &WrittenSecret<'_>) -> Vec<Fact<()>> {
    let services = deployment.services().into_iter();
    let all = services.flat_map(|(service, ..)| service.falls_back_to(secret));
    each_once(all, secret)
}

/// Where builds of services of the same file are given a secret.
fn built_with(deployment: &Deployment, secret: &WrittenSecret<'_>) -> Vec<Fact<()>> {
    let services = deployment.services().into_iter();
    let all = services.flat_map(|(service, ..)| service.built_with(secret));
    each_once(all, secret)
}

/// Those that stand in the file of a secret.
fn each_once(all: impl Iterator<Item = Fact<()>>, secret: &WrittenSecret<'_>) -> Vec<Fact<()>> {
    let file = |it: &Fact<()>| it.evidence().place().map(|it| it.file);
    let mut found: Vec<Fact<()>> = Vec::new();
    for each in all.filter(|it| file(it) == file(&secret.at)) {
        // What is merged into several services stands there once.
        if !found.iter().any(|it| it.evidence().place() == each.evidence().place()) {
            found.push(each);
        }
    }
    found
}
