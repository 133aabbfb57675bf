//! What the steps of an image's build run, and under which settings Django runs in them.

use crate::fact::Fact;
use crate::model::build::apps::{self, Home};
use crate::model::build::copied;
use crate::model::build::image_of::Built;
use crate::model::build::{main_step, service};
use crate::model::container::BuildStep;
use crate::model::django::Project;
use crate::model::image::{Base, Content, Context, Does, From, Image, Step};
use crate::model::{Files, command};
use crate::source::Place;
use crate::syntax::dockerfile::Form;
use crate::syntax::shell::evaluate::Argument;
use crate::syntax::spliced::Spliced;
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeSet;
use std::sync::Arc;

/// A stage that takes part, as if it were the one that runs, and what its steps run.
pub(super) struct StageRun {
    pub(super) image: Image,
    pub(super) steps: Vec<StepRun>,
}

/// A `RUN`, with the programs that it starts.
pub(super) struct StepRun {
    pub(super) place: Place,
    pub(super) mounts: Vec<Fact<String>>,
    pub(super) workdir: Option<Fact<Utf8PathBuf>>,
    pub(super) ran: Vec<command::Step>,
}

/// What is run in each stage that takes part, the one that runs first. What a stage is built on runs in
/// it as well.
pub(super) fn runs<'b>(files: &Files, built: &'b Built) -> &'b [StageRun] {
    built.runs.get_or_init(|| {
        let Some(image) = &built.image else { return Vec::new() };
        let stages = stages(image).into_iter();
        let stages = stages.map(|it| image.with_target(it));
        let run = |image: &Image, step: &Step<'_>| StepRun {
            place: step.place,
            mounts: step.run.mounts.clone(),
            workdir: step.workdir.clone(),
            ran: ran(files, built, image, step),
        };
        let each = stages.map(|image| {
            let steps = image.steps().iter().map(|step| run(&image, step)).collect();
            StageRun { image, steps }
        });
        each.collect()
    })
}

/// All that is run on the way to the image: in its own stages, and in those that it copies from.
pub(super) fn steps(files: &Files, projects: &[Arc<Project>], built: &Built) -> Vec<BuildStep> {
    let mut found = Vec::new();
    let mut done = BTreeSet::new();
    for StageRun { image, steps } in runs(files, built) {
        for step in steps.iter().filter(|it| done.insert(it.place)) {
            let secret = step.mounts.iter().any(|it| it.value.contains("type=secret"));
            found.extend(step.ran.iter().map(|ran| BuildStep {
                place: step.place,
                ran: ran.clone(),
                django: match secret {
                    true => None,
                    false => django(files, projects, built, image, ran),
                },
            }));
        }
    }
    found
}

/// The stages that take part, the one that runs first.
pub(super) fn stages(image: &Image) -> Vec<usize> {
    let mut found = vec![image.target_index()];
    let mut at = 0;
    while let Some(stage) = found.get(at).copied() {
        at += 1;
        let base = match image.stages[stage].base {
            Base::Stage(base) => Some(base),
            Base::Image(_) | Base::Scratch(_) => None,
        };
        let copied = image.stages[stage].layers.iter().filter_map(|layer| match &layer.does {
            Does::Copy(copy) => match copy.from {
                From::Stage(from) => Some(from),
                From::Context | From::Elsewhere(_) => None,
            },
            _ => None,
        });
        for stage in base.into_iter().chain(copied) {
            if !found.contains(&stage) {
                found.push(stage);
            }
        }
    }
    found
}

/// The programs that a step starts.
fn ran(files: &Files, built: &Built, image: &Image, step: &Step<'_>) -> Vec<command::Step> {
    let environment = image.environment_at(step.place);
    let words = words(files, step);
    let tree = |path: &Utf8Path| in_tree(files, built, image, path);
    main_step::steps(files, &words, &environment, step.workdir.as_ref(), &tree)
}

/// The words of a `RUN`. A heredoc alone is the text of the shell (Dockerfile reference,
/// "Here-Documents").
fn words(files: &Files, step: &Step<'_>) -> Vec<Argument> {
    if let (Form::Shell(text), [only]) = (&step.run.form, step.run.heredocs.as_slice())
        && text.as_str().trim_start().starts_with("<<")
        && text.as_str().split_whitespace().count() == 1
    {
        let read = files.read(only.content.file);
        let text = read.text.get(only.content.span.range()).unwrap_or_default();
        let script = Argument::new(Spliced::new(text, only.content));
        let shell = step.shell.iter().map(|it| Argument::new(Spliced::new(it, step.place)));
        return shell.chain([script]).collect();
    }
    service::form_words(&step.run.form, &step.shell, step.place)
}

fn in_tree(files: &Files, built: &Built, image: &Image, path: &Utf8Path) -> Option<Utf8PathBuf> {
    let root = built.context.as_ref()?;
    let context = Context { tree: files.tree, root, ignore: &built.ignore };
    match image.at(path, &context)?.value {
        Content::Context(path) => Some(path),
        Content::Inline(_) | Content::Elsewhere => None,
    }
}

/// The settings that a command of manage.py loads in the build.
fn django(
    files: &Files,
    projects: &[Arc<Project>],
    built: &Built,
    image: &Image,
    ran: &command::Step,
) -> Option<crate::model::Django> {
    if !matches!(ran.started.program.value, command::Program::Manage(_)) {
        return None;
    }
    let root = built.context.as_ref()?;
    let context = Context { tree: files.tree, root, ignore: &built.ignore };
    let cwd = ran.directory.as_ref().map(|it| Utf8PathBuf::from(it.value.as_str()));
    let folder = cwd.as_ref().and_then(|cwd| in_tree(files, built, image, cwd));
    let from = |_: &Project, at: &Utf8Path| folder.as_deref() == Some(at);
    let project = apps::project(files, projects, &ran.started, None, &from)?;
    let home = Home {
        cwd: cwd.clone(),
        checkout: copied::homes(image, &context, project),
        brings: Some(&|at: &Utf8Path| in_tree(files, built, image, at)),
        put_over: Vec::new(),
        environment: &ran.environment,
        closed: false,
        copied: false,
        left_out: built.left_out(),
        contract: None,
    };
    apps::django(files, project, &ran.started, &home)
}
