//! Folders that an image lacks, though the code in it has a place for them.

use crate::fact::{Certainty, Fact};
use crate::model::build::ignored::is_made;
use crate::model::build::image_of::Built;
use crate::model::build::uncopied::home;
use crate::model::image::{Context, Does, From, Image, runs_any};
use crate::model::{Files, Process, Storage, View};
use camino::{Utf8Path, Utf8PathBuf};

/// An image with the code of a project, of which it is known what it is built on.
pub(super) struct Lacking<'b> {
    files: &'b Files<'b>,
    built: &'b Built,
    image: &'b Image,
    context: Context<'b>,
    /// Where the tree has the code, and where the image does.
    home: (Utf8PathBuf, Utf8PathBuf),
}

impl<'b> Lacking<'b> {
    /// None if code that runs before may make folders, or what the image holds is not in view.
    pub(super) fn find(
        files: &'b Files<'b>,
        process: &Process,
        built: Option<&'b Built>,
    ) -> Option<Self> {
        let built = built.filter(|it| it.flavour.is_some())?;
        let (image, context) = built.in_context(files)?;
        let home = home(files, process, image, &context)?;
        let makes = settings_make_folders(files, process);
        (!makes).then_some(Self { files, built, image, context, home })
    }

    /// That it lacks a folder in the project's own, which is asked for here.
    pub(super) fn folder<T>(&self, folder: &Utf8Path, asked: Fact<T>) -> Option<Fact<T>> {
        let (root, at) = &self.home;
        let below = folder.strip_prefix(at).ok().filter(|it| !it.as_str().is_empty())?;
        let in_tree = root.join(below);
        let inside = in_tree.strip_prefix(self.context.root).ok()?;
        let is_kept_out = self.built.ignore.excludes(inside);
        let is_there = self.files.tree.is_dir(&in_tree) && !is_kept_out;
        if is_there
            || is_made(self.files, &in_tree)
            || is_named(self.files, self.built, folder.file_name()?)
            || may_come_from_elsewhere(self.image, folder)
        {
            return None;
        }
        // Git keeps no empty folder, and who builds may have one.
        let why = "an empty folder may be there where the image is built";
        Some(if is_kept_out { asked } else { asked.doubt(Certainty::Likely, why) })
    }
}

/// Where folders are mounted that docker makes, which are root's then.
pub(super) fn unmade(
    files: &Files,
    process: &Process,
    built: Option<&Built>,
    view: &View,
) -> Vec<Fact<Utf8PathBuf>> {
    let mut found = volumes(files, process, built, view);
    found.extend(unbound(files, view));
    found
}

/// Volumes that the image has no folder for (Docker, "Volumes", "Populate a volume using a container").
fn volumes(
    files: &Files,
    process: &Process,
    built: Option<&Built>,
    view: &View,
) -> Vec<Fact<Utf8PathBuf>> {
    let Some(lacking) = Lacking::find(files, process, built) else { return Vec::new() };
    // A program of the project's own may make any.
    let runs_own = lacking.image.layers().into_iter().any(|layer| match &layer.does {
        Does::Run(run) => {
            let text = run.form.text();
            let text = OF_DJANGO.iter().fold(text.to_string(), |text, it| text.replace(it, ""));
            !run.heredocs.is_empty() || runs_any(&text, &RUNS_OWN)
        }
        _ => false,
    });
    if runs_own {
        return Vec::new();
    }
    let volumes = view.mounts.iter().filter(|it| matches!(it.value.from, Storage::Volume { .. }));
    let unmade = volumes.filter_map(|mount| {
        let at = &mount.value.at;
        // What lies below another mount is not of the image.
        let mut others = view.mounts.iter().map(|it| &it.value.at);
        if others.any(|it| it != at && at.starts_with(it)) {
            return None;
        }
        lacking.folder(at, mount.map(|it| it.at.clone()))
    });
    unmade.collect()
}

/// Folders of the checkout that it does not have when it is fresh: docker makes what is bound and not
/// there, as root (Docker, "Bind mounts", "Differences between -v and --mount behavior").
fn unbound(files: &Files, view: &View) -> Vec<Fact<Utf8PathBuf>> {
    let why = "somebody may make the folder on the server, for the user of the container";
    let unbound = view.mounts.iter().filter_map(|mount| {
        let Storage::Checkout(folder) = &mount.value.from else { return None };
        let is_absent = files.tree.get(folder).is_none() && !files.tree.is_unseen(folder);
        let is_folder = folder.extension().is_none();
        let at = || mount.map(|it| it.at.clone()).doubt(Certainty::Likely, why);
        (is_absent && is_folder && !is_made(files, folder)).then(at)
    });
    unbound.collect()
}

/// What a step calls by which anything may come about: scripts, and the project's own commands.
const RUNS_OWN: [&str; 4] = [".sh", "make ", "manage.py", ".py"];

/// Commands of Django's own, the first of which makes STATIC_ROOT, and none any other folder.
const OF_DJANGO: [&str; 3] =
    ["manage.py collectstatic", "manage.py compilemessages", "manage.py check"];

/// Whether code that runs before may make folders.
fn settings_make_folders(files: &Files, process: &Process) -> bool {
    let Some(django) = &process.django else { return true };
    let makes = |path: &Utf8Path| {
        let read = files.find(path).read();
        read.is_some_and(|it| ["mkdir", "makedirs"].iter().any(|word| it.has(word)))
    };
    let around = ["manage.py", "wsgi.py", "asgi.py", "celery.py", "__init__.py", "log.py"];
    let around = around.iter().flat_map(|name| files.named(name));
    let around = around.filter(|path| path.starts_with(&django.project.root));
    django.project.modules.iter().any(|it| makes(&it.path))
        || around.into_iter().any(|it| makes(it))
}

/// Whether another stage or image may bring a folder.
fn may_come_from_elsewhere(image: &Image, folder: &Utf8Path) -> bool {
    image.layers().into_iter().any(|layer| match &layer.does {
        Does::Copy(copy) => match (&copy.destination, &copy.from) {
            (None, _) => true,
            (Some(_), From::Context) => {
                copy.adds || copy.sources.iter().any(|it| it.known().is_none())
            }
            (Some(to), From::Stage(_) | From::Elsewhere(_)) => folder.starts_with(&to.value),
        },
        _ => false,
    })
}

/// Whether the Dockerfile speaks of a folder of this name.
fn is_named(files: &Files, built: &Built, name: &str) -> bool {
    let read = built.dockerfile.as_ref().and_then(|it| files.find(it).read());
    let speaks = |line: &str| !line.trim_start().starts_with('#') && line.contains(name);
    read.is_none_or(|it| it.text.lines().any(speaks))
}
