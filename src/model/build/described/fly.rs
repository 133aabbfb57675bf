//! `fly.toml` (Fly Docs, "Fly Launch configuration (fly.toml)").
//!
//! Each of `[processes]` is what a machine of its own is given as the image's command. Without any there is
//! one, which starts what the image does by itself.

use crate::fact::{Fact, Supplied};
use crate::model::build::described::said::Said;
use crate::model::build::described::{Command, Described, Image, Service, Start, set_by_platform};
use crate::model::build::image_builds::Recipe;
use crate::model::build::image_of::Builds;
use crate::model::image::Arguments;
use crate::model::text::Text;
use crate::model::{Files, Read};
use crate::source::{Place, Spanned, normalize};
use camino::{Utf8Path, Utf8PathBuf};

/// What each machine gets of the platform itself (Fly Docs, "The Machine Runtime Environment").
const OWN: [&str; 8] = [
    "FLY_ALLOC_ID",
    "FLY_IMAGE_REF",
    "FLY_MACHINE_ID",
    "FLY_PRIVATE_IP",
    "FLY_PROCESS_GROUP",
    "FLY_PUBLIC_IP",
    "FLY_REGION",
    "PRIMARY_REGION",
];

/// The process that there is where none is named.
const ONLY: &str = "app";

pub(super) fn read<'f>(builds: &Builds<'_>, read: Read<'f>, said: &Said) -> Option<Described<'f>> {
    let files = builds.files;
    let folder = read.path.parent().unwrap_or(Utf8Path::new(""));
    let build = said.get("build");
    let of_build = |key: &str| build.and_then(|it| it.get(key));
    // An image that is made elsewhere has nobody knows what.
    if of_build("image").is_some() {
        return None;
    }
    // Buildpacks start what a shell is given.
    let is_packed = ["builder", "buildpacks", "builtin"].iter().any(|it| of_build(it).is_some());
    let recipes = if is_packed { Vec::new() } else { recipes(files, folder, build) };
    let processes = said.get("processes").map(Said::entries).unwrap_or_default();
    let one = |name: &str, place: Place, command: Option<Fact<String>>| {
        let start = match (is_packed, command) {
            (true, Some(command)) => Start::Shell {
                command,
                folders: vec![folder.to_owned()],
                told: true,
                built_by: None,
            },
            (true, None) => return None,
            (false, command) => Start::Image(image(said, recipes.clone(), command)),
        };
        Some(Service {
            name: Spanned::new(name.to_owned(), place),
            start,
            own: own(said),
            environment: environment(said),
            mounts: mounts(said, name),
            // A machine begins anew with each version (Fly Docs, "Fly Volumes overview").
            forgets: Some(Fact::at((), place)),
        })
    };
    let named = processes.iter().filter_map(|(name, command)| {
        // An empty one starts what the image does.
        one(&name.value, name.place, command.text())
    });
    let services = match processes {
        [] => one(ONLY, first_line(read), None).into_iter().collect(),
        _ => named.collect(),
    };
    Some(Described { read, platform: "Fly.io", services })
}

fn first_line(read: Read<'_>) -> Place {
    let names_it = |line: &&str| line.trim_start().starts_with("app");
    let line = read.text.lines().find(names_it).or(read.text.lines().next());
    Place::of(read.id, read.text, line.unwrap_or_default())
}

/// `fly deploy` takes the Dockerfile of the folder that it is called in, or one whose path is seen from the
/// file, and sends that folder (flyctl, `internal/command/deploy`).
fn recipes(files: &Files, folder: &Utf8Path, build: Option<&Said>) -> Vec<Recipe> {
    let text = |key: &str| build.and_then(|it| it.get(key)?.text()).map(|it| it.value);
    let arguments = arguments(build);
    let target = text("build-target");
    let named = text("dockerfile").map(|it| normalize(&folder.join(it)));
    let contexts: Vec<&Utf8Path> = match named {
        Some(_) => folder.ancestors().collect(),
        None => vec![folder],
    };
    let dockerfile = named.unwrap_or_else(|| folder.join("Dockerfile"));
    let found = contexts.into_iter().filter(|_| files.tree.is_file(&dockerfile));
    let recipe = |context: &Utf8Path| Recipe {
        context: context.to_owned(),
        dockerfile: dockerfile.clone(),
        target: target.clone(),
        arguments: arguments.clone(),
    };
    found.map(recipe).collect()
}

fn arguments(build: Option<&Said>) -> Arguments {
    let given = build.and_then(|it| it.get("args")).map(Said::entries).unwrap_or_default();
    let each = given.iter().filter_map(|(name, value)| {
        let value = value.text()?;
        let place = value.evidence().place()?;
        Some((name.value.clone(), Some(Text::literal(value.value, place))))
    });
    Arguments::among(&each.collect::<Vec<_>>())
}

fn image(said: &Said, recipes: Vec<Recipe>, command: Option<Fact<String>>) -> Image {
    let other = |key: &str| {
        let given = said.at(&["experimental", key])?;
        given.texts().map(Command::Words).or_else(|| given.text().map(Command::Line))
    };
    // What is run in their place (`exec`) has neither.
    if let Some(exec) = other("exec") {
        return Image { recipes, entrypoint: Some(exec), command: None };
    }
    let command = command.map(Command::Line).or_else(|| other("cmd"));
    Image { recipes, entrypoint: other("entrypoint"), command }
}

fn own(said: &Said) -> Vec<(&'static str, Supplied)> {
    let app = said.get("app").and_then(Said::text).map(|it| Supplied::Value(it.value));
    let app = app.unwrap_or_else(set_by_platform);
    OWN.iter().map(|it| (*it, set_by_platform())).chain([("FLY_APP_NAME", app)]).collect()
}

fn environment(said: &Said) -> Vec<(String, Fact<Supplied>)> {
    let given = said.get("env").map(Said::entries).unwrap_or_default();
    given.iter().map(|(name, value)| (name.value.clone(), value.supplied())).collect()
}

/// The volumes of a process: those that name no process are for all.
fn mounts(said: &Said, process: &str) -> Vec<Fact<Utf8PathBuf>> {
    let all = said.get("mounts").map(Said::tables).unwrap_or_default();
    let is_of = |it: &&Said| {
        let processes = it.get("processes").and_then(Said::texts).unwrap_or_default();
        processes.is_empty() || processes.iter().any(|it| it.value == process)
    };
    let own = all.into_iter().filter(is_of);
    own.filter_map(|it| {
        Some(it.get("destination")?.text()?.map(|it| Utf8PathBuf::from(it.as_str())))
    })
    .collect()
}
