//! Which of several sets of compose files is the developers', where neither says it and both would
//! do: the one that turns DEBUG on over mounted source, beside one that turns it off, and the one that
//! has only what a developer's own `runserver` asks for, beside one that has that and the site.

use crate::fact::{Certainty, switch};
use crate::model::build::stage::mounts_source;
use crate::model::compose::{BASES, Variable};
use crate::model::{Deployment, Files, ProcessKind, Stage};
use camino::Utf8Path;
use std::collections::BTreeMap;

pub(super) fn tell_apart(files: &Files, deployments: &mut [Deployment]) {
    let switches: Vec<BTreeMap<String, bool>> = deployments.iter().map(switches).collect();
    let is_live = |it: &Deployment| it.stage.value == Stage::Production;
    let is_developers = |at: usize| {
        let deployment = &deployments[at];
        let is_open = is_live(deployment)
            && deployment.compose.as_ref().is_some_and(|it| !it.usage.is_deployed);
        let is_doubted = deployment.stage.evidence().certainty() < Certainty::Certain;
        let mut others =
            (0..deployments.len()).filter(|it| *it != at && is_live(&deployments[*it]));
        let outdoes = |other: usize| {
            let is_off = |name: &String| switches[other].get(name) == Some(&false);
            switches[at].iter().any(|(name, is_on)| *is_on && is_off(name))
        };
        let is_mounted = || mounts_source(files, &deployment.views, &deployment.processes);
        is_open
            && others.any(|other| {
                is_doubted && outdoes(other) && is_mounted()
                    || is_without_the_site(deployment, &deployments[other])
            })
    };
    let found: Vec<usize> = (0..deployments.len()).filter(|at| is_developers(*at)).collect();
    for at in found {
        let stage = &mut deployments[at].stage;
        *stage = stage.map(|_| Stage::Development);
    }
}

/// Whether nothing is there but stores, and the file for production beside it has the site with stores of
/// the same kinds.
fn is_without_the_site(one: &Deployment, other: &Deployment) -> bool {
    let (path, its) = (Utf8Path::new(&one.name), Utf8Path::new(&other.name));
    let is_base = path.file_name().is_some_and(|it| BASES.contains(&it));
    let is_for_production = its.file_name().is_some_and(|it| it.contains("prod"));
    if !is_base || !is_for_production || path.parent() != its.parent() {
        return false;
    }
    let stores = [ProcessKind::Database, ProcessKind::Cache];
    let kinds = |it: &Deployment| it.processes.iter().map(|it| it.kind).collect::<Vec<_>>();
    let (own, others) = (kinds(one), kinds(other));
    own.contains(&ProcessKind::Database)
        && !one.kept_up
        && own.iter().all(|it| stores.contains(it) && others.contains(it))
        && others.iter().any(|it| it.is_web())
}

/// The variables that turn DEBUG on or off, by name: on where one service has it so.
fn switches(deployment: &Deployment) -> BTreeMap<String, bool> {
    let services = deployment.compose.iter().flat_map(|it| &it.services);
    let mut found = BTreeMap::new();
    for (name, is_on) in services.flat_map(|it| &it.environment).filter_map(debug_switch) {
        *found.entry(name).or_default() |= is_on;
    }
    found
}

fn debug_switch(variable: &Variable) -> Option<(String, bool)> {
    let name = &variable.name.value;
    let is_on = switch(&variable.value.as_ref()?.known()?.value)?;
    (name == "DEBUG" || name.ends_with("_DEBUG")).then(|| (name.clone(), is_on))
}
