//! The environment of a service: the image's, its env files' and its own.

use crate::fact::secret::is_secret_name;
use crate::fact::{Environment, Fact, Supplied};
use crate::model::build::named_stage::stage_of;
use crate::model::build::service::Container;
use crate::model::build::{example, ignored};
use crate::model::compose::{self, Location};
use crate::model::supply::OF_FOREIGN_PLATFORMS;
use crate::model::{Files, Found};
use crate::syntax::dotenv::{self, Dialect};
use camino::Utf8PathBuf;
use std::collections::BTreeSet;

/// The variables of a project: those of these files, where later ones win, and whatever the shell may add.
pub(in crate::model::build) fn variables(files: &Files, paths: &[Utf8PathBuf]) -> Environment {
    let mut out = Environment::unseen("the shell that runs compose may set it");
    for path in paths {
        let Found::Read(read) = files.find(path) else {
            for (name, value) in example::values_for(files, path) {
                // A password that everybody can read is one, whatever else is filled in.
                if !is_secret_name(&name) {
                    out.exemplify(name, value);
                }
            }
            continue;
        };
        if files.is_unread(read.id) || ignored::is_rewritten(files, path) {
            continue;
        }
        let ignored = files.tree.is_ignored(path);
        for (name, value) in dotenv::read(Dialect::Compose, read.id, read.text, &out).variables {
            let value = if ignored { ignored::doubt(value) } else { value };
            out.set(name, value.map(|it| yet_to_be_filled_in(it.clone())));
        }
    }
    out
}

/// What a tree that templates are made of has in braces, nobody knows yet: `{{ cookiecutter.port }}`.
fn yet_to_be_filled_in(value: Supplied) -> Supplied {
    match value {
        Supplied::Value(text) if text.contains("{{") => {
            Supplied::Unknown("a template is yet to be filled in".into())
        }
        known => known,
    }
}

impl Container<'_> {
    /// In compose's order: the image's, then each env file, then `environment`.
    pub(super) fn environment(&self) -> Environment {
        let mut out = self.image.map_or_else(
            || Environment::unseen("nobody knows what the image sets"),
            |image| image.environment.clone(),
        );
        out.never(OF_FOREIGN_PLATFORMS);
        let mut before = BTreeSet::new();
        for env_file in &self.service.env_files {
            self.read(env_file, &mut before, &mut out);
        }
        for (name, value) in self.service.supplied(self.variables) {
            out.set(name, value);
        }
        out.consult(self.service.name.map(|_| "environment".to_owned()));
        out
    }

    /// Adds what a file sets, `before` which others have set some.
    fn read(
        &self,
        env_file: &compose::EnvFile,
        before: &mut BTreeSet<String>,
        out: &mut Environment,
    ) {
        let place = env_file.path.place;
        let shown = env_file.path.to_string();
        out.consult(Fact::at(shown.clone(), place));
        let tree = match &env_file.location {
            Some(Fact { value: Location::Tree(path), .. }) => path,
            _ => return out.open(&format!("`{shown}` is not in view"), Some(place)),
        };
        let read = match self.files.find(tree) {
            Found::Read(read) if self.files.is_unread(read.id) => {
                return out.open(&format!("nobody can read `{shown}` here"), Some(place));
            }
            Found::Read(_) if ignored::is_rewritten(self.files, tree) => {
                return out.open(ignored::REWRITTEN, Some(place));
            }
            Found::Read(read) => read,
            Found::Wanted => return,
            Found::Absent | Found::Folder => {
                let why = match env_file.required.value {
                    true => format!("`{shown}` is not in the tree"),
                    false => format!("`{shown}` may be there"),
                };
                // Called after what the server is, it is there to say otherwise than what all share.
                if tree.file_name().and_then(stage_of).is_some() {
                    for name in std::mem::take(before) {
                        out.set(name, Fact::at(Supplied::Unknown(why.as_str().into()), place));
                    }
                }
                return out.open(&why, Some(place));
            }
        };
        let raw = env_file.format.as_ref().is_some_and(|it| it.to_string() == "raw");
        let dialect = if raw { Dialect::Docker } else { Dialect::ComposeEnvFile };
        let ignored = self.files.tree.is_ignored(tree);
        let reading = dotenv::read(dialect, read.id, read.text, self.variables);
        // What a workflow adds to it on the way to the server: `echo "KEY=$KEY" >> .env.production`.
        let why = format!("a script of the tree adds to `{shown}`");
        let added = self.files.scripted().written_to(tree.as_str());
        for name in
            added.into_iter().filter(|it| !reading.variables.iter().any(|(own, _)| own == it))
        {
            out.set(name, Fact::at(Supplied::Unknown(why.as_str().into()), place));
        }
        for (name, value) in reading.variables {
            before.insert(name.clone());
            out.set(name, if ignored { ignored::doubt(value) } else { value });
        }
        if reading.refused.is_some() {
            // Nothing starts with it as it is, and what it lacks is no fault of its own.
            out.open(&format!("compose refuses `{shown}` as it is"), Some(place));
        }
        if ignored {
            out.open("git ignores its env file, so the server's may hold more", Some(place));
        }
    }
}
