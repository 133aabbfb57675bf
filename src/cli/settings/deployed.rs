//! The settings of a process, under the environment that the files give it.

use crate::cli::Failure;
use crate::cli::settings::{self, Arguments, Format};
use crate::config::Config;
use crate::model::{Deployment, Django, Model, Process, Stage};
use crate::run;
use crate::source::{Shown, Tree};
use std::io::Write;

/// A process of some deployment that has settings.
struct Candidate<'m> {
    deployment: &'m Deployment,
    process: &'m Process,
    django: &'m Django,
}

pub(super) fn print(
    arguments: &Arguments,
    tree: &Tree,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let (sources, model) = run::read(tree, &Config::default());
    let all = candidates(&model);
    let chosen = match &arguments.process {
        Some(name) => all.iter().find(|it| it.process.name == *name).ok_or_else(|| {
            Failure::Asked(format!("there is no process `{name}`, but {}", names(&all)))
        })?,
        None => all.first().ok_or_else(|| {
            Failure::Asked(
                "no process with settings is in view; name the module with --settings".to_owned(),
            )
        })?,
    };
    if arguments.format == Format::Full {
        write!(out, "{}", heading(chosen, &all, sources.shown()))?;
    }
    let base = tree.roots().first().cloned().unwrap_or_default();
    settings::print(arguments, &chosen.django.evaluation, &sources, &base, out)
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

fn names(all: &[Candidate<'_>]) -> String {
    let names = all.iter().map(|it| format!("`{}`", it.process.name)).collect::<Vec<_>>();
    if names.is_empty() { "none is in view".to_owned() } else { names.join(", ") }
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
