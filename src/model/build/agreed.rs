//! Which deployment the operator speaks of in which contract.
//!
//! That can be told of deployments only, and what is declared of settings and of the checkout
//! takes part in making them: so they are put together once to be told apart, and again with what
//! is declared.

use crate::fact::Fact;
use crate::model::contract::Contract;
use crate::model::django::Project;
use crate::model::{Deployment, Files, Model, Stage};
use crate::source::Place;
use camino::Utf8PathBuf;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What is declared that takes part in putting deployments together.
#[derive(Default)]
pub(super) struct Agreed<'a> {
    /// Of what the machine itself runs.
    pub(super) host: Option<&'a Contract>,
    /// By the names of deployments.
    named: Vec<(String, &'a Contract)>,
}

impl<'a> Agreed<'a> {
    pub(super) fn find(files: &Files<'a>, model: &Model) -> Self {
        let mut agreed = Self::default();
        for (contract, index) in pairs(files, &model.deployments) {
            let deployment = &model.deployments[index];
            // The machine itself comes first, if it takes part.
            if index == 0 && deployment.compose.is_none() {
                agreed.host = Some(contract);
            }
            agreed.named.push((deployment.name.clone(), contract));
        }
        agreed
    }

    /// Whether deployments come out differently with it.
    pub(super) fn takes_part(&self) -> bool {
        let takes_part = |it: &Contract| {
            it.settings.is_some()
                || it.root.is_some()
                || it.static_root.is_some()
                || it.media_root.is_some()
        };
        self.named.iter().any(|(_, it)| takes_part(it))
    }

    pub(super) fn of(&self, deployment: &str) -> Option<&'a Contract> {
        self.named.iter().find(|(name, _)| name == deployment).map(|(_, it)| *it)
    }
}

/// The projects that lie among the files of a contract, if some do.
pub(super) fn projects(
    contract: Option<&Contract>,
    projects: &[Arc<Project>],
) -> Option<Vec<Arc<Project>>> {
    let files = contract?.files.as_ref()?;
    let lies_there = |it: &&Arc<Project>| files.globs.matches(&it.root.join("manage.py"));
    let meant: Vec<_> = projects.iter().filter(lies_there).cloned().collect();
    (!meant.is_empty()).then_some(meant)
}

/// Gives each contract to its deployment, and the deployment its stage.
pub(super) fn agree(files: &Files, deployments: &mut [Deployment]) {
    for (contract, index) in pairs(files, deployments) {
        let deployment = &mut deployments[index];
        if let Some(stage) = &contract.stage {
            deployment.stage = Fact::at(stage.value, stage.place);
        }
        deployment.contract = Some(contract.clone());
    }
}

/// Each contract with its deployment: none is given to two.
fn pairs<'a>(files: &Files<'a>, deployments: &[Deployment]) -> Vec<(&'a Contract, usize)> {
    let mut pairs: Vec<(&Contract, usize)> = Vec::new();
    for contract in files.contracts {
        let is_open = |index: &usize| pairs.iter().all(|(_, taken)| taken != index);
        if let Some(index) = meant(files, contract, deployments, is_open) {
            pairs.push((contract, index));
        }
    }
    pairs
}

/// The one whose files are named, or that has its name, or the only one for production. Of several
/// that production comes first, then those of more files: an override brings its base along.
fn meant(
    files: &Files,
    contract: &Contract,
    deployments: &[Deployment],
    is_open: impl Fn(&usize) -> bool,
) -> Option<usize> {
    let open = || (0..deployments.len()).filter(&is_open);
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
