//! Journeys of requests: through the fixtures, by the model and by the command.

mod agree;
mod command;
#[cfg(feature = "oracles")]
mod oracle;
mod seeds;
mod urls;

use crate::config::Config;
use crate::model::journey::{End, Journey, Journeys, Lies, Request};
use crate::run::{Outcome, run};
use crate::source::{File, Tree};
use camino::Utf8Path;

/// A tree, and what was made of it.
pub(super) struct Read {
    tree: Tree,
    outcome: Outcome,
}

impl Read {
    pub(super) fn of(files: Vec<File>) -> Self {
        let tree = Tree::of(files);
        let config = Config { rules: Vec::new(), follows_views: true, ..Config::default() };
        let outcome = run(&tree, &config);
        Self { tree, outcome }
    }

    /// The answer of the first deployment to one request.
    pub(super) fn answer(&self, request: &Request) -> Journey {
        self.walk(|journeys| journeys.answer(request))
    }

    pub(super) fn follow(&self, request: &Request) -> Journey {
        self.walk(|journeys| journeys.follow(request))
    }

    fn walk(&self, go: impl FnOnce(&Journeys) -> Journey) -> Journey {
        let disk = |path: &Utf8Path| match self.tree.is_file(path) {
            true => Some(Lies::File),
            false => self.tree.is_dir(path).then_some(Lies::Folder),
        };
        go(&Journeys::new(&self.outcome.model.deployments[0], Some(&disk)))
    }
}

/// `301 https://…`, `view`, or why nobody can tell.
pub(super) fn shown(end: &End) -> String {
    let response = |it: &crate::model::journey::Response| {
        let status = it.status.map_or_else(|| "view".to_owned(), |status| status.to_string());
        let to = it.location.as_ref().map_or_else(String::new, |to| format!(" {to}"));
        format!("{status}{to}")
    };
    match end {
        End::Answered(it) => response(it),
        End::Loop(it) => format!("loop {}", response(it)),
        End::Refused => "refused".to_owned(),
        End::Unknown(why) => format!("unknown: {why}"),
    }
}
