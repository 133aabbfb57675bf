//! Folders that settings look for in an image, that the tree has, and that no `COPY` brings; packages of
//! applications among them.

use crate::fact::Fact;
use crate::model::build::image_of::Built;
use crate::model::contents::{Uncopied, Within};
use crate::model::image::{Context, Copy, Does, From, Image, Run, calls_script};
use crate::model::project::distributions::providers_of;
use crate::model::{Files, INSTALLED_APPS, Process, View};
use crate::python::{self, Value};
use camino::{Utf8Path, Utf8PathBuf};

/// Settings that are lists of folders.
const LISTS: &[&str] = &["LOCALE_PATHS", STATIC, "FIXTURE_DIRS"];

const STATIC: &str = "STATICFILES_DIRS";

const APPS: &str = INSTALLED_APPS.name;

pub(super) fn uncopied(
    files: &Files,
    process: &Process,
    built: Option<&Built>,
    view: &View,
) -> Vec<Uncopied> {
    // What an image holds that is built on one nobody knows is not in view.
    let Some(built) = built.filter(|it| it.flavour.is_some() && view.complete) else {
        return Vec::new();
    };
    let Some((image, context)) = built.in_context(files) else { return Vec::new() };
    let Some((folder, home)) = home(files, process, image, &context) else { return Vec::new() };
    let mut found = named(process);
    found.extend(applications(process, (&folder, &home)));
    let bundled: Vec<Utf8PathBuf> = found.iter().filter_map(bundled).collect();
    found.retain(|it| it.setting != STATIC || !bundled.contains(&it.at.value));
    found.retain_mut(|it| {
        let Ok(below) = it.at.value.strip_prefix(&home) else { return false };
        it.folder = folder.join(below);
        let inside = it.folder.strip_prefix(context.root).ok().map(Utf8Path::to_owned);
        it.within =
            inside.map_or(Within::Nothing, |inside| match built.ignore.leaves_out(&inside) {
                Some(line) => Within::Ignored(line.clone().into()),
                None => Within::Context(inside),
            });
        let mounted = view.mounts.iter().any(|mount| {
            it.at.value.starts_with(&mount.value.at) || mount.value.at.starts_with(&it.at.value)
        });
        !below.as_str().is_empty()
            && !mounted
            && has_files(files, &it.folder)
            && is_left_out(image, &context, &it.folder, &it.at.value)
    });
    let mut told: Vec<Utf8PathBuf> = Vec::new();
    found.retain(|it| {
        let is_new = it.setting != APPS || !told.iter().any(|above| it.at.value.starts_with(above));
        told.push(it.at.value.clone());
        is_new
    });
    found
}

/// The packages of applications, from the one that is imported first, where the image has the project's
/// root. What a distribution brings as well may be installed.
fn applications(process: &Process, (folder, home): (&Utf8Path, &Utf8Path)) -> Vec<Uncopied> {
    let app = process.fact();
    let project = process.django.as_ref().map(|it| &it.project);
    // Below a checkout that is a package itself, each entry lies elsewhere than it is called.
    let project = project.filter(|it| it.package.is_none());
    let root = project.and_then(|it| it.root.strip_prefix(folder).ok());
    let Some((root, apps)) = root.map(|it| home.join(it)).zip(app.installed_apps()) else {
        return Vec::new();
    };
    let own = apps.value.iter().filter(|entry| {
        let top = entry.value.split('.').next().unwrap_or_default();
        !python::is_standard(top) && providers_of(top).next().is_none()
    });
    let packages = own.flat_map(|entry| {
        let at = |name: &str| entry.map(|_| root.join(name.replace('.', "/"))).given(&app);
        python::from_outermost(&entry.value).map(at).collect::<Vec<_>>()
    });
    let (folder, within) = (Utf8PathBuf::new(), Within::Nothing);
    packages
        .map(|at| Uncopied { setting: APPS, at, folder: folder.clone(), within: within.clone() })
        .collect()
}

/// What a bundler copies into a folder beside the one that it makes: `public` becomes part of `dist`
/// (Vite's guide, "The public Directory").
fn bundled(made: &Uncopied) -> Option<Utf8PathBuf> {
    let is_made = matches!(made.at.value.file_name()?, "dist" | "build");
    (is_made && made.setting == STATIC).then(|| made.at.value.with_file_name("public"))
}

/// A folder of the tree and where the image has it, told by where it has the settings.
pub(super) fn home(
    files: &Files,
    process: &Process,
    image: &Image,
    context: &Context<'_>,
) -> Option<(Utf8PathBuf, Utf8PathBuf)> {
    let django = process.django.as_ref()?;
    let module = django.project.modules.iter().find(|it| it.name == django.module.value)?;
    let places = image.places_of(&module.path, context);
    let [place] = places.as_slice() else { return None };
    let (mut folder, mut home) = (module.path.as_path(), place.value.as_path());
    let is_root = |folder: &Utf8Path| files.tree.roots().iter().any(|root| root == folder);
    while folder.file_name().is_some() && folder.file_name() == home.file_name() && !is_root(folder)
    {
        (folder, home) = (folder.parent()?, home.parent()?);
    }
    Some((folder.to_owned(), home.to_owned()))
}

/// The absolute folders that the settings name.
fn named(process: &Process) -> Vec<Uncopied> {
    let app = process.fact();
    let mut found: Vec<(&'static str, Fact<Value>)> = Vec::new();
    for name in LISTS {
        let items = app.setting(name);
        let items = items.iter().flat_map(|it| it.value.items().unwrap_or_default());
        found.extend(items.map(|item| (*name, item.clone())));
    }
    let engines = app.setting("TEMPLATES");
    let engines = engines.iter().flat_map(|it| it.value.items().unwrap_or_default());
    for dirs in engines.filter_map(|engine| engine.value.get("DIRS")) {
        let items = dirs.value.items().unwrap_or_default();
        found.extend(items.iter().map(|item| ("TEMPLATES", item.clone())));
    }
    let absolute = |(setting, item): (&'static str, Fact<Value>)| {
        let at = item.try_map(|item| item.text().map(Utf8PathBuf::from))?;
        let folder = Utf8PathBuf::new();
        at.value.is_absolute().then(|| Uncopied {
            setting,
            at: at.given(&app),
            folder,
            within: Within::Nothing,
        })
    };
    found.into_iter().filter_map(absolute).collect()
}

/// Whether a repository has something in a folder: what git ignores is made on each machine.
fn has_files(files: &Files, folder: &Utf8Path) -> bool {
    let mut below = files.tree.below(folder).filter(|(_, entry)| !entry.ignored);
    files.tree.is_dir(folder)
        && below.any(|(path, _)| {
            files.tree.is_file(path) && !path.file_name().is_some_and(|it| it.starts_with('.'))
        })
}

/// Whether nobody can tell what a `COPY` takes from the context.
fn brings_unseen(copy: &Copy) -> bool {
    copy.adds || copy.sources.iter().any(|source| source.known().is_none())
}

/// Whether a step may make a folder of this name, or bring it: it names it, runs what is written elsewhere,
/// fetches or unpacks whole trees, or has the context at hand.
fn may_make(run: &Run, name: &str) -> bool {
    const WHOLE: [&str; 4] = ["git clone", "tar ", "unzip", "rsync"];
    let text = run.form.text();
    let is_of_context = |mount: &Fact<String>| {
        let mut parts = mount.value.split(',').map(|it| it.split_once('=').unwrap_or((it, "")));
        let is_elsewhere = |(key, value): (&str, &str)| match key {
            "from" => true,
            "type" => value != "bind",
            // A file, as a list of requirements.
            "source" | "src" => value.contains('.') && !matches!(value, "." | "./"),
            _ => false,
        };
        !parts.any(is_elsewhere)
    };
    text.contains(name)
        || !run.heredocs.is_empty()
        || WHOLE.iter().any(|it| text.contains(it))
        || calls_script(&text)
        || run.mounts.iter().any(is_of_context)
}

/// Whether nothing that is copied, fetched or run can bring it.
fn is_left_out(image: &Image, context: &Context<'_>, folder: &Utf8Path, at: &Utf8Path) -> bool {
    image.places_of(folder, context).is_empty() && !may_come_unseen(image, at)
}

/// Whether something that nobody sees may be put at a path of an image: by a step, by another stage, or by
/// a `COPY` that does not say what it takes.
pub(super) fn may_come_unseen(image: &Image, at: &Utf8Path) -> bool {
    let Some(name) = at.file_name() else { return true };
    image.layers().into_iter().any(|layer| match &layer.does {
        Does::Run(run) => may_make(run, name),
        Does::Copy(copy) => match (&copy.destination, &copy.from) {
            (None, _) => true,
            (Some(to), From::Context) => at.starts_with(&to.value) && brings_unseen(copy),
            (Some(to), From::Stage(_) | From::Elsewhere(_)) => {
                at.starts_with(&to.value) || to.value.starts_with(at)
            }
        },
        _ => false,
    })
}
