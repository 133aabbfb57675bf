//! The containers of a compose project, one after the other, and the sites of their web servers.

use crate::fact::{Certainty, Environment, Fact};
use crate::model::Container as Made;
use crate::model::build::caddy_sites::Caddyfiles;
use crate::model::build::container_nginx::{Placed, Start};
use crate::model::build::contents;
use crate::model::build::host::Host;
use crate::model::build::image_of::{self, Builds, Built};
use crate::model::build::image_steps;
use crate::model::build::image_taken;
use crate::model::build::nginx_proxy;
use crate::model::build::nginx_sites;
use crate::model::build::service::{Begun, Container};
use crate::model::build::traefik_sites::{self, Traefik};
use crate::model::build::uncopied;
use crate::model::build::unlogged;
use crate::model::build::unmade;
use crate::model::build::uploads;
use crate::model::command::Step;
use crate::model::compose::{self, Service};
use crate::model::contract::Contract;
use crate::model::django::Project;
use crate::model::nginx::Config;
use crate::model::{Files, Found, Process, ProcessKind, Reading, Site, Unrendered, View, ViewId};
use camino::Utf8Path;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What a project is read with.
#[derive(Clone, Copy)]
pub(super) struct Given<'r, 'a> {
    pub(super) files: &'r Files<'a>,
    pub(super) projects: &'r [Arc<Project>],
    pub(super) project: &'r compose::Project,
    /// What fills in `${}` of the project.
    pub(super) variables: &'r Environment,
    /// What the operator declares of the deployment.
    pub(super) contract: Option<&'r Contract>,
}

/// What the containers come to.
#[derive(Default)]
pub(super) struct Parts<'a> {
    /// The host's, and one for each container.
    pub(super) views: Vec<View>,
    /// In the order of the services, as the containers are.
    pub(super) processes: Vec<Process>,
    pub(super) containers: Vec<Made>,
    pub(super) sites: Vec<Site>,
    pub(super) nginx: Vec<Arc<Config>>,
    pub(super) unrendered: Vec<Unrendered>,
    /// Files of web servers that some container has.
    pub(super) claimed: BTreeSet<&'a Utf8Path>,
}

/// All that these services start.
pub(super) fn containers<'r, 'a>(
    given: Given<'r, 'a>,
    services: impl Iterator<Item = &'r Service>,
    builds: &Builds<'_>,
    reading: &mut Reading,
) -> Parts<'a> {
    let Given { project, projects, .. } = given;
    let built = |it| (it, image_of::built(project, it, builds));
    let mut services: Vec<(&Service, Option<Built>)> = services.map(built).collect();
    // Its sites are what the other containers ask for.
    services.sort_by_key(|(_, image)| nginx_proxy::is_one(image.as_ref()));
    let mut parts = Parts { views: vec![View::host()], ..Parts::default() };
    let mut traefiks = Vec::new();
    for (service, built) in services {
        let taken = if built.is_some() {
            None
        } else {
            image_taken::taken(builds, projects, project, service)
        };
        let is_taken = taken.is_some();
        let image = built.or(taken);
        parts.add(given, service, (image, is_taken), &mut traefiks, reading);
    }
    let place = |name: &str| project.services.iter().position(|it| it.name.value == name);
    parts.processes.sort_by_key(|it| place(&it.name));
    parts.containers.sort_by_key(|it| place(&it.name));
    // Whom labels mean is known when all containers are.
    for traefik in &traefiks {
        parts.sites.extend(traefik.sites(project, &parts.processes, reading));
    }
    parts
}

impl<'a> Parts<'a> {
    fn add(
        &mut self,
        given: Given<'_, 'a>,
        service: &Service,
        (image, is_taken): (Option<Built>, bool),
        traefiks: &mut Vec<Traefik>,
        reading: &mut Reading,
    ) {
        let Given { files, projects, project, variables, contract } = given;
        let view = ViewId(self.views.len());
        let container =
            Container { files, project, service, image: image.as_ref(), variables, view, contract };
        let over = container.view();
        let (mut process, begun) = container.process(projects, &over);
        if is_taken {
            let declared = process.declared.clone();
            process.declared = declared.doubt(Certainty::Likely, image_taken::WHY);
        }
        let serves =
            process.kind == ProcessKind::Proxy || steps(&begun).iter().any(Step::starts_nginx);
        let mut nginx_ports = None;
        if serves {
            nginx_ports = self.nginx(files, &container, &over, (&process, &begun));
            self.caddy(files, &container, &over, &process, reading);
        }
        let is_traefik = image.as_ref().and_then(|it| it.flavour.as_ref());
        if is_traefik.is_some_and(|it| it.value.is("traefik")) {
            let in_tree = |path: &Utf8Path| container.in_tree(&over, path);
            let traefik = traefik_sites::Container { service, view, in_tree: &in_tree };
            traefiks.extend(traefik.own(files));
        }
        let health = container.health(&over);
        let migrates = container.migrates(&process, &begun, &over);
        let redis = container.redis(&process, &over);
        let postgres = container.postgres(&process, &over);
        let uploads = uploads::uploads(&process, &over);
        let of_build = image.as_ref().map(|it| image_steps::steps(files, projects, it));
        let of_build = of_build.unwrap_or_default();
        let mut contents = contents::contents(files, project, service, image.as_ref());
        contents.homes = contents::homes(files, &process, image.as_ref());
        contents::bake_for_settings(files, service, &process, image.as_ref(), &mut contents);
        contents.uncopied = uncopied::uncopied(files, &process, image.as_ref(), &over);
        contents.unlogged = unlogged::unlogged(files, &process, image.as_ref(), &over);
        contents.unmade = unmade::unmade(files, &process, image.as_ref(), &over);
        let name = &service.name.value;
        let made = image_of::container(name, image, begun, health, of_build, contents);
        self.containers.push(Made { nginx_ports, redis, postgres, uploads, migrates, ..made });
        self.views.push(over);
        self.processes.push(process);
    }

    /// Adds the sites of the container's nginx, and answers on which ports that listens, if they are
    /// all known.
    fn nginx(
        &mut self,
        files: &Files<'a>,
        container: &Container<'_>,
        over: &View,
        (process, begun): (&Process, &Begun),
    ) -> Option<Vec<Fact<u16>>> {
        let Container { project, service, image, view, .. } = *container;
        let environment = &process.environment;
        let start = Start {
            service: &service.name.value,
            environment,
            steps: steps(begun),
            has_own_command: service.command.is_none() && service.entrypoint.is_none(),
            has_own_entrypoint: service.entrypoint.is_none(),
        };
        let mut placed = Placed::find(files, over, image, &start);
        if nginx_proxy::is_one(image) {
            let (processes, containers) = (&self.processes, &self.containers);
            let others = nginx_proxy::Others { project, processes, containers };
            let proxy = nginx_proxy::Proxy { service, environment, view: over, image };
            proxy.write(files, &others, &mut placed);
        }
        let config = placed.config(files, image);
        self.claimed.extend(placed.paths());
        let config = config?;
        let mut sites = nginx_sites::sites(&config, view);
        nginx_proxy::doubt_unnamed(&mut sites);
        self.sites.extend(sites);
        self.unrendered.extend(placed.unrendered(&config));
        let ports = placed.ports(files, &config, image, begun.run.as_ref().map(|_| steps(begun)));
        self.nginx.push(config);
        ports.filter(|_| !has_others_beside(files, container, &placed))
    }

    fn caddy(
        &mut self,
        files: &Files<'a>,
        container: &Container<'_>,
        over: &View,
        process: &Process,
        reading: &mut Reading,
    ) {
        let Some(path) = container.caddyfile(over) else { return };
        let Found::Read(main) = files.find(&path) else { return };
        self.claimed.insert(main.path);
        let none = Host::default();
        let caddyfiles = Caddyfiles::find(files, &none);
        let run = (&process.environment, container.view);
        self.sites.extend(caddyfiles.of_container(main.id, run, container.service, reading));
    }
}

/// Whether the compose file is to be put into a folder above its own, which has what it builds, and files
/// that the container has there lie beside it under longer names: `https/nginx.conf.https`. Whoever takes
/// one takes the other as well.
fn has_others_beside(files: &Files, container: &Container<'_>, placed: &Placed<'_>) -> bool {
    let Container { project, service, .. } = *container;
    let Some(place) = service.name.evidence().place() else { return false };
    let own = files.read(place.file).path.parent().unwrap_or(Utf8Path::new(""));
    let mut beside = files.tree.children(own).filter_map(|(path, _)| path.file_name());
    let names: Vec<&str> = placed.paths().into_iter().filter_map(Utf8Path::file_name).collect();
    own != project.folder
        && own.starts_with(&project.folder)
        && beside.any(|other| names.iter().any(|it| other != *it && other.starts_with(it)))
}

/// All that a container starts, in order.
fn steps(begun: &Begun) -> &[Step] {
    begun.run.as_ref().map(|run| run.steps.as_slice()).unwrap_or_default()
}
