//! `railway.toml` and `railway.json` (Railway Docs, "Config as Code"): one service, whose variables are
//! nowhere in the tree.

use crate::model::build::described::said::Said;
use crate::model::build::described::{Command, Described, Image, Service, Start, set_by_platform};
use crate::model::build::image_builds::Recipe;
use crate::model::build::image_of::Builds;
use crate::model::{Files, Read};
use crate::source::{Place, Spanned, normalize};
use camino::Utf8Path;

/// What every service gets of the platform (Railway Docs, "Variables Reference").
const OWN: [&str; 8] = [
    "RAILWAY_ENVIRONMENT",
    "RAILWAY_ENVIRONMENT_ID",
    "RAILWAY_ENVIRONMENT_NAME",
    "RAILWAY_PROJECT_ID",
    "RAILWAY_PROJECT_NAME",
    "RAILWAY_REPLICA_ID",
    "RAILWAY_SERVICE_ID",
    "RAILWAY_SERVICE_NAME",
];

pub(super) fn read<'f>(builds: &Builds<'_>, read: Read<'f>, said: &Said) -> Option<Described<'f>> {
    let files = builds.files;
    let folder = read.path.parent().unwrap_or(Utf8Path::new(""));
    // What is said for production wins there ("Environment overrides").
    let get = |section: &str, key: &str| {
        let live = said.at(&["environments", "production", section, key]);
        live.or_else(|| said.at(&[section, key]))?.text()
    };
    let command = get("deploy", "startCommand");
    let dockerfile = get("build", "dockerfilePath");
    let builder = get("build", "builder").map(|it| it.value.to_ascii_uppercase());
    // It takes a Dockerfile wherever it finds one ("Dockerfiles"), unless told otherwise.
    let beside = files.tree.is_file(&folder.join("Dockerfile"));
    let is_image = match builder.as_deref() {
        Some("DOCKERFILE") => true,
        Some(_) => dockerfile.is_some(),
        None => dockerfile.is_some() || beside,
    };
    let start = if is_image {
        let path = dockerfile.map_or_else(|| "Dockerfile".to_owned(), |it| it.value);
        Start::Image(Image {
            recipes: recipes(files, folder, &path),
            entrypoint: command.map(Command::Line),
            command: None,
        })
    } else {
        let built_by = get("build", "buildCommand");
        Start::Shell { command: command?, folders: vec![folder.to_owned()], told: false, built_by }
    };
    let line = read.text.lines().next().unwrap_or_default();
    let place = match &start {
        Start::Shell { command, .. } => command.evidence().place(),
        Start::Image(image) => image.entrypoint.as_ref().and_then(Command::place),
    };
    let place = place.unwrap_or_else(|| Place::of(read.id, read.text, line));
    let service = Service {
        name: Spanned::new("web".to_owned(), place),
        start,
        own: OWN.iter().map(|it| (*it, set_by_platform())).collect(),
        environment: Vec::new(),
        mounts: Vec::new(),
        // Volumes are the dashboard's.
        forgets: None,
    };
    Some(Described { read, platform: "Railway", services: vec![service] })
}

/// Seen from the folder that a service is told to be of, which is the file's or one around it.
fn recipes(files: &Files, folder: &Utf8Path, path: &str) -> Vec<Recipe> {
    let path = path.trim_start_matches('/');
    let found = folder.ancestors().filter_map(|root| {
        let dockerfile = normalize(&root.join(path));
        files.tree.is_file(&dockerfile).then(|| Recipe::unseen(&dockerfile, root))
    });
    found.collect()
}
