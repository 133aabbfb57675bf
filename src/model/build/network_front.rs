//! Sites that ask the services of a compose file by their names, where no line says which container has
//! them: the web server's image is pulled, or its folder for sites is a volume that something out of view fills.

use crate::fact::Certainty;
use crate::model::build::connect::connect;
use crate::model::compose::Service;
use crate::model::site::names_in_network;
use crate::model::{Container, Deployment, Files, Stage, View, ViewId};
use std::collections::BTreeSet;

const WHY: &str = "only the names that it asks tell which container has this file";

/// Gives the sites of the machine to the one web server of the one compose file that has all the services
/// which they ask, if no file of that web server is in view.
pub(super) fn hand_over(files: &Files, deployments: &mut Vec<Deployment>) {
    let Some(machine) = deployments.iter().position(is_nothing_but_sites) else { return };
    let asked = names_in_network(&deployments[machine].sites);
    let asked: BTreeSet<String> = asked.map(str::to_owned).collect();
    let mut networks =
        deployments.iter().enumerate().filter_map(|(at, it)| Some((at, front(it, &asked)?)));
    let (Some((at, view)), None) = (networks.next(), networks.next()) else { return };
    let Deployment { mut sites, nginx, .. } = deployments.remove(machine);
    let network = &mut deployments[if at > machine { at - 1 } else { at }];
    for site in &mut sites {
        site.view = view;
        site.doubt(WHY);
    }
    network.sites.extend(sites);
    network.nginx.extend(nginx);
    connect(files, network);
    for route in network.sites.iter_mut().filter(|it| it.view == view).flat_map(|it| &mut it.routes)
    {
        route.process = route.process.take().map(|it| it.doubt(Certainty::Likely, WHY));
    }
}

/// Whether all that is known of a machine is its web server, and what that asks is in a network of containers.
fn is_nothing_but_sites(deployment: &Deployment) -> bool {
    deployment.is_machine()
        && deployment.processes.is_empty()
        && names_in_network(&deployment.sites).next().is_some()
}

/// Where the one web server of a network looks its files up, of which nothing is in view, if it reaches all
/// that are asked, and no other stands in front of them.
fn front(deployment: &Deployment, asked: &BTreeSet<String>) -> Option<ViewId> {
    let compose = deployment.compose.as_ref()?;
    if deployment.stage.value != Stage::Production
        || deployment.sites.iter().any(|it| !it.routes.is_empty())
    {
        return None;
    }
    let containers = deployment.containers.iter();
    let services = containers.filter_map(|it| Some((compose.service(&it.name)?, it)));
    let mut fronts = services.filter(|(service, container)| is_web_server(service, container));
    let (Some((front, _)), None) = (fronts.next(), fronts.next()) else { return None };
    let reaches = |name: &String| {
        let service = compose.resolve(front, name);
        service.is_some_and(|it| it.name.value != front.name.value)
    };
    let is_its = |view: &View| view.container.as_ref() == Some(&front.name.value);
    let view = deployment.views.iter().position(is_its).map(ViewId);
    view.filter(|_| asked.iter().all(reaches))
}

/// Whether it is nginx, or an image that nobody knows and that is called after one.
fn is_web_server(service: &Service, container: &Container) -> bool {
    if let Some(flavour) = &container.flavour {
        return flavour.value.is("nginx");
    }
    let says = |text: &str| text.contains("nginx") || text.contains("proxy");
    let image = service.image.as_ref().map(ToString::to_string);
    service.build.is_none() && (says(&service.name.value) || image.is_some_and(|it| says(&it)))
}
