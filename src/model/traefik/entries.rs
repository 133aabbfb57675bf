//! Traefik's configuration as one list of paths and values, wherever it was said.
//!
//! Files, options of the command and labels of containers name the same things: `http.routers.web.rule` is
//! a key of a file below three others, and a label behind `traefik.`; `--entrypoints.web.address` is what
//! a file has below `entryPoints`. Case does not count in names of options (Traefik's documentation,
//! "Configuration Introduction").

use crate::fact::Fact;
use crate::model::text::Text;
use crate::syntax::traefik::{Leaf, Tree};

#[derive(Clone, Debug, Default)]
pub struct Entries(Vec<Leaf>);

/// No file that people write has more, and each question goes through all of them.
const MOST_LEAVES: usize = 5_000;

/// Names right below one key, likewise.
const MOST_NAMES: usize = 200;

impl Entries {
    /// Adds what a file says, up to a bound.
    pub fn read(&mut self, tree: &Tree) {
        let room = MOST_LEAVES.saturating_sub(self.0.len());
        self.0.extend(tree.leaves.iter().take(room).cloned());
    }

    /// Whether it holds no more, or names more of a kind than are listed: some may be missing.
    pub fn is_cut(&self) -> bool {
        self.0.len() >= MOST_LEAVES
            || ["routers", "services", "middlewares"]
                .iter()
                .any(|kind| self.names(&["http", kind]).len() >= MOST_NAMES)
    }

    /// Adds a label or an option: its dotted name, and the value behind it.
    pub fn add(&mut self, name: &Fact<String>, value: Option<&Text>) {
        let path = name.value.to_ascii_lowercase().split('.').map(str::to_owned).collect();
        let value = value.map_or_else(|| name.map(|_| String::new()), Text::fact);
        self.0.push(Leaf { path, value, key: name.map(|_| ()) });
    }

    fn below<'s>(&'s self, path: &[&str]) -> impl Iterator<Item = &'s Leaf> {
        self.0.iter().filter(move |it| {
            it.path.len() >= path.len() && it.path.iter().zip(path).all(|(own, asked)| own == asked)
        })
    }

    pub fn get(&self, path: &[&str]) -> Option<&Fact<String>> {
        self.below(path).find(|it| it.path.len() == path.len()).map(|it| &it.value)
    }

    /// The key at a path, be there a value or more keys below it.
    pub fn key(&self, path: &[&str]) -> Option<Fact<()>> {
        self.below(path).next().map(|it| it.key.clone())
    }

    /// Whether anything is said below a path.
    pub fn has(&self, path: &[&str]) -> bool {
        self.below(path).next().is_some()
    }

    /// The names right below a path, in their order.
    pub fn names(&self, path: &[&str]) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        for name in self.below(path).filter_map(|it| it.path.get(path.len())) {
            if found.len() < MOST_NAMES && !found.contains(name) {
                found.push(name.clone());
            }
        }
        found
    }

    /// A list, as a file has it or with commas.
    pub fn list(&self, path: &[&str]) -> Vec<Fact<String>> {
        let is_item = |it: &&Leaf| {
            it.path.len() == path.len()
                || it.path.len() == path.len() + 1
                    && it.path[path.len()].bytes().all(|it| it.is_ascii_digit())
        };
        let texts = self.below(path).filter(is_item);
        let each = texts.flat_map(|it| {
            let parts = it.value.value.split(',').map(str::trim).filter(|it| !it.is_empty());
            parts.map(|part| it.value.map(|_| part.to_owned())).collect::<Vec<_>>()
        });
        each.take(MOST_NAMES).collect()
    }
}
