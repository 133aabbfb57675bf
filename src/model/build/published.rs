//! Sites of the machine's own web server that are put in front of containers.
//!
//! nginx of the host passes on to `127.0.0.1:8000`, and compose publishes that port: the site
//! belongs to the deployment of the container. Only where one set of compose files is the only
//! one that can be meant.

use crate::fact::Certainty;
use crate::model::build::connect::connect;
use crate::model::compose::BASES;
use crate::model::{Deployment, Endpoint, Files, Host, Process, Site, Stage};
use camino::Utf8Path;
use std::collections::BTreeSet;

/// Ports of the machine that containers have.
pub(super) struct Ports {
    pub(super) taken: BTreeSet<u16>,
    /// Those of them that none has with Django in it, whatever files it is started from.
    pub(super) fronts: BTreeSet<u16>,
}

impl Ports {
    pub(super) fn of(composed: &[Deployment]) -> Self {
        let (mut taken, mut of_django) = (BTreeSet::new(), BTreeSet::new());
        for deployment in composed {
            for service in deployment.compose.iter().flat_map(|it| &it.services) {
                let ports = service.ports.iter().filter_map(|it| it.published_range());
                let ports: BTreeSet<u16> = ports.flat_map(|it| it.value.0..=it.value.1).collect();
                let mut own = deployment.webs().filter(|it| it.name == service.name.value);
                if own.next().is_some() {
                    of_django.extend(&ports);
                }
                taken.extend(ports);
            }
        }
        let fronts = taken.difference(&of_django).copied().collect();
        Self { taken, fronts }
    }
}

/// Moves sites from the host's deployment to that of the containers behind them, with whatever
/// else the same configuration has.
pub(super) fn join(files: &Files, host: &mut Deployment, composed: &mut [Deployment]) {
    let mut left = std::mem::take(&mut host.sites);
    let mut groups: Vec<Vec<Site>> = Vec::new();
    while let Some(first) = left.first() {
        let engine = first.engine.clone();
        let (group, rest) = left.into_iter().partition(|it| it.engine.is_of(&engine));
        groups.push(group);
        left = rest;
    }
    let mut changed = BTreeSet::new();
    for group in groups {
        let behind = |it: &&Deployment| {
            it.stage.value == Stage::Production
                && group.iter().any(|site| is_behind(it, site))
                && !group.iter().any(|site| takes_port_of(it, site))
        };
        let found: Vec<&Deployment> = composed.iter().filter(behind).collect();
        let only = meant(&found, &group).map(|it| it.name.clone());
        // The loopback of an image is not the machine's.
        let stays = group.iter().any(|site| site.of_image || host_has(host, site));
        match composed.iter_mut().find(|it| Some(&it.name) == only.as_ref()).filter(|_| !stays) {
            Some(deployment) => {
                deployment.sites.extend(group);
                // What the machine's web server passes on to runs there.
                if let Some(project) = &mut deployment.compose {
                    project.usage.platform = None;
                }
                changed.insert(deployment.name.clone());
            }
            None => host.sites.extend(group),
        }
    }
    composed.iter_mut().filter(|it| changed.contains(&it.name)).for_each(|it| connect(files, it));
}

/// Takes compose files for developers' where a unit serves the same project, no site of the machine
/// leads into their containers, and nothing in them would be there for others alone. What a contract
/// speaks of is deployed.
pub(super) fn leave_to_developers(deployments: &mut [Deployment]) {
    let is_left = |composed: &Deployment| {
        let hosts = || deployments.iter().filter(|it| it.compose.is_none());
        let starts = |it: &&Process| it.kind.is_web() && it.started.is_some();
        let mut webs = composed.processes.iter().filter(|it| it.kind.is_web()).peekable();
        // What has no application at all may run beside an image, wherever that is started.
        let may_be_beside = webs.peek().is_none();
        let servers = || hosts().filter(|it| it.alone.is_none() || !may_be_beside);
        let served = || servers().flat_map(|it| &it.processes).filter(starts);
        let mut sites = hosts().flat_map(|it| &it.sites);
        composed.compose.is_some()
            && composed.contract.is_none()
            && composed.stage.evidence().certainty() < Certainty::Certain
            && !composed.kept_up
            && composed.sites.is_empty()
            && served().next().is_some()
            && webs.all(|web| served().any(|it| it.has_project_of(web)))
            && !sites.any(|site| is_behind(composed, site))
    };
    let left: Vec<usize> = (0..deployments.len()).filter(|it| is_left(&deployments[*it])).collect();
    for index in left {
        deployments[index].stage = deployments[index].stage.map(|_| Stage::Development);
    }
}

/// The only one; or of several the one that publishes every port which the sites pass on to; or the one
/// that compose starts if nobody names a file.
fn meant<'d>(found: &[&'d Deployment], group: &[Site]) -> Option<&'d Deployment> {
    if let [only] = found {
        return Some(only);
    }
    let mut whole = found.iter().filter(|it| publishes_all(it, group));
    if let (Some(only), None) = (whole.next(), whole.next()) {
        return Some(only);
    }
    let is_base = |it: &&&Deployment| {
        Utf8Path::new(&it.name).file_name().is_some_and(|name| BASES.contains(&name))
    };
    let mut bases = found.iter().filter(is_base);
    bases.next().filter(|_| bases.next().is_none()).copied()
}

/// Whether services have each port of the machine that sites pass on to.
fn publishes_all(deployment: &Deployment, group: &[Site]) -> bool {
    let routes = group.iter().flat_map(|site| &site.routes);
    let mut ports = routes.flat_map(|route| &route.upstreams).filter_map(|it| match it.value {
        Endpoint::Tcp { host: Host::Loopback | Host::Any, port } => Some(port),
        _ => None,
    });
    let services = || deployment.compose.iter().flat_map(|it| &it.services);
    ports.all(|port| services().flat_map(|it| &it.ports).any(|entry| entry.takes(port)))
}

/// Whether a process of Django in a container takes what a site of the host passes on.
fn is_behind(deployment: &Deployment, site: &Site) -> bool {
    let upstreams = site.routes.iter().flat_map(|route| &route.upstreams);
    let mut local = upstreams.filter(|it| {
        matches!(
            &it.value,
            Endpoint::Tcp { host: Host::Loopback | Host::Any, .. } | Endpoint::Unix(_)
        )
    });
    let is_django = |index: &usize| {
        let process = &deployment.processes[*index];
        process.kind.is_web() && process.django.is_some()
    };
    let webs: Vec<usize> = (0..deployment.processes.len()).filter(is_django).collect();
    let takes = |to| webs.iter().any(|index| deployment.takes(site.view, to, *index).is_some());
    local.any(takes)
}

/// Whether a service has a port of the machine where the site would listen as well: both never ran at one
/// time, and the one is what was there before the other.
fn takes_port_of(deployment: &Deployment, site: &Site) -> bool {
    let services = deployment.compose.iter().flat_map(|it| &it.services);
    let ports: Vec<u16> = site.listeners.iter().filter_map(|it| it.value.port).collect();
    let mut open = services.flat_map(|it| &it.ports).filter(|it| it.open().is_some());
    open.any(|entry| ports.iter().any(|port| entry.takes(*port)))
}

/// Whether something on the machine itself takes it.
fn host_has(host: &Deployment, site: &Site) -> bool {
    let mut processes = site.routes.iter().filter_map(|route| host.process(route));
    processes.any(|process| process.value.kind.is_web())
}
