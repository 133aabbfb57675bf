//! Compose projects: merged, filled in and typed as Compose v2 does it.

mod command;
mod docker_run;
mod grouping;
mod hostile;
mod interpolation;
mod merging;
#[cfg(feature = "oracles")]
mod oracle;
mod size;
mod typing;

use crate::fact::{Environment, Fact, Origin, Supplied};
use crate::model::compose::{Project, Request};
use crate::model::{Files, Kind};
use crate::source::{Place, Sources, Tree};
use crate::syntax;
use camino::{Utf8Path, Utf8PathBuf};

/// Files by path, as they lie in a folder.
type Folder<'a> = &'a [(&'a str, &'a str)];

/// A project of these files, all of which are given with `-f`.
struct Loaded {
    sources: Sources,
    project: Project,
}

fn load(folder: Folder<'_>, files: &[&str], environment: &Environment) -> Option<Loaded> {
    let all: Vec<_> = folder.iter().map(|(path, text)| crate::tests::file(path, *text)).collect();
    let tree = Tree::of(all.clone());
    let mut sources = Sources::default();
    sources.add(all);
    let parse = |id| {
        let kind = match sources.get(id).path().extension() {
            Some("yml" | "yaml") => Kind::Compose,
            _ => Kind::Text,
        };
        syntax::parse(kind, sources.get(id).path(), id, sources.get(id).text()).0
    };
    let parsed: Vec<_> = sources.ids().into_iter().map(parse).collect();
    let found = Files::new(&tree, &sources, &parsed);
    let paths: Vec<Utf8PathBuf> = files.iter().map(Into::into).collect();
    let request = Request {
        files: &paths,
        folder: paths[0].parent().unwrap_or(Utf8Path::new("")),
        environment,
        read_env_files: &|paths| {
            let mut environment = Environment::default();
            for path in paths {
                let text = folder.iter().find(|(name, _)| *name == path.as_str()).map(|it| it.1);
                lay_file(&mut environment, text.unwrap_or_default());
            }
            environment
        },
    };
    let project = Project::load(&found, &request)?;
    Some(Loaded { sources, project })
}

/// `NAME=value` lines, without quotes: their dialects are tested elsewhere.
fn lay_file(environment: &mut Environment, text: &str) {
    for (name, value) in text.lines().filter_map(|line| line.split_once('=')) {
        let value = Supplied::Value(value.to_owned());
        environment.set(name, Fact::new(value, Origin::UNSEEN));
    }
}

/// Exactly these variables.
fn closed(variables: &[(&str, &str)]) -> Environment {
    let mut environment = Environment::default();
    for (name, value) in variables {
        environment.set(*name, Fact::new(Supplied::Value((*value).to_owned()), Origin::UNSEEN));
    }
    environment
}

/// One file, nothing set and nobody's shell.
fn one(text: &str) -> Loaded {
    load(&[("compose.yml", text)], &["compose.yml"], &closed(&[])).expect("it has a mapping")
}

impl Loaded {
    fn slice(&self, place: Place) -> &str {
        let text = self.sources.get(place.file).text();
        &text[place.span.range()]
    }

    fn service(&self, name: &str) -> &crate::model::compose::Service {
        self.project.service(name).unwrap_or_else(|| panic!("no service {name}"))
    }

    /// The variables of a service, as `NAME=value`.
    fn environment(&self, service: &str) -> Vec<String> {
        let one = |it: &crate::model::compose::Variable| match &it.value {
            Some(value) => format!("{}={value}", it.name),
            None => it.name.value.clone(),
        };
        let mut found: Vec<String> = self.service(service).environment.iter().map(one).collect();
        found.sort();
        found
    }

    /// `line: message`, with the file where there are several.
    fn faults(&self) -> Vec<String> {
        let shown = self.sources.shown();
        let one = |it: &crate::model::compose::Fault| {
            format!("{}: {}", shown.position(it.problem.place).0, it.problem.message)
        };
        self.project.faults.iter().map(one).collect()
    }
}
