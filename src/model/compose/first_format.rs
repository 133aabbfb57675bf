//! Files of the first format, where services stand at the top and below no `services`.
//!
//! docker-compose 1 took them, and Docker Compose refuses them ("Additional property web is not
//! allowed"). What they say is still what whoever has the old program runs.

use crate::model::compose::value::{Data, Entry, Map, Value};
use crate::syntax::yaml::{Node, Pair};

/// The services of a file, in whichever format.
pub(in crate::model) fn services(root: &Node) -> &[Pair] {
    match root.get("services") {
        Some(services) => services.pairs(),
        None if is_first(root) => root.pairs(),
        None => &[],
    }
}

/// Whether all that stands at the top is a service.
pub(super) fn is_first(root: &Node) -> bool {
    let is_service =
        |it: &Node| ["image", "build", "extends"].iter().any(|key| it.get(key).is_some());
    let mut pairs = root.pairs().iter();
    !root.pairs().is_empty() && pairs.all(|it| is_service(&it.value))
}

/// The same as a file of today says it (Compose file reference, "Upgrading").
pub(super) fn of_today(root: Value) -> Value {
    let place = root.place;
    let Data::Map(mut services) = root.data else { return root };
    services.values_mut().filter_map(|it| it.value.as_map_mut()).for_each(renew);
    let entry = Entry::new(place, Value::map(place, services));
    Value::map(place, Map::from([("services".to_owned(), entry)]))
}

fn renew(service: &mut Map) {
    if let Some(mode) = service.shift_remove("net") {
        service.insert("network_mode".to_owned(), mode);
    }
    let is_text = |it: &Entry| matches!(it.value.data, Data::Scalar(..));
    if let Some(dockerfile) = service.shift_remove("dockerfile")
        && let Some(build) = service.get_mut("build").filter(|it| is_text(it))
    {
        let (key, place) = (build.key, build.value.place);
        let context = std::mem::replace(&mut build.value, Value::null(place));
        let context = ("context".to_owned(), Entry::new(key, context));
        build.value =
            Value::map(place, Map::from([context, ("dockerfile".to_owned(), dockerfile)]));
    }
}
