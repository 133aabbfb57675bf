//! Keys that `<<` brings into a service and that no service has: the anchor stands in a part of
//! another service, as `build: &django` does, and was taken for the service itself.

use crate::model::compose::value::{Entry, Map, Value};
use crate::model::compose::{Fault, FaultKind};
use crate::source::Place;
use crate::syntax::Problem;

/// The keys of a service that nobody knows and that came by a merge: one mistake for each `<<`.
#[derive(Default)]
pub(super) struct MergedKeys<'a> {
    /// Each with the `<<` that brought it, where it is written and what it is called.
    keys: Vec<(Place, Place, &'a str)>,
}

impl<'a> MergedKeys<'a> {
    /// Takes a key that no service has, if a merge brought it from something that is no service
    /// (there it is reported where it stands).
    pub(super) fn take(&mut self, project: &Value, key: &'a str, entry: &Entry) -> bool {
        let Some(merge) = entry.merged.filter(|_| origin(project, entry.key).is_some()) else {
            return false;
        };
        self.keys.push((merge, entry.key, key));
        true
    }

    /// One fault for each `<<` of this service.
    pub(super) fn report(self, project: &Value, service: &str, faults: &mut Vec<Fault>) {
        let mut merges: Vec<Place> = self.keys.iter().map(|(merge, ..)| *merge).collect();
        merges.dedup();
        for merge in merges {
            let of_it = self.keys.iter().filter(|(it, ..)| *it == merge);
            let mut of_it = of_it.peekable();
            let Some(origin) = of_it.peek().and_then(|(_, at, _)| origin(project, *at)) else {
                continue;
            };
            let keys: Vec<String> = of_it.map(|(_, _, key)| format!("`{key}`")).collect();
            let message = format!(
                "`{service}` merges {}: no service has {}",
                origin.name,
                keys.join(" or "),
            );
            let problem = Problem::new(merge, message).also(origin.key, "what is merged");
            faults.push(Fault { kind: FaultKind::Merged, problem, missing: None });
        }
    }
}

/// What a merged mapping is called where it is written.
struct Origin {
    key: Place,
    name: String,
}

/// The mapping in which this key is written, unless that is a service.
fn origin(project: &Value, key: Place) -> Option<Origin> {
    let top = project.as_map()?;
    let services = top.get("services").and_then(|it| it.value.as_map());
    if services.into_iter().flatten().any(|(_, it)| writes(it, key)) {
        return None;
    }
    let parts = services.into_iter().flatten().flat_map(|(service, entry)| {
        let parts = entry.value.as_map().into_iter().flatten();
        parts.map(move |(part, entry)| (entry, format!("the `{part}` of `{service}`")))
    });
    let own = top.iter().map(|(name, entry)| (entry, format!("`{name}`")));
    let (entry, name) = parts.chain(own).find(|(entry, _)| writes(entry, key))?;
    Some(Origin { key: entry.key, name })
}

/// Whether the mapping at an entry has this key of its own.
fn writes(entry: &Entry, key: Place) -> bool {
    let own = |map: &Map| map.values().any(|it| it.key == key && it.merged.is_none());
    entry.value.as_map().is_some_and(own)
}
