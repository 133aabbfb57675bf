//! What the steps of a build install of Python, where all of them can be followed.
//!
//! A tree may have a list of requirements for each of its programs, one for developers, and those that
//! nobody uses any more: what an image has is what its own steps install. Where one step is not
//! understood, nothing is known of the image, and the project's files are all that is asked.

use crate::fact::Fact;
use crate::model::Files;
use crate::model::build::image_of::Built;
use crate::model::build::image_steps::{self, StageRun, StepRun};
use crate::model::command::Started;
use crate::model::image::{Content, Context, Does, From, Image};
use crate::model::project::Install;
use crate::source::normalize;
use crate::syntax::Parsed;
use crate::syntax::requirements::{Group, Manifest, parse_one};
use crate::syntax::spliced::Spliced;
use asked::{Asked, ProjectFile, asked};
use camino::{Utf8Path, Utf8PathBuf};

mod asked;

/// Finds the file of the tree that a path leads to.
type InTree<'a> = &'a dyn Fn(&Utf8Path) -> Option<Utf8PathBuf>;

/// What is installed on the way to an image, and by what a container of it starts with. `None` if
/// not all of it is known.
pub(super) fn installs<'s>(
    files: &Files,
    built: &Built,
    start: impl IntoIterator<Item = (&'s Started, Option<&'s Fact<String>>)>,
    in_container: InTree<'_>,
) -> Option<Vec<Install>> {
    let (image, context) = built.in_context(files)?;
    let mut gathered = Gathered { files, installs: Vec::new(), wheeled: false, exported: None };
    // The stages that others take from come first.
    for StageRun { image, steps } in image_steps::runs(files, built).iter().rev() {
        if image.target().layers.iter().any(|it| brings_unseen(&it.does)) {
            return None;
        }
        for step in steps {
            gathered.step(image, &context, step)?;
        }
    }
    for (started, directory) in start {
        gathered.add(started, directory, in_container)?;
    }
    if gathered.installs.iter().any(|it| is_changed(image, it)) {
        return None;
    }
    (!gathered.installs.is_empty()).then_some(gathered.installs)
}

/// Whether an instruction may bring packages of Python that nobody sees.
fn brings_unseen(does: &Does) -> bool {
    const TOOLS: [&str; 5] = ["astral-sh/uv", "node", "nginx", "caddy", "dockerize"];
    match does {
        Does::Copy(copy) => match &copy.from {
            From::Elsewhere(image) => !TOOLS.iter().any(|it| image.to_string().contains(it)),
            From::Context | From::Stage(_) => false,
        },
        _ => false,
    }
}

/// Whether a step of the build may change the file that is installed, or write it.
fn is_changed(image: &Image, install: &Install) -> bool {
    const LEAVE_IT: [&str; 10] =
        ["pip", "python", "uv", "poetry", "pipenv", "cat", "rm", "chmod", "chown", "ls"];
    let Install::File { path, .. } = install else { return false };
    let Some(name) = path.file_name() else { return true };
    let layers = image.stages.iter().flat_map(|stage| &stage.layers);
    let mut runs = layers.filter_map(|layer| match &layer.does {
        Does::Run(run) => Some(run.form.text()),
        _ => None,
    });
    runs.any(|text| {
        let text = text.replace("\\\n", " ");
        let mut commands = text.split(['\n', ';', '&', '|']).filter(|it| it.contains(name));
        commands.any(|command| {
            let program = command.split_whitespace().next().unwrap_or_default();
            let program = program.rsplit('/').next().unwrap_or_default();
            let runs_code = program.starts_with("python") && !command.contains(" -m ");
            command.contains('>') || runs_code || !LEAVE_IT.iter().any(|it| program.starts_with(it))
        })
    })
}

struct Gathered<'f> {
    files: &'f Files<'f>,
    installs: Vec<Install>,
    /// Wheels were made of lists that are among the rest.
    wheeled: bool,
    /// What a list was written of that pip is given afterwards.
    exported: Option<Install>,
}

/// The lists that a command has pip read, as its words name them.
pub(super) fn lists(started: &Started) -> Vec<Fact<String>> {
    let asked = asked(started).unwrap_or_default().into_iter();
    let lists = asked.filter_map(|it| match it {
        Asked::List(list) => Some(list),
        _ => None,
    });
    lists.collect()
}

impl Gathered<'_> {
    fn step(&mut self, image: &Image, context: &Context<'_>, step: &StepRun) -> Option<()> {
        let in_image = |path: &Utf8Path| match image.at(path, context)?.value {
            Content::Context(path) => Some(path),
            Content::Inline(_) | Content::Elsewhere => None,
        };
        let workdir = step.workdir.as_ref().map(|it| it.value.as_path());
        let in_step = |path: &Utf8Path| {
            let mut mounts = step.mounts.iter();
            let mounted = mounts.find_map(|it| bound(&it.value, path, workdir, context));
            mounted.or_else(|| in_image(path))
        };
        for ran in &step.ran {
            self.add(&ran.started, ran.directory.as_ref(), &in_step)?;
        }
        Some(())
    }

    fn add(
        &mut self,
        started: &Started,
        directory: Option<&Fact<String>>,
        in_tree: InTree<'_>,
    ) -> Option<()> {
        let from = directory.map(|it| Utf8Path::new(it.value.as_str()));
        let find = |path: &str| {
            let path = Utf8Path::new(path);
            let path = if path.is_absolute() { path.to_owned() } else { from?.join(path) };
            in_tree(&normalize(&path))
        };
        for asked in asked(started)? {
            match asked {
                Asked::List(list) => {
                    let file = find(&list.value).map(|path| file(path, Vec::new()));
                    self.installs.push(file.or_else(|| self.exported.clone())?);
                }
                Asked::Named(name) => {
                    let written = Spliced::new(&name.value, name.evidence().place()?);
                    self.installs.push(Install::Named(parse_one(&written)?));
                }
                Asked::Folder(folder) => {
                    let (folder, extras) =
                        folder.value.split_once('[').unwrap_or((&folder.value, ""));
                    let extras = extras.trim_end_matches(']').split(',').map(str::trim);
                    let extras = extras.filter(|it| !it.is_empty());
                    let groups = extras.map(|it| Group::Extra(it.to_owned())).collect();
                    let of_folder = |name: &str| {
                        let path = find(&format!("{folder}/{name}"))?;
                        self.manifest(&path).filter(|it| it.declares).map(|_| path)
                    };
                    let path = ["pyproject.toml", "setup.cfg"].into_iter().find_map(of_folder)?;
                    self.installs.push(file(path, groups));
                }
                Asked::Project(of) => {
                    let project = self.project(of, find(of.name)?)?;
                    self.installs.push(project);
                }
                Asked::Export(of) => self.exported = self.project(of, find(of.name)?),
                Asked::Wheeling => self.wheeled = true,
                Asked::Wheels if self.wheeled => {}
                Asked::Wheels => return None,
            }
        }
        Some(())
    }

    fn manifest(&self, path: &Utf8Path) -> Option<&Manifest> {
        match self.files.find(path).read()?.parsed {
            Parsed::Requirements(manifest) => Some(manifest),
            _ => None,
        }
    }

    /// The project of a file, with all of its groups where some that are not its own are installed.
    fn project(&self, of: ProjectFile, path: Utf8PathBuf) -> Option<Install> {
        let manifest = self.manifest(&path)?;
        let asking = manifest.requirements.iter().map(|it| &it.group);
        let groups = asking.chain(manifest.includes.iter().map(|it| &it.group));
        let mut groups: Vec<Group> =
            groups.filter(|it| of.groups && **it != Group::Main).cloned().collect();
        groups.sort();
        groups.dedup();
        Some(file(path, groups))
    }
}

fn file(path: Utf8PathBuf, groups: Vec<Group>) -> Install {
    Install::File { path, groups }
}

/// The file of the tree that `--mount=type=bind,source=…,target=…` shows a step at a path.
fn bound(
    mount: &str,
    path: &Utf8Path,
    workdir: Option<&Utf8Path>,
    context: &Context<'_>,
) -> Option<Utf8PathBuf> {
    let option = |names: &[&str]| {
        let mut options = mount.split(',').filter_map(|it| it.split_once('='));
        options.find(|(name, _)| names.contains(name)).map(|(_, value)| value)
    };
    // `bind` is what a mount is of itself (Dockerfile reference, "RUN --mount").
    if option(&["type"]).is_some_and(|it| it != "bind") || option(&["from"]).is_some() {
        return None;
    }
    let target = Utf8Path::new(option(&["target", "dst", "destination"])?);
    let target = if target.is_absolute() { target.to_owned() } else { workdir?.join(target) };
    let below = path.strip_prefix(normalize(&target)).ok()?;
    let source = option(&["source", "src"]).unwrap_or("").trim_start_matches('/');
    let found = normalize(&context.root.join(source).join(below));
    context.tree.is_file(&found).then_some(found)
}
