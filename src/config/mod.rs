//! What was configured: kilter.toml or `[tool.kilter]` in pyproject.toml, the environment and the
//! command line, put together.
//!
//! The file nearest to the checked path counts, on top of what it extends; variables go over
//! files, options over variables. An unknown key or a wrong type ends the run: whoever
//! misspells `ignore` believes that something is ignored. What a declaration means for a
//! deployment is left to the model and the rules.

use crate::config::key::ROOT;
use crate::config::settle::Anchor;
use crate::diagnostic::Severity;
use crate::model::contract::Contract;
use crate::report::Format;
use crate::rules::{self, Rule};
use crate::source::{File, Globs, Sources, normalize};
use camino::{Utf8Path, Utf8PathBuf};
use std::path::{Path, PathBuf};

mod check;
mod contract;
mod files;
mod key;
mod schema;
mod settle;
mod show;
mod toml;
mod value;

pub use key::purpose;
pub use schema::schema;
pub use show::show;
pub use value::{By, Stated, Table, Value};

/// Everything that a run is told.
#[derive(Clone)]
pub struct Config {
    /// The files that it was read from, in the order of their ids.
    pub files: Vec<File>,
    /// What was said, by whom.
    pub stated: Table,
    pub rules: Vec<&'static Rule>,
    /// Show what is only possible, too.
    pub pedantic: bool,
    pub exclude: Globs,
    pub fail_on: Severity,
    pub format: Format,
    pub baseline: Option<Utf8PathBuf>,
    pub severities: Severities,
    pub overrides: Vec<Override>,
    pub contracts: Vec<Contract>,
    /// The deployments to judge; all if there are none.
    pub deployments: Vec<String>,
    /// Read the code of views as well, which no rule asks about.
    pub follows_views: bool,
}

/// How severe the findings of rules and groups are, where that is not for the rules to say.
#[derive(Clone, Debug, Default)]
pub struct Severities(Vec<(String, Severity)>);

/// What holds for findings with a label in some files.
#[derive(Clone, Debug, Default)]
pub struct Override {
    pub paths: Globs,
    pub ignore: Vec<String>,
    pub severities: Severities,
}

/// What the configuration is looked for and put together from.
pub struct Request<'a> {
    /// The paths that are checked.
    pub roots: &'a [PathBuf],
    /// The working directory.
    pub here: &'a Path,
    /// The file to take instead of the nearest one.
    pub file: Option<&'a Path>,
    pub variables: Table,
    pub options: Table,
}

/// Why there is no configuration to go by.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    #[error("{at}: {message}")]
    At { at: String, message: String },
    #[error("cannot read `{path}`: {why}")]
    Unreadable { path: Utf8PathBuf, why: String },
    #[error(
        "`{first}` and `{second}` are configured by two files; check them one by one, or give `--config`"
    )]
    Two { first: String, second: String },
}

pub fn load(request: Request) -> Result<Config, ConfigError> {
    let (mut sources, mut files) = (Sources::default(), Vec::new());
    let file = match request.file {
        Some(file) => Some(file.to_owned()),
        None => files::nearest(request.roots, request.here)?,
    };
    let mut stated = match file {
        Some(file) => files::read(&file, &mut files, &mut sources)?,
        None => Table::default(),
    };
    for table in [request.variables, request.options] {
        let nowhere = By::Option(String::new());
        check::table(&table, ROOT, &nowhere).map_err(|fault| located(fault, &sources))?;
        stated = table.over(stated);
    }
    let here = Utf8PathBuf::from(request.here.to_string_lossy().into_owned());
    let from_elsewhere = request.file.is_some_and(|file| is_apart(file, request.roots, &here));
    let anchor = Anchor { here: &here, sources: &sources, from_elsewhere };
    settle::settle(stated, files, anchor).map_err(|fault| located(fault, &sources))
}

/// Whether a file's folder is neither around nor below anything that is checked.
fn is_apart(file: &Path, roots: &[PathBuf], here: &Utf8Path) -> bool {
    let whole = |path: &Path| normalize(&here.join(&*path.to_string_lossy()));
    let file = whole(file);
    let folder = file.parent().unwrap_or(here);
    let is_near = |root: Utf8PathBuf| root.starts_with(folder) || folder.starts_with(&root);
    !roots.iter().any(|root| is_near(whole(root))) && !is_near(normalize(here))
}

/// What one file says, for trees in memory.
pub fn parse(file: File) -> Result<Config, ConfigError> {
    let (mut sources, mut files) = (Sources::default(), Vec::new());
    let stated = files::parse(file, &mut files, &mut sources)?;
    let here = Utf8Path::new("");
    let anchor = Anchor { here, sources: &sources, from_elsewhere: false };
    settle::settle(stated, files, anchor).map_err(|fault| located(fault, &sources))
}

fn located(fault: check::Fault, sources: &Sources) -> ConfigError {
    let at = match fault.by {
        By::Place(place) => sources.shown().address(place),
        By::Variable(name) | By::Option(name) => name,
    };
    ConfigError::At { at, message: fault.message }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            files: Vec::new(),
            stated: Table::default(),
            rules: rules::all().filter(|rule| !rule.pedantic).collect(),
            pedantic: false,
            exclude: Globs::default(),
            fail_on: Severity::Warning,
            format: Format::Full,
            baseline: None,
            severities: Severities::default(),
            overrides: Vec::new(),
            contracts: Vec::new(),
            deployments: Vec::new(),
            follows_views: false,
        }
    }
}

impl Config {
    /// The files as sources; places in the configuration are places in these.
    pub fn sources(&self) -> Sources {
        let mut sources = Sources::default();
        for file in &self.files {
            sources.add(vec![file.clone()]);
        }
        sources
    }
}

impl Severities {
    /// A word about the rule counts before one about its group, and that before one about all.
    pub fn of(&self, rule: &str) -> Option<Severity> {
        let named = self
            .0
            .iter()
            .filter_map(|(name, severity)| Some((rules::specificity(name, rule)?, *severity)));
        named.max_by_key(|(specificity, _)| *specificity).map(|(_, severity)| severity)
    }
}

impl Override {
    pub fn ignores(&self, rule: &str) -> bool {
        self.ignore.iter().any(|name| rules::specificity(name, rule).is_some())
    }
}
