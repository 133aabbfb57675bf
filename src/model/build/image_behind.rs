//! Sites in a network of containers that no file in view has, in front of the one image that listens where
//! they ask: the compose file is commented out, lies elsewhere, or was never written.

use crate::fact::{Certainty, Fact};
use crate::model::{Deployment, Endpoint, Host, View, ViewId};
use std::collections::BTreeSet;

const WHY: &str = "nothing in view has that name, and the image is the only one to listen there";

/// Puts the sites of the machine that ask a container for a port in front of the image that listens
/// there, if that is one, and they ask for it by one name.
pub(super) fn put_behind(deployments: &mut Vec<Deployment>) {
    let mut pairs = Vec::new();
    for (at, sites) in deployments.iter().enumerate().filter(|(_, it)| is_nothing_but_sites(it)) {
        let images = deployments.iter().enumerate().filter(|(_, image)| is_asked(sites, image));
        pairs.extend(images.map(|(image, _)| (at, image)));
    }
    let [(at, image)] = pairs[..] else { return };
    let front = deployments.remove(at);
    let image = &mut deployments[if image > at { image - 1 } else { image }];
    let ports = ports_of(image);
    // The web server is in a container as well, of which nobody knows what is mounted there.
    let view = View { container: Some("proxy".to_owned()), mounts: Vec::new(), complete: false };
    image.views.push(view);
    image.nginx = front.nginx;
    image.sites = front.sites;
    for site in &mut image.sites {
        site.view = ViewId(image.views.len() - 1);
        let is_local = site.is_local();
        for route in site.routes.iter_mut().filter(|_| !is_local) {
            let is_there = |it: &&Fact<Endpoint>| {
                name_and_port(&it.value).is_some_and(|(_, port)| ports.contains(&port))
            };
            let to = route.upstreams.iter().find(is_there);
            route.process = to.map(|it| it.map(|_| 0).doubt(Certainty::Likely, WHY));
        }
    }
}

/// Whether sites ask for what an image listens at, and all of them by one name.
fn is_asked(sites: &Deployment, image: &Deployment) -> bool {
    let ports = ports_of(image);
    // One for `localhost` alone is a developer's.
    let routes = sites.sites.iter().filter(|it| !it.is_local()).flat_map(|it| &it.routes);
    let asked = routes.flat_map(|it| &it.upstreams).filter_map(|it| name_and_port(&it.value));
    let asked: BTreeSet<_> = asked.filter(|(_, port)| ports.contains(port)).collect();
    image.sites.is_empty() && asked.len() == 1
}

/// Whether all that is known of a machine is its web server, and what that asks is somewhere else.
fn is_nothing_but_sites(deployment: &Deployment) -> bool {
    deployment.is_machine()
        && deployment.processes.is_empty()
        && deployment.sites.iter().any(|site| !site.left_out)
        && !deployment.sites.iter().any(|site| site.of_image)
}

/// The ports that what an image runs by itself takes connections on from other containers.
fn ports_of(image: &Deployment) -> Vec<u16> {
    let server = image.alone.as_ref().and(image.processes.first()).filter(|it| it.kind.is_web());
    let listens = server.into_iter().flat_map(|it| &it.listens).map(|it| &it.value.endpoint);
    let open = listens.filter(|it| matches!(it, Endpoint::Tcp { host: Host::Any, .. }));
    open.filter_map(Endpoint::port).collect()
}

/// The name that only a network of containers has, and the port.
fn name_and_port(to: &Endpoint) -> Option<(&str, u16)> {
    let Endpoint::Tcp { host: Host::Name(name), port } = to else { return None };
    (!name.contains('.')).then_some((name, *port))
}
