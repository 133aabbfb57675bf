//! The settings of a process, under the environment that the files give it.

use crate::cli::settings::{self, Arguments, Format};
use crate::cli::{Failure, reading};
use crate::model::{Deployment, Django, Model, Process, Stage};
use crate::source::Shown;
use std::io::Write;

/// A process of some deployment that has settings.
struct Candidate<'m> {
    deployment: &'m Deployment,
    process: &'m Process,
    django: &'m Django,
}

pub(super) fn print(arguments: &Arguments, out: &mut dyn Write) -> Result<(), Failure> {
    let reading = reading::read(&arguments.root, arguments.config.as_deref(), |_| {})?;
    let all = candidates(&reading.model);
    let Some(first) = all.first() else {
        let why = "no process with settings is in view; name the module with --settings";
        return Err(Failure::Asked(why.to_owned()));
    };
    let chosen = match &arguments.process {
        Some(name) => all.iter().find(|it| it.process.name == *name).ok_or_else(|| {
            let all = all.iter().map(|it| it.process.name.clone()).collect();
            Failure::NoProcess { name: name.clone(), all }
        })?,
        None => first,
    };
    let shown = reading.sources.shown();
    if arguments.format == Format::Full {
        write!(out, "{}", heading(chosen, &all, shown))?;
    }
    let base = reading.tree.roots().first().cloned().unwrap_or_default();
    settings::print(arguments, &chosen.django.evaluation, &reading.sources, &base, out)
}

/// Those of production first, and what answers requests before what works for it.
fn candidates(model: &Model) -> Vec<Candidate<'_>> {
    let mut all: Vec<Candidate> = Vec::new();
    for deployment in &model.deployments {
        for process in &deployment.processes {
            if let Some(django) = &process.django {
                all.push(Candidate { deployment, process, django });
            }
        }
    }
    all.sort_by_key(|it| {
        (it.deployment.stage.value != Stage::Production, !it.process.kind.is_web())
    });
    all
}

/// Whose settings they are, and whose else there are.
fn heading(chosen: &Candidate<'_>, all: &[Candidate<'_>], shown: Shown<'_>) -> String {
    let Candidate { process, django, .. } = chosen;
    let named = django.module.evidence().place();
    let named =
        named.map_or_else(String::new, |place| format!(", named at {}", shown.address(place)));
    let mut text = format!("# {} of `{}`{named}\n", django.module.value, process.name);
    let differs = |it: &&Candidate<'_>| {
        it.process.name != process.name
            && !std::sync::Arc::ptr_eq(&it.django.evaluation, &django.evaluation)
    };
    for other in all.iter().filter(differs) {
        text.push_str(&format!(
            "# also: {} of `{}`, with --process {}\n",
            other.django.module.value, other.process.name, other.process.name
        ));
    }
    text
}
