//! Levels, inheritance, includes and fragments, without a server to ask.

use crate::model::nginx::{Config, Included, Root, stock_file};
use crate::source::Sources;
use crate::syntax::nginx::{Tree, parse};
use crate::tests::file;

mod assembly;
mod chosen;

/// Files by path, the first being the root; includes name them.
pub(super) struct Files {
    sources: Sources,
    trees: Vec<(String, Tree)>,
}

impl Files {
    pub(super) fn new(files: &[(&str, &str)]) -> Self {
        let mut sources = Sources::default();
        for (path, text) in files {
            sources.add(vec![file(path, *text)]);
        }
        let trees = sources.ids().into_iter().map(|id| {
            let source = sources.get(id);
            (source.path().to_string(), parse(id, source.text()).0)
        });
        Self { trees: trees.collect(), sources }
    }

    pub(super) fn config(&self) -> Config {
        self.config_of(false)
    }

    fn config_of(&self, alone: bool) -> Config {
        let root =
            Root { tree: &self.trees[0].1, context: None, alone, filled_in: false, beside: None };
        let resolve = |pattern: &str, _| {
            if let Some(folder) = pattern.strip_suffix("*.conf") {
                let within = |(path, _): &&(String, Tree)| path.starts_with(folder);
                let found = self.trees.iter().filter(within).map(|(_, tree)| tree);
                return Included::Files(found.collect());
            }
            if pattern.starts_with("/unseen/") {
                return Included::Unseen("the host is not in view".into());
            }
            match self.trees.iter().find(|(path, _)| path == pattern) {
                Some((_, tree)) => Included::Files(vec![tree]),
                None if stock_file(pattern).is_some() => {
                    Included::Unseen("it comes with nginx".into())
                }
                None => Included::Missing(None),
            }
        };
        Config::build(&[root], &resolve)
    }

    fn text(&self, place: crate::source::Place) -> &str {
        let text = self.sources.get(place.file).text();
        &text[place.span.range()]
    }
}

fn config(text: &str) -> Config {
    Files::new(&[("nginx.conf", text)]).config()
}

/// The location that a path leads to, as written.
fn located(config: &Config, path: &str) -> String {
    let located = config.servers().next().unwrap().locate(path).unwrap();
    let slash = if located.adds_slash { " adds a slash" } else { "" };
    located.level.matcher().map(|it| format!("{it}{slash}")).unwrap_or_default()
}
