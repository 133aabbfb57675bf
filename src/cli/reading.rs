//! Reading a folder as `check` would, for commands that judge nothing.

use crate::cli::Failure;
use crate::config::{self, Config};
use crate::model::{Deployment, Model, Stage};
use crate::run;
use crate::source::{Sources, Tree};
use camino::Utf8PathBuf;
use std::path::{Path, PathBuf};

pub(super) struct Reading {
    pub(super) tree: Tree,
    pub(super) sources: Sources,
    pub(super) model: Model,
    /// The file that configures the folder, if there is one.
    pub(super) configured_by: Option<Utf8PathBuf>,
}

/// Reads with the configuration that is nearest, or the one that is named. `set` may ask for more.
pub(super) fn read(
    path: &Path,
    file: Option<&Path>,
    set: impl FnOnce(&mut Config),
) -> Result<Reading, Failure> {
    let roots: [PathBuf; 1] = [path.to_owned()];
    let here = std::env::current_dir().map_err(Failure::Here)?;
    let mut config = config::load(config::Request {
        roots: &roots,
        here: &here,
        file,
        variables: config::Table::default(),
        options: config::Table::default(),
    })?;
    set(&mut config);
    let tree = Tree::walk_without(&roots, config.exclude.clone())?;
    let (sources, model) = run::read(&tree, &config);
    let configured_by = config.files.first().map(|file| file.path.clone());
    Ok(Reading { tree, sources, model, configured_by })
}

impl Reading {
    /// The deployment of this name; without one those for production, or all if none is.
    pub(super) fn deployments(&self, named: Option<&str>) -> Result<Vec<&Deployment>, Failure> {
        let all = &self.model.deployments;
        if let Some(name) = named {
            let found = all.iter().find(|it| it.name == name);
            return found.map(|it| vec![it]).ok_or_else(|| Failure::NoDeployment {
                name: name.to_owned(),
                all: all.iter().map(|it| it.name.clone()).collect(),
            });
        }
        let real: Vec<_> = all.iter().filter(|it| it.stage.value == Stage::Production).collect();
        let chosen = if real.is_empty() { all.iter().collect() } else { real };
        if chosen.is_empty() { Err(Failure::Nothing) } else { Ok(chosen) }
    }
}
