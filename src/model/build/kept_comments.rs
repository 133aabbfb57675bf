//! Comments behind values of env files that systemd reads.
//!
//! systemd knows comments on lines of their own alone (systemd.exec(5), "EnvironmentFile="): what is behind
//! a value becomes part of it. Whoever writes one there has python-dotenv or compose in mind, which leave it
//! out.

use crate::fact::{Environment, Fact, Supplied};
use crate::model::surroundings::KeptComments;
use crate::model::{Deployment, EnvFile, Files};
use crate::syntax::dotenv::{self, Comments, Dialect};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn kept_comments(
    files: &Files,
    env_files: &[EnvFile],
    deployments: &[Deployment],
) -> Vec<KeptComments> {
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    for deployment in deployments {
        let units = deployment.processes.iter().filter(|it| deployment.unit(it).is_some());
        for source in units.flat_map(|process| process.environment.sources()) {
            let Some(file) = read_by(env_files, &source.value) else { continue };
            let Some(place) = source.evidence().place() else { continue };
            // Units of one site share their file.
            if !seen.insert(&file.path) {
                continue;
            }
            let names = kept(files, file, deployment);
            if !names.is_empty() {
                let (is_example, reader) = (file.documents, Fact::at((), place));
                found.push(KeptComments { file: file.path.clone(), is_example, reader, names });
            }
        }
    }
    found
}

/// The file of the tree that lies at a path of the machine, or is copied to make it. Of several nobody knows
/// which.
fn read_by<'e>(env_files: &'e [EnvFile], path: &str) -> Option<&'e EnvFile> {
    let name = path.rsplit('/').next()?;
    let is_it = |it: &&EnvFile| !it.is_kept_aside() && it.is_for(name);
    let (examples, files): (Vec<_>, Vec<_>) =
        env_files.iter().filter(is_it).partition(|it| it.documents);
    match if files.is_empty() { examples } else { files }.as_slice() {
        [only] => Some(only),
        _ => None,
    }
}

/// The variables that settings ask for and get with the comment, each at its value.
fn kept(files: &Files, file: &EnvFile, deployment: &Deployment) -> Vec<Fact<String>> {
    let Some(start) = file.start.evidence().place() else { return Vec::new() };
    let text = files.read(start.file).text;
    let read = |dialect| dotenv::read(dialect, start.file, text, &Environment::default());
    let meant = read(Dialect::PythonDotenv);
    let meant: BTreeMap<&str, &Supplied> =
        meant.variables.iter().map(|(name, it)| (name.as_str(), &it.value)).collect();
    let given = read(Dialect::Systemd(Comments::Either));
    let kept = given.variables.iter().filter(|(name, value)| {
        let Supplied::Value(value) = &value.value else { return false };
        let Some(Supplied::Value(meant)) = meant.get(name.as_str()) else { return false };
        let rest = value.strip_prefix(meant.as_str()).unwrap_or_default();
        rest.starts_with(char::is_whitespace) && rest.trim_start().starts_with('#')
    });
    let asked = kept.filter(|(name, _)| deployment.asks_for(name));
    asked.map(|(name, value)| value.map(|_| name.clone())).collect()
}
