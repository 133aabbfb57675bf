//! Lists of requirements that a step of a build has pip read, and that the image does not have by then:
//! the one that the step names, or one that stands in it (`-r base.txt`), which pip looks for beside it
//! (pip's reference, "Requirements File Format").

use crate::fact::Fact;
use crate::model::Files;
use crate::model::build::image_installs::lists;
use crate::model::build::image_of::Built;
use crate::model::build::image_steps::{self, StageRun, StepRun};
use crate::model::build::uncopied::may_come_unseen;
use crate::model::command::Step;
use crate::model::contents::ListLeftOut;
use crate::model::image::{Content, Context, Image};
use crate::source::normalize;
use crate::syntax::Parsed;
use crate::syntax::requirements::{Included, Manifest};
use crate::syntax::shell::evaluate::OnFailure;
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeSet;

pub(super) fn lists_left_out(files: &Files, built: &Built) -> Vec<ListLeftOut> {
    let Some((_, context)) = built.in_context(files) else { return Vec::new() };
    let mut found = Vec::new();
    for StageRun { image, steps } in image_steps::runs(files, built) {
        // What an image holds that is built on one nobody knows is not in view; a foundation of the tree
        // has a context of its own.
        let is_apart = image.stages.iter().any(|it| it.is_of_foundation);
        if image.stock().is_none() || is_apart {
            continue;
        }
        let reads = |it: &&StepRun| it.ran.iter().any(|ran| !lists(&ran.started).is_empty());
        for step in steps.iter().filter(|it| it.mounts.is_empty()).filter(reads) {
            let Some(image) = image.before(step.place) else { continue };
            let looked = Looked { files, image: &image, context: &context };
            found.extend(looked.left_out_of(step));
        }
    }
    found
}

/// What a step finds.
struct Looked<'l> {
    files: &'l Files<'l>,
    image: &'l Image,
    context: &'l Context<'l>,
}

impl Looked<'_> {
    fn left_out_of(&self, step: &StepRun) -> Option<ListLeftOut> {
        step.ran.iter().enumerate().find_map(|(index, ran)| {
            let stops = !ran.conditional && matches!(ran.on_failure, OnFailure::Stops);
            // What runs before in the step may bring any file.
            if index > 0 && !step.ran[..index].iter().all(leaves_files) || !stops {
                return None;
            }
            lists(&ran.started).into_iter().find_map(|list| self.left_out(ran, &list))
        })
    }

    /// What is not there of a list and of all that stands in it.
    fn left_out(&self, ran: &Step, list: &Fact<String>) -> Option<ListLeftOut> {
        let from = ran.directory.as_ref().filter(|it| it.value.starts_with('/'));
        let path = match list.value.starts_with('/') {
            true => Utf8PathBuf::from(&list.value),
            false => Utf8Path::new(&from?.value).join(&list.value),
        };
        let mut next = vec![list.map(|_| normalize(&path))];
        let mut seen = BTreeSet::new();
        while let Some(at) = next.pop().filter(|it| seen.insert(it.value.clone())) {
            let Some(content) = self.image.at(&at.value, self.context) else {
                let in_tree = self.in_tree(&at.value).filter(|_| seen.len() == 1)?;
                return self.unless_unseen(at, in_tree, None);
            };
            let Content::Context(in_tree) = &content.value else { return None };
            for name in included(self.manifest(in_tree)?) {
                let at = name.map(|name| normalize(&at.value.with_file_name(name)));
                let in_tree = normalize(&in_tree.with_file_name(&name.value));
                if self.image.at(&at.value, self.context).is_some() {
                    next.push(at);
                } else if self.files.tree.is_file(&in_tree) {
                    return self.unless_unseen(at, in_tree, Some(content.map(|_| ())));
                }
            }
        }
        None
    }

    fn unless_unseen(
        &self,
        at: Fact<Utf8PathBuf>,
        in_tree: Utf8PathBuf,
        brought: Option<Fact<()>>,
    ) -> Option<ListLeftOut> {
        let is_seen = !may_come_unseen(self.image, &at.value);
        is_seen.then_some(ListLeftOut { at, in_tree, brought })
    }

    /// The only file of the context that a path of the image could be meant for.
    fn in_tree(&self, at: &Utf8Path) -> Option<Utf8PathBuf> {
        let name = at.file_name()?;
        let found = self.context.root.join(name);
        self.files.tree.is_file(&found).then_some(found)
    }

    fn manifest(&self, path: &Utf8Path) -> Option<&Manifest> {
        match self.files.find(path).read()?.parsed {
            Parsed::Requirements(manifest) => Some(manifest),
            _ => None,
        }
    }
}

/// The files that a list names, each where it does.
fn included(manifest: &Manifest) -> impl Iterator<Item = Fact<String>> {
    manifest.includes.iter().filter_map(|include| match &include.what {
        Included::Requirements(name) | Included::Constraints(name) => {
            let is_path = !name.contains("://") && !name.contains('$') && !name.starts_with('/');
            is_path.then(|| Fact::at(name.clone(), include.place))
        }
        _ => None,
    })
}

/// Whether a command puts no list of requirements anywhere, as far as its name tells.
fn leaves_files(step: &Step) -> bool {
    const LEAVE: [&str; 12] = [
        "apt", "apt-get", "apk", "dnf", "yum", "rm", "echo", "set", "mkdir", "chmod", "chown",
        "adduser",
    ];
    let module = step.started.module.as_ref().map(|it| it.value.as_str());
    let name = module.unwrap_or(step.started.program_name());
    LEAVE.contains(&name) || name.starts_with("pip") || name == "venv"
}
