//! Env files as they are written: which variables they list, and what they are there for.
//!
//! What each reader makes of a file is told where processes get their environment; here it is
//! what somebody sees who opens it.

use crate::fact::Fact;
use crate::model::Stage;
use crate::model::django::{self, Project, Role};
use crate::model::variables::names_an_environment;
use crate::source::{Place, kept_of};
use crate::syntax::dotenv::{Assignment, Line, Tree};
use crate::syntax::kind;
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeSet;

/// An env file of the tree.
#[derive(Debug)]
pub struct EnvFile {
    pub path: Utf8PathBuf,
    /// From the root that was given, which is where commands are typed.
    pub below: Utf8PathBuf,
    /// Where it begins.
    pub start: Fact<()>,
    /// What its name or folder says.
    pub stage: Option<Stage>,
    /// It is to be copied or filled in, and nobody in view takes its variables from it as it is.
    pub documents: bool,
    pub ignored: bool,
    /// That git has it.
    pub committed: Option<Fact<()>>,
    /// Who reads it, or the file that it is copied to.
    pub readers: BTreeSet<EnvReader>,
    /// Services for developers or tests are given it, and nobody else in view reads it.
    pub is_taken_by_few: bool,
    pub tree: Tree,
    /// A comment that says of the values below it that somebody made them up.
    pub made_up: Option<Place>,
    /// The nearest folder around it that has a `manage.py`, or a `package.json`.
    pub project: Option<Utf8PathBuf>,
}

/// What reads an env file, as far as the files of the tree say so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EnvReader {
    Compose,
    /// `docker run --env-file`, which takes it as compose does (its manual, "--env-file").
    Docker,
    Systemd,
    Shell,
    /// A library that the settings use.
    Python,
}

impl EnvReader {
    pub fn name(self) -> &'static str {
        match self {
            Self::Compose => "docker compose",
            Self::Docker => "docker",
            Self::Systemd => "systemd",
            Self::Shell => "the shell that loads it",
            Self::Python => "the library of the settings",
        }
    }
}

impl EnvFile {
    /// Whether it lies with a project, or a program of Node's, that is neither this one nor around it.
    pub fn is_of_another(&self, project: &Project) -> bool {
        self.project.as_ref().is_some_and(|root| !project.root.starts_with(root))
    }

    /// Whether it is what somebody kept of another, and nobody reads it: how it is written does not
    /// matter, whatever secrets are in it.
    pub fn is_kept_aside(&self) -> bool {
        self.readers.is_empty() && kept_of(self.name()).is_some()
    }

    pub fn name(&self) -> &str {
        self.path.file_name().unwrap_or_default()
    }

    /// Whether it is this file, or is copied to make it.
    pub fn is_for(&self, name: &str) -> bool {
        let own = self.name();
        own == name || (self.documents && becomes(own, name))
    }

    /// Whether it is an example of whatever env file its folder is to have: `example.env`.
    pub fn is_for_folder_of(&self, path: &Utf8Path) -> bool {
        self.documents && target(self.name()) == "env" && self.path.parent() == path.parent()
    }

    /// Whether a comment above it says that values are made up.
    pub fn has_made_up(&self, place: Place) -> bool {
        self.made_up.is_some_and(|it| it.file == place.file && it.span.end <= place.span.start)
    }

    /// Whether its name says that it is for developers or tests.
    pub fn is_for_developers(&self) -> bool {
        self.stage.is_some_and(Stage::is_for_few)
    }

    /// Whether its own values choose what developers have: their settings module, or `DJANGO_ENV=local`.
    pub fn runs_for_developers(&self) -> bool {
        // Sentry is told where it runs, and chooses nothing.
        let chooses = |name: &str| {
            name == django::VARIABLE || names_an_environment(name) && !name.starts_with("SENTRY")
        };
        let is_dev = |it: &Assignment| django::role(it.inner()) == Role::Development;
        self.assignments().any(|it| chooses(&it.key.value) && is_dev(it))
    }

    /// Whether its name says that it documents, be it loaded as it is or not.
    pub fn is_called_example(&self) -> bool {
        kind::is_example(&self.path)
    }

    /// Whether its name says that it is there for the build of an image, as `collectstatic` asks for settings
    /// which ask for everything.
    pub fn is_for_builds(&self) -> bool {
        let name = self.path.file_name().unwrap_or_default();
        name.split(['.', '-', '_']).any(|word| matches!(word, "build" | "builder"))
    }

    /// What it gives a variable, without quotes; the last assignment counts with every reader.
    pub fn value(&self, name: &str) -> Option<Fact<String>> {
        let assignment = self.assignments().filter(|it| it.key.value == name).last()?;
        Some(Fact::at(assignment.inner().to_owned(), assignment.place))
    }

    /// Where a variable is mentioned, in a comment too.
    pub fn lists(&self, name: &str) -> Option<Fact<()>> {
        let listed = |line: &Line| -> Option<Place> {
            let (key, place) = match line {
                Line::Assignment(it) => (&it.key.value, it.place),
                Line::Comment { commented: Some(it), place } => (&it.key.value, *place),
                Line::Name { name, place, .. } => (&name.value, *place),
                Line::Comment { commented: None, .. }
                | Line::Blank(_)
                | Line::Skipped(_)
                | Line::Other(_) => {
                    return None;
                }
            };
            (key == name).then_some(place)
        };
        self.tree.lines.iter().find_map(listed).map(|place| Fact::at((), place))
    }

    pub fn assignments(&self) -> impl Iterator<Item = &Assignment> {
        self.tree.assignments()
    }
}

/// Whether an example of this name is copied to make the file of the other.
pub(super) fn becomes(example: &str, name: &str) -> bool {
    target(example) == target(name)
}

/// The name without what marks an example, and without the dots: `env.prod` of `.env.prod.example`.
fn target(name: &str) -> String {
    let marks = ["template", "dist", "default", "defaults", "tmpl", "j2", "in"];
    let is_mark = |word: &str| marks.contains(&word) || kind::EXAMPLE.contains(&word);
    let words = name.split(['.', '-', '_']).filter(|word| !word.is_empty() && !is_mark(word));
    let mut words: Vec<&str> = words.collect();
    words.sort_unstable();
    words.join(".")
}
