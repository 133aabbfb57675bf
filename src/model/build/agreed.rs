//! Which deployment the operator speaks of in which contract.

use crate::fact::Fact;
use crate::model::contract::Contract;
use crate::model::{Deployment, Files, Stage};
use crate::source::Place;
use camino::Utf8PathBuf;
use std::collections::BTreeSet;

/// Gives each contract to its deployment, and the deployment its stage.
pub(super) fn agree(files: &Files, deployments: &mut [Deployment]) {
    for contract in files.contracts {
        let Some(index) = meant(files, contract, deployments) else { continue };
        let deployment = &mut deployments[index];
        if let Some(stage) = &contract.stage {
            deployment.stage = Fact::at(stage.value, stage.place);
        }
        deployment.contract = Some(contract.clone());
    }
}

/// The one whose files are named, or that has its name, or the only one for production. Of several
/// that production comes first, then those of more files: an override brings its base along.
fn meant(files: &Files, contract: &Contract, deployments: &[Deployment]) -> Option<usize> {
    let open = || (0..deployments.len()).filter(|it| deployments[*it].contract.is_none());
    let is_live = |index: &usize| deployments[*index].stage.value == Stage::Production;
    if let Some(named) = &contract.files {
        let of = |index: &usize| paths(files, &deployments[*index]);
        let named = |index: &usize| of(index).iter().any(|path| named.globs.matches(path));
        return open()
            .filter(named)
            .max_by_key(|it| (is_live(it), of(it).len(), std::cmp::Reverse(*it)));
    }
    if let Some(index) = open().find(|it| deployments[*it].name == contract.name.value) {
        return Some(index);
    }
    let mut live = open().filter(is_live);
    live.next().filter(|_| live.next().is_none())
}

/// The files that say what belongs to a deployment.
fn paths(files: &Files, deployment: &Deployment) -> BTreeSet<Utf8PathBuf> {
    let processes = deployment.processes.iter().map(|it| &it.declared);
    let sites = deployment.sites.iter().map(|it| &it.declared);
    let of_hosts = processes.chain(sites).filter_map(|it| it.evidence().place());
    let services = deployment.compose.iter().flat_map(|it| &it.services);
    let of_services = services.flat_map(|service| {
        let variables = service.environment.iter().map(|it| it.name.evidence().place());
        let ports = service.ports.iter().map(|port| Some(port.place));
        variables.chain(ports).chain([service.name.evidence().place()]).flatten()
    });
    let path = |place: Place| files.read(place.file).path.to_owned();
    let named = deployment.compose.iter().map(|_| Utf8PathBuf::from(&deployment.name));
    of_hosts.chain(of_services).map(path).chain(named).collect()
}
