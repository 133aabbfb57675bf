//! Which of several sets of compose files is the developers', where neither says it and both would
//! do: the one that turns DEBUG on over mounted source, beside one that turns it off.

use crate::fact::Certainty;
use crate::model::build::stage::mounts_source;
use crate::model::compose::Variable;
use crate::model::{Deployment, Files, Stage};
use std::collections::BTreeMap;

pub(super) fn tell_apart(files: &Files, deployments: &mut [Deployment]) {
    let switches: Vec<BTreeMap<String, bool>> = deployments.iter().map(switches).collect();
    let is_live = |it: &Deployment| it.stage.value == Stage::Production;
    let is_developers = |at: usize| {
        let deployment = &deployments[at];
        let is_open = is_live(deployment)
            && deployment.stage.evidence().certainty() < Certainty::Certain
            && deployment.compose.as_ref().is_some_and(|it| !it.usage.is_deployed);
        let mut others =
            (0..deployments.len()).filter(|it| *it != at && is_live(&deployments[*it]));
        is_open
            && mounts_source(files, &deployment.views, &deployment.processes)
            && others.any(|other| {
                let is_off = |name: &String| switches[other].get(name) == Some(&false);
                switches[at].iter().any(|(name, is_on)| *is_on && is_off(name))
            })
    };
    let found: Vec<usize> = (0..deployments.len()).filter(|at| is_developers(*at)).collect();
    for at in found {
        let stage = &mut deployments[at].stage;
        *stage = stage.map(|_| Stage::Development);
    }
}

/// The variables that turn DEBUG on or off, by name: on where one service has it so.
fn switches(deployment: &Deployment) -> BTreeMap<String, bool> {
    let services = deployment.compose.iter().flat_map(|it| &it.services);
    let mut found = BTreeMap::new();
    for (name, is_on) in services.flat_map(|it| &it.environment).filter_map(switch) {
        *found.entry(name).or_default() |= is_on;
    }
    found
}

fn switch(variable: &Variable) -> Option<(String, bool)> {
    let name = &variable.name.value;
    let value = variable.value.as_ref()?.known()?.value.to_ascii_lowercase();
    let is_on = match value.as_str() {
        "1" | "true" | "yes" | "on" => true,
        "0" | "false" | "no" | "off" => false,
        _ => return None,
    };
    (name == "DEBUG" || name.ends_with("_DEBUG")).then(|| (name.clone(), is_on))
}
