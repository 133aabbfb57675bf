//! Deployments of compose: one for each set of files that somebody could start.

use crate::model::build::caddy_sites::Caddyfiles;
use crate::model::build::compose_files;
use crate::model::build::connect::connect;
use crate::model::build::container_nginx::Placed;
use crate::model::build::host::Host;
use crate::model::build::image_of::{self, Built};
use crate::model::build::service::{self, Container};
use crate::model::compose::{self, Request};
use crate::model::django::Project;
use crate::model::{Deployment, Files, Found, ProcessKind, Reading, View, ViewId};
use camino::Utf8Path;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A tree with more sets than this is a collection of samples.
const MOST: usize = 32;

/// The deployments, and the web server files that their containers have.
pub(super) fn deployments<'a>(
    files: &Files<'a>,
    projects: &[Arc<Project>],
    reading: &mut Reading,
) -> (Vec<Deployment>, BTreeSet<&'a Utf8Path>) {
    let mut sets = compose_files::sets(files);
    if sets.len() > MOST {
        let left = sets.len() - MOST;
        reading.notes.push(format!("{left} further sets of compose files are not judged."));
        sets.truncate(MOST);
    }
    let mut claimed = BTreeSet::new();
    let each =
        sets.iter().filter_map(|set| deployment(files, projects, set, &mut claimed, reading));
    (each.collect(), claimed)
}

fn deployment<'a>(
    files: &Files<'a>,
    projects: &[Arc<Project>],
    set: &compose_files::Set,
    claimed: &mut BTreeSet<&'a Utf8Path>,
    reading: &mut Reading,
) -> Option<Deployment> {
    let folder = set.files.first()?.parent().unwrap_or(Utf8Path::new(""));
    let variables = service::variables(files, folder);
    let request = Request {
        files: &set.files,
        folder,
        environment: &variables,
        read_env_files: &|_| {
            crate::fact::Environment::unseen("an include has env files of its own")
        },
    };
    let project = compose::Project::load(files, &request)?;

    let mut views = vec![View::host()];
    let (mut processes, mut sites) = (Vec::new(), Vec::new());
    for service in project.active(&[]) {
        let image: Option<Built> = image_of::built(files, service);
        let view = ViewId(views.len());
        let image = image.as_ref();
        let container = Container { files, service, image, variables: &variables, view };
        let over = container.view();
        let process = container.process(projects, &over);
        if process.kind == ProcessKind::Proxy {
            let placed = Placed::find(files, &over, image);
            claimed.extend(placed.paths());
            sites.extend(placed.sites(view, reading));
            if let Some(path) = container.caddyfile(&over)
                && let Found::Read(main) = files.find(&path)
            {
                claimed.insert(main.path);
                let none = Host::default();
                let caddyfiles = Caddyfiles::find(files, &none);
                sites.extend(caddyfiles.of(main.id, &process.environment, view));
            }
        }
        views.push(over);
        processes.push(process);
    }
    let mut deployment = Deployment {
        name: set.files.last()?.to_string(),
        stage: set.stage.clone(),
        views,
        processes,
        sites,
        units: Vec::new(),
        compose: Some(project),
    };
    connect(&mut deployment);
    Some(deployment)
}
