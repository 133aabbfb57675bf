//! `render.yaml` (Render Docs, "Blueprint YAML Reference").
//!
//! Paths are seen from the root of the repository, or from a service's `rootDir`. A file that lies deeper
//! may have been the root's when its folder was a repository of its own, so that both are tried.

use crate::fact::{Certainty, Fact, Supplied};
use crate::model::build::described::said::Said;
use crate::model::build::described::{Command, Described, Image, Service, Start, set_by_platform};
use crate::model::build::image_builds::Recipe;
use crate::model::build::image_of::Builds;
use crate::model::{Files, Read};
use crate::source::{Place, Spanned, normalize};
use camino::{Utf8Path, Utf8PathBuf};

/// What runs the code of a repository.
const PROGRAMS: [&str; 4] = ["web", "worker", "cron", "pserv"];

pub(super) fn read<'f>(builds: &Builds<'_>, read: Read<'f>, said: &Said) -> Option<Described<'f>> {
    let files = builds.files;
    let services = scopes(said).into_iter().flat_map(|scope| {
        let own = scope.get("services").map(Said::items).unwrap_or_default();
        own.iter().filter_map(move |it| service(files, read.path, said, it))
    });
    Some(Described { read, platform: "Render", services: services.collect() })
}

/// The file itself, and the environments of its projects: of several the one for production.
fn scopes(said: &Said) -> Vec<&Said> {
    let projects = said.get("projects").map(Said::items).unwrap_or_default();
    let live = |it: &&Said| {
        let name = it.get("name").and_then(Said::text);
        name.is_some_and(|it| it.value.to_ascii_lowercase().contains("prod"))
    };
    let of_project = projects.iter().flat_map(|project| {
        let all = project.get("environments").map(Said::items).unwrap_or_default();
        let is_one = all.len() == 1;
        all.iter().filter(move |it| is_one || live(it))
    });
    [said].into_iter().chain(said.get("ungrouped")).chain(of_project).collect()
}

fn service(files: &Files, file: &Utf8Path, all: &Said, said: &Said) -> Option<Service> {
    let text = |key: &str| said.get(key)?.text();
    let kind = text("type")?.value;
    if !PROGRAMS.contains(&kind.as_str()) {
        return None;
    }
    // `env` is what it was called before.
    let runtime = text("runtime").or_else(|| text("env"))?.value;
    let name = text("name")?;
    let place = name.evidence().place()?;
    let root = text("rootDir").map(|it| it.value).unwrap_or_default();
    let above = file.parent().unwrap_or(Utf8Path::new("")).ancestors();
    let roots = above.map(|it| normalize(&it.join(root.trim_start_matches('/'))));
    let roots: Vec<Utf8PathBuf> = roots.filter(|it| files.tree.is_dir(it)).collect();
    let start = match runtime.as_str() {
        "docker" => Start::Image(Image {
            recipes: recipes(files, &roots, said),
            entrypoint: None,
            command: text("dockerCommand").map(Command::Line),
        }),
        _ if runtime.starts_with("python") => Start::Shell {
            command: text("startCommand")?,
            folders: roots,
            told: !root.is_empty(),
            built_by: text("buildCommand"),
        },
        _ => return None,
    };
    let disk = said.at(&["disk", "mountPath"]).and_then(Said::text);
    Some(Service {
        name: Spanned::new(name.value, place),
        start,
        own: own(&kind),
        environment: environment(all, said),
        mounts: disk.map(|it| it.map(|it| Utf8PathBuf::from(it.as_str()))).into_iter().collect(),
        forgets: Some(forgets(text("plan"), place)),
    })
}

/// What is written goes with each version, but for a disk, which costs something (Render Docs, "Persistent
/// Disks").
fn forgets(plan: Option<Fact<String>>, place: Place) -> Fact<()> {
    let is_free = plan.is_some_and(|it| it.value == "free");
    let forgets = Fact::at((), place);
    match is_free {
        true => forgets,
        false => {
            forgets.doubt(Certainty::Likely, "somebody may have added a disk on Render itself")
        }
    }
}

fn recipes(files: &Files, roots: &[Utf8PathBuf], said: &Said) -> Vec<Recipe> {
    let path = |key: &str| Some(said.get(key)?.text()?.value.trim_start_matches('/').to_owned());
    let dockerfile = path("dockerfilePath").unwrap_or_else(|| "Dockerfile".to_owned());
    let context = path("dockerContext");
    let mut found = Vec::new();
    for root in roots {
        let dockerfile = normalize(&root.join(&dockerfile));
        if !files.tree.is_file(&dockerfile) {
            continue;
        }
        let around = dockerfile.parent().map(Utf8Path::to_owned);
        let contexts = match &context {
            Some(it) => vec![normalize(&root.join(it))],
            None => [Some(root.clone()), around].into_iter().flatten().collect(),
        };
        // All that the service has for variables is an argument of the build as well (Render Docs,
        // "Docker on Render").
        found.extend(contexts.iter().map(|context| Recipe::unseen(&dockerfile, context)));
    }
    found
}

/// What every service has, and what those have that visitors come to (Render Docs, "Default Environment
/// Variables").
const OWN: [&str; 4] =
    ["RENDER_GIT_COMMIT", "RENDER_INSTANCE_ID", "RENDER_SERVICE_ID", "RENDER_SERVICE_NAME"];
const OF_WEB: [&str; 3] = ["PORT", "RENDER_EXTERNAL_HOSTNAME", "RENDER_EXTERNAL_URL"];

fn own(kind: &str) -> Vec<(&'static str, Supplied)> {
    let of_web = OF_WEB.iter().filter(|_| kind == "web");
    let unknown = OWN.iter().chain(of_web).map(|it| (*it, set_by_platform()));
    [("RENDER", Supplied::Value("true".to_owned()))].into_iter().chain(unknown).collect()
}

/// Groups first, over which a service's own variables win (Render Docs, "Environment Variables and
/// Secrets").
fn environment(all: &Said, said: &Said) -> Vec<(String, Fact<Supplied>)> {
    let mut found = Vec::new();
    let listed = |it: &Said| -> Vec<(String, Fact<Supplied>)> {
        let items = it.get("envVars").map(Said::items).unwrap_or_default();
        items.iter().filter_map(variable).collect()
    };
    let groups = scopes(all).into_iter().filter_map(|it| it.get("envVarGroups"));
    let groups: Vec<&Said> = groups.flat_map(Said::items).collect();
    let items = said.get("envVars").map(Said::items).unwrap_or_default();
    for wanted in items.iter().filter_map(|it| it.get("fromGroup")?.text()) {
        let is_it = |it: &&&Said| {
            it.get("name").and_then(Said::text).is_some_and(|name| name.value == wanted.value)
        };
        found.extend(groups.iter().find(is_it).map(|it| listed(it)).unwrap_or_default());
    }
    found.extend(listed(said));
    found
}

/// A variable whose value stands there, or one that the platform or somebody there has the value of:
/// `generateValue`, `sync: false`, `fromDatabase`.
fn variable(said: &Said) -> Option<(String, Fact<Supplied>)> {
    let key = said.get("key")?.text()?;
    let value = said.get("value").filter(|it| !it.is_nothing()).map(Said::supplied);
    let unseen = || key.map(|_| Supplied::Unknown("the platform has its value".into()));
    let value = value.unwrap_or_else(unseen);
    Some((key.value, value))
}
