//! Lines whose directive nginx's own source does not have.

use crate::fact::spelling::{is_slip, nearest};
use crate::model::nginx::Config;
use crate::model::nginx::scope::Line;
use crate::syntax::nginx::{known, known_in};

/// A line at which nginx stops, unless a module knows it (`unknown directive`).
#[derive(Clone, Copy, Debug)]
pub struct Stranger<'c> {
    pub line: &'c Line,
    /// The directive of its level that was likely meant.
    pub meant: Option<&'static str>,
}

impl Config {
    /// All of them, once each. None where a module may be loaded, of which nobody can tell what it
    /// knows.
    pub fn strangers(&self) -> Vec<Stranger<'_>> {
        let main = self.main();
        if main.own("load_module").next().is_some() {
            return Vec::new();
        }
        let mut found: Vec<Stranger<'_>> = Vec::new();
        for level in self.levels() {
            let Some(context) = level.context().name() else { continue };
            for line in level.lines() {
                let place = line.fact(()).written_at();
                let is_told = found.iter().any(|it| it.line.fact(()).written_at() == place);
                if place.is_none()
                    || is_told
                    || !is_name(&line.name)
                    || !known(&line.name).is_empty()
                {
                    continue;
                }
                found.push(Stranger { line, meant: meant(&line.name, context) });
            }
        }
        found
    }
}

/// Whether it is a name that a directive could have, and none that is filled in.
fn is_name(name: &str) -> bool {
    name.starts_with(|it: char| it.is_ascii_lowercase())
        && name.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'_')
}

fn meant(name: &str, context: &str) -> Option<&'static str> {
    nearest(name, known_in(context)).filter(|it| is_slip(name, it))
}
