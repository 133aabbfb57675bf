//! How a later file's values meet an earlier one's, as compose-go's `override` package merges.
//!
//! Maps merge key by key, lists are put behind each other, single values replace; a table names
//! the exceptions. What merging leaves double in a list is made unique by another table.

use crate::model::compose::canonical::target_of;
use crate::model::compose::value::{Data, Entry, Map, Path, Value};
use crate::model::compose::{Fault, FaultKind};
use crate::model::text::Text;
use crate::source::Place;
use crate::syntax::Problem;
use std::collections::HashMap;

/// Paths whose values are made lists of `key=value` before they are put together.
const SEQUENCES: &[&str] = &[
    "networks.*.labels",
    "volumes.*.labels",
    "services.*.annotations",
    "services.*.build.args",
    "services.*.build.additional_contexts",
    "services.*.build.labels",
    "services.*.deploy.labels",
    "services.*.dns",
    "services.*.dns_opt",
    "services.*.dns_search",
    "services.*.env_file",
    "services.*.label_file",
    "services.*.environment",
    "services.*.labels",
    "services.*.volumes.*.volume.labels",
    "services.*.sysctls",
    "services.*.tmpfs",
];

/// Lists of which an item is known by what stands before its `=`.
const KEYED: &[&str] = &[
    "networks.*.labels",
    "networks.*.ipam.options",
    "services.*.annotations",
    "services.*.build.args",
    "services.*.build.additional_contexts",
    "services.*.build.platform",
    "services.*.build.tags",
    "services.*.build.labels",
    "services.*.cap_add",
    "services.*.cap_drop",
    "services.*.deploy.labels",
    "services.*.dns",
    "services.*.dns_opt",
    "services.*.dns_search",
    "services.*.environment",
    "services.*.expose",
    "services.*.labels",
    "services.*.links",
    "services.*.networks.*.aliases",
    "services.*.networks.*.link_local_ips",
    "services.*.profiles",
    "services.*.sysctls",
    "services.*.tmpfs",
];

pub(super) fn matches(path: &[String], pattern: &str) -> bool {
    let mut keys = path.iter();
    let fits =
        pattern.split('.').all(|part| keys.next().is_some_and(|key| part == "*" || part == key));
    fits && keys.next().is_none()
}

fn among(path: &[String], patterns: &[&str]) -> bool {
    patterns.iter().any(|pattern| matches(path, pattern))
}

/// Puts `over` on top of `base`, both at this path.
pub(super) fn merge(base: Value, over: Value, path: &mut Path, faults: &mut Vec<Fault>) -> Value {
    let special = |pattern| matches(path, pattern);
    if special("services.*.command")
        || special("services.*.entrypoint")
        || special("services.*.healthcheck.test")
        || special("services.*.ulimits.*")
    {
        return replace(base, over);
    }
    faults.extend(without_effect(&base, &over, path));
    if among(path, SEQUENCES) {
        return join(sequence(base), sequence(over));
    }
    if special("services.*.build") {
        return merge_maps(context(base), context(over), path, faults);
    }
    if special("services.*.depends_on") {
        return merge_maps(conditions(base), conditions(over), path, faults);
    }
    if special("services.*.networks") || special("services.*.models") {
        return merge_maps(keys(base), keys(over), path, faults);
    }
    if special("services.*.extra_hosts") || special("services.*.build.extra_hosts") {
        return join_new(sequence(base), sequence(over));
    }
    if special("services.*.logging") && drivers_differ(&base, &over) {
        return replace(base, over);
    }
    if over.is_null() {
        return base;
    }
    match (&base.data, &over.data) {
        (Data::Map(_), Data::Map(_)) => merge_maps(base, over, path, faults),
        (Data::List(_), Data::List(_)) => join(base, over),
        (Data::Map(_) | Data::List(_), _) => {
            let message = format!(
                "`{}` is {} here, and {} in the file before",
                path.last().map_or("", String::as_str),
                over.shape(),
                base.shape()
            );
            let problem = Problem::new(over.place, message).also(base.place, "merged with this");
            faults.push(Fault { kind: FaultKind::Schema, problem, missing: None });
            base
        }
        (Data::Scalar(..) | Data::Null, _) => replace(base, over),
    }
}

fn replace(base: Value, mut over: Value) -> Value {
    if !base.is_null() {
        over.lost.push(base.replaced());
        over.lost.extend(base.lost);
    }
    over
}

/// An empty list for a key of a service that the file before has a list for: both are joined, so that
/// nothing is taken away (Compose, "Merge Compose files"; `!reset` does, since Compose 2.18).
fn without_effect(base: &Value, over: &Value, path: &[String]) -> Option<Fault> {
    let [section, _, key] = path else { return None };
    let is_empty = matches!(&over.data, Data::List(items) if items.is_empty());
    if section != "services" || !is_empty {
        return None;
    }
    let first = match &base.data {
        Data::List(items) => items.first()?.place,
        Data::Map(entries) => entries.values().next()?.key,
        _ => return None,
    };
    let message = format!("`{key}: []` takes nothing away: the list of the file before stays");
    let problem = Problem::new(over.place, message).also(first, "this is still there");
    Some(Fault { kind: FaultKind::Emptied, problem, missing: None })
}

fn merge_maps(mut base: Value, over: Value, path: &mut Path, faults: &mut Vec<Fault>) -> Value {
    let place = over.place;
    let (Data::Map(map), Data::Map(other)) = (&mut base.data, over.data) else { return base };
    for (key, entry) in other {
        let merged = match map.shift_remove_entry(&key) {
            None => entry,
            Some((_, base)) => {
                path.push(key.clone());
                let value = merge(base.value, entry.value, path, faults);
                path.pop();
                let mut before = base.before;
                before.push(base.key);
                Entry { key: entry.key, before, merged: entry.merged, value }
            }
        };
        map.insert(key, merged);
    }
    base.place = place;
    base
}

fn join(mut base: Value, over: Value) -> Value {
    if over.is_null() {
        return base;
    }
    match (&mut base.data, over.data) {
        (Data::List(items), Data::List(more)) => items.extend(more),
        (_, data) => base.data = data,
    }
    base
}

/// Puts together, leaving out what is there already.
fn join_new(base: Value, mut over: Value) -> Value {
    let there: Vec<String> =
        base.items().iter().filter_map(Value::as_text).map(Text::to_string).collect();
    if let Data::List(items) = &mut over.data {
        items.retain(|item| item.as_text().is_none_or(|text| !there.contains(&text.to_string())));
    }
    join(base, over)
}

/// `{A: 1, B: }` as `[A=1, B]`, and a single value as a list of it.
fn sequence(value: Value) -> Value {
    let (place, lost) = (value.place, value.lost.clone());
    let items = match value.data {
        Data::List(items) => items,
        Data::Null => return Value::null(place),
        Data::Scalar(..) => vec![value],
        Data::Map(map) => {
            map.into_iter().flat_map(|(key, entry)| assignments(&key, entry)).collect()
        }
    };
    Value { place, data: Data::List(items), lost }
}

fn assignments(key: &str, entry: Entry) -> Vec<Value> {
    let Entry { key: at, value, .. } = entry;
    let lost = value.lost;
    let one =
        |text: &Text| Value { lost: lost.clone(), ..Value::text(text.behind(&format!("{key}="))) };
    match &value.data {
        Data::Null => vec![Value { lost, ..Value::constant(key, at) }],
        Data::Scalar(text, _) => vec![one(text)],
        Data::List(items) => items.iter().filter_map(Value::as_text).map(one).collect(),
        Data::Map(_) => Vec::new(),
    }
}

/// `build: dir` as `build: {context: dir}`.
fn context(value: Value) -> Value {
    match value.data {
        Data::Scalar(..) => {
            let place = value.place;
            let entry = Entry::new(place, value);
            Value::map(place, Map::from([("context".to_owned(), entry)]))
        }
        Data::Null | Data::List(_) | Data::Map(_) => value,
    }
}

/// `[a, b]` as `{a: , b: }`.
pub(super) fn keys(value: Value) -> Value {
    keyed(value, Value::null)
}

/// `[a]` as `{a: {condition: service_started, required: true}}`.
pub(super) fn conditions(value: Value) -> Value {
    keyed(value, |place| {
        let entry = |text| Entry::new(place, Value::constant(text, place));
        let map = [("condition", "service_started"), ("required", "true")];
        Value::map(place, map.map(|(key, text)| (key.to_owned(), entry(text))).into())
    })
}

fn keyed(value: Value, content: impl Fn(Place) -> Value) -> Value {
    let Data::List(items) = &value.data else { return value };
    let entries = items.iter().filter_map(|item| {
        let entry = Entry::new(item.place, content(item.place));
        Some((item.as_text()?.to_string(), entry))
    });
    Value { data: Data::Map(entries.collect()), ..value.clone() }
}

fn drivers_differ(base: &Value, over: &Value) -> bool {
    let driver = |value: &Value| Some(value.get("driver")?.as_text()?.to_string());
    matches!((driver(base), driver(over)), (Some(base), Some(over)) if base != over)
}

/// Keeps of each list that the tables name one item per key: the last, where the first stood.
pub(super) fn make_unique(value: &mut Value, path: &mut Path) {
    match &mut value.data {
        Data::Map(map) => {
            for (key, entry) in map.iter_mut() {
                path.push(key.clone());
                make_unique(&mut entry.value, path);
                path.pop();
            }
        }
        Data::List(items) => {
            let Some(key_of) = key_of(path) else { return };
            let mut seen: HashMap<String, usize> = HashMap::new();
            let mut unique: Vec<Value> = Vec::new();
            for mut item in std::mem::take(items) {
                let key = key_of(&item);
                match key.as_ref().and_then(|key| seen.get(key)) {
                    Some(&at) => {
                        item.lost.push(unique[at].replaced());
                        item.lost.append(&mut unique[at].lost);
                        unique[at] = item;
                    }
                    None => {
                        seen.extend(key.map(|key| (key, unique.len())));
                        unique.push(item);
                    }
                }
            }
            *items = unique;
        }
        Data::Null | Data::Scalar(..) => {}
    }
}

/// What makes two items of this list one; `None` if every item counts.
fn key_of(path: &[String]) -> Option<fn(&Value) -> Option<String>> {
    let is = |pattern| matches(path, pattern);
    if among(path, KEYED) {
        return Some(|item| {
            let text = item.as_text()?.to_string();
            Some(text.split_once('=').map_or(text.clone(), |(key, _)| key.to_owned()))
        });
    }
    if is("services.*.volumes") {
        return Some(target_of);
    }
    if is("services.*.devices") {
        return Some(|item| match item.as_text() {
            Some(text) => {
                let text = text.to_string();
                let mut parts = text.split(':');
                let first = parts.next()?.to_owned();
                Some(parts.next().map_or(first, str::to_owned))
            }
            None => Some(item.get("target")?.as_text()?.to_string()),
        });
    }
    if is("services.*.configs") {
        return Some(|item| mount(item, ""));
    }
    if is("services.*.secrets") {
        return Some(|item| mount(item, "/run/secrets"));
    }
    if is("services.*.env_file") {
        return Some(|item| {
            let path = item.get("path").and_then(Value::as_text);
            Some(item.as_text().or(path)?.to_string())
        });
    }
    is("services.*.ports").then_some(port)
}

fn mount(item: &Value, folder: &str) -> Option<String> {
    let name = |key: &str| Some(item.get(key)?.as_text()?.to_string());
    match item.as_text() {
        Some(source) => Some(format!("{folder}/{source}")),
        None => name("target").or_else(|| Some(format!("{folder}/{}", name("source")?))),
    }
}

fn port(item: &Value) -> Option<String> {
    if let Some(text) = item.as_text() {
        return Some(text.to_string());
    }
    let part = |key: &str, default: &str| {
        let text = item.get(key).and_then(Value::as_text);
        text.map_or(default.to_owned(), Text::to_string)
    };
    let (host, published) = (part("host_ip", "0.0.0.0"), part("published", ""));
    Some(format!("{host}:{published}:{}/{}", part("target", ""), part("protocol", "tcp")))
}

/// Takes away what `!reset` and `!override` name. Items of lists stay, as in compose.
pub(super) fn reset(value: &mut Value, paths: &[Path]) {
    for path in paths {
        let Some((last, parents)) = path.split_last() else { continue };
        let mut at = Some(&mut *value);
        for key in parents {
            at =
                at.and_then(|value| value.as_map_mut()?.get_mut(key)).map(|entry| &mut entry.value);
        }
        if let Some(map) = at.and_then(Value::as_map_mut) {
            map.shift_remove(last);
        }
    }
}
