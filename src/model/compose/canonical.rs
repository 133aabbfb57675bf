//! Short forms made long: one shape for ports, volumes, env files and what else has two.
//!
//! As compose-go's `transform` and `format` packages; ports as Docker's `nat` reads them.

use crate::model::compose::merge::{conditions, keys};
use crate::model::compose::value::{Data, Entry, Map, Replaced, Type, Value};
use crate::model::compose::{Fault, FaultKind, begins_in_folder};
use crate::model::text::Text;
use crate::source::Place;
use camino::Utf8Path;

/// The whole project.
pub(super) fn canonical(project: &mut Value, faults: &mut Vec<Fault>) {
    let Some(project) = project.as_map_mut() else { return };
    let services = project.get_mut("services").and_then(|entry| entry.value.as_map_mut());
    for (_, entry) in services.into_iter().flatten() {
        if let Some(service) = entry.value.as_map_mut() {
            canonical_service(service, faults);
        }
    }
    for name in ["volumes", "networks", "secrets", "configs"] {
        let resources = project.get_mut(name).and_then(|entry| entry.value.as_map_mut());
        for (_, entry) in resources.into_iter().flatten() {
            external(&mut entry.value);
        }
    }
}

fn canonical_service(service: &mut Map, faults: &mut Vec<Fault>) {
    for (key, entry) in service.iter_mut() {
        let value = std::mem::replace(&mut entry.value, Value::null(entry.key));
        entry.value = match key.as_str() {
            "build" => build(value),
            "depends_on" => depends_on(value),
            "env_file" => each(list(value), env_file),
            "label_file" | "dns" => list(value),
            "extends" => wrapped(value, "service"),
            "networks" | "models" => keys(value),
            "volumes" => each(value, |item| volume(item, faults)),
            "secrets" | "configs" => each(value, |item| wrapped(item, "source")),
            "ports" => ports(value, faults),
            _ => value,
        };
    }
}

fn each(mut value: Value, f: impl FnMut(Value) -> Value) -> Value {
    if let Data::List(items) = &mut value.data {
        *items = std::mem::take(items).into_iter().map(f).collect();
    }
    value
}

/// A single value as a list of it.
fn list(value: Value) -> Value {
    match value.data {
        Data::Scalar(..) => Value::list(value.place, vec![value]),
        Data::Null | Data::List(_) | Data::Map(_) => value,
    }
}

/// A single value as a map that holds it under this key.
fn wrapped(value: Value, key: &str) -> Value {
    match value.data {
        Data::Scalar(..) => {
            let (place, lost) = (value.place, value.lost.clone());
            let entry = Entry::new(place, value);
            Value { lost, ..Value::map(place, Map::from([(key.to_owned(), entry)])) }
        }
        Data::Null | Data::List(_) | Data::Map(_) => value,
    }
}

fn default(value: &mut Value, key: &str, text: &str) {
    let place = value.place;
    if let Some(map) = value.as_map_mut() {
        let entry = || Entry::new(place, Value::constant(text, place));
        map.entry(key.to_owned()).or_insert_with(entry);
    }
}

fn build(value: Value) -> Value {
    let mut value = wrapped(value, "context");
    let secrets = value.as_map_mut().and_then(|build| build.get_mut("secrets"));
    if let Some(entry) = secrets {
        let secrets = std::mem::replace(&mut entry.value, Value::null(entry.key));
        entry.value = each(secrets, |item| wrapped(item, "source"));
    }
    value
}

fn depends_on(value: Value) -> Value {
    let mut value = conditions(value);
    for (_, entry) in value.as_map_mut().into_iter().flatten() {
        default(&mut entry.value, "condition", "service_started");
        default(&mut entry.value, "required", "true");
    }
    value
}

fn env_file(value: Value) -> Value {
    let mut value = wrapped(value, "path");
    default(&mut value, "required", "true");
    value
}

/// `external: {name: x}`, as files before version 3.4 say it.
fn external(resource: &mut Value) {
    let Some(map) = resource.as_map_mut() else { return };
    let Some(external) = map.get_mut("external") else { return };
    let place = external.value.place;
    let Data::Map(named) = &mut external.value.data else { return };
    let name = named.shift_remove("name");
    external.value = Value::constant("true", place);
    if let Some(name) = name {
        map.entry("name".to_owned()).or_insert(name);
    }
}

/// Puts a map together from parts of a short form.
struct Long {
    place: Place,
    map: Map,
}

impl Long {
    fn new(place: Place) -> Self {
        Self { place, map: Map::new() }
    }

    fn text(&mut self, key: &str, text: Text) {
        let entry = Entry::new(self.place, Value::text(text));
        self.map.insert(key.to_owned(), entry);
    }

    fn constant(&mut self, key: &str, text: &str) {
        self.text(key, Text::literal(text, self.place));
    }

    fn value(self, lost: Vec<Replaced>) -> Value {
        Value { lost, ..Value::map(self.place, self.map) }
    }
}

/// Where a mount goes, in either form.
pub(super) fn target_of(volume: &Value) -> Option<String> {
    let Some(text) = volume.as_text() else {
        return Some(clean(&volume.get("target")?.as_text()?.to_string()));
    };
    let parts = volume_parts(text);
    let target = if parts.len() == 1 { parts.first() } else { parts.get(1) };
    Some(clean(&target?.to_string()))
}

/// As Go's `path.Clean`.
fn clean(path: &str) -> String {
    let cleaned = crate::source::normalize(Utf8Path::new(path));
    if cleaned.as_str().is_empty() { ".".to_owned() } else { cleaned.into_string() }
}

/// Splits at colons, but for that of a Windows drive.
fn volume_parts(text: &Text) -> Vec<Text> {
    let flat = text.searchable();
    let (mut parts, mut from) = (Vec::new(), 0);
    for (at, _) in flat.match_indices(':') {
        let part = &flat[from..at];
        let drive = part.len() == 1 && part.starts_with(|it: char| it.is_alphabetic());
        if !drive {
            parts.push(text.slice(from..at));
            from = at + 1;
        }
    }
    parts.push(text.slice(from..flat.len()));
    parts
}

fn volume(value: Value, faults: &mut Vec<Fault>) -> Value {
    let Some(text) = value.as_text() else { return value };
    if matches!(value.data, Data::Scalar(_, Type::Number | Type::Bool)) {
        faults.push(schema(value.place, "an item of `volumes` must be text"));
        return value;
    }
    let parts = volume_parts(text);
    if parts.len() > 3 || parts.iter().any(Text::is_empty) {
        faults.push(schema(value.place, "this is no `source:target:options` of a volume"));
        return value;
    }
    let mut long = Long::new(value.place);
    let (source, target, options) = match parts.as_slice() {
        [target] => (None, target, None),
        [source, target] => (Some(source), target, None),
        [source, target, options, ..] => (Some(source), target, Some(options)),
        [] => return value,
    };
    match source {
        Some(source) => {
            let kind = if is_path(source) { "bind" } else { "volume" };
            long.constant("type", kind);
            long.text("source", source.clone());
        }
        None => long.constant("type", "volume"),
    }
    long.text("target", target.clone());
    for option in options.iter().flat_map(|options| options.split(',')) {
        match option.to_string().as_str() {
            "ro" => long.constant("read_only", "true"),
            "nocopy" => long.constant("nocopy", "true"),
            _ => {}
        }
    }
    long.value(value.lost)
}

/// Whether a source is a path and no volume's name. One that begins with a symbol usually is.
fn is_path(source: &Text) -> bool {
    let flat = source.searchable();
    let drive = flat.as_bytes().get(1) == Some(&b':');
    let symbol_then_slash = !source.is_known() && flat.contains('/');
    let is_below = drive || symbol_then_slash || begins_in_folder(source);
    flat.starts_with(['.', '/', '~', '\\']) || is_below
}

fn ports(value: Value, faults: &mut Vec<Fault>) -> Value {
    each(value, |item| {
        let Some(text) = item.as_text() else { return item };
        match port(text, &item) {
            Ok(long) => long,
            Err(message) => {
                faults.push(schema(item.place, message));
                item
            }
        }
    })
}

const NO_PORT: &str = "this is no port that compose can read";

/// `[[address:]published:]target[/protocol]`. Compose makes an entry for each port of a range;
/// here a range stays one, or a short line could stand for 65,000.
fn port(text: &Text, item: &Value) -> Result<Value, &'static str> {
    let flat = text.searchable();
    let last = flat.rfind(':').map_or(0, |at| at + 1);
    let (address, published) = match flat[..last.saturating_sub(1)].rfind(':') {
        Some(at) => (Some(text.slice(0..at)), Some(text.slice(at + 1..last - 1))),
        None if last > 0 => (None, Some(text.slice(0..last - 1))),
        None => (None, None),
    };
    let target = text.slice(last..flat.len());
    let (target, protocol) = match target.split_once('/') {
        Some((target, protocol)) => (target, Some(protocol).filter(|it| !it.is_empty())),
        None => (target, None),
    };
    let published = published.filter(|published| !published.is_empty());
    let known = protocol.as_ref().and_then(Text::known).map(|it| it.value.to_lowercase());
    if known.is_some_and(|it| !["tcp", "udp", "sctp"].contains(&&*it)) {
        return Err("a port is tcp, udp or sctp");
    }
    // Of a symbol nobody can say what range it is; a known text must be one.
    let lengths = [Some(&target), published.as_ref()].map(|it| match it?.known() {
        Some(text) => Some(range(&text.value).map(|(first, last)| last - first)),
        None => None,
    });
    match lengths {
        [Some(None), _] | [_, Some(None)] => return Err(NO_PORT),
        [Some(Some(target)), Some(Some(host))] if target > 0 && target != host => {
            return Err("the two ranges of ports are not equally long");
        }
        _ => {}
    }

    let mut long = Long::new(item.place);
    long.constant("mode", "ingress");
    if let Some(address) = address.filter(|address| !address.is_empty()) {
        long.text("host_ip", unbracketed(address));
    }
    long.text("target", target);
    if let Some(published) = published {
        long.text("published", published);
    }
    long.text("protocol", protocol.unwrap_or_else(|| Text::literal("tcp", item.place)));
    Ok(long.value(item.lost.clone()))
}

/// `[::1]` is `::1`.
fn unbracketed(address: Text) -> Text {
    let flat = address.searchable();
    let bare = flat.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
    bare.map_or(address.clone(), |bare| address.slice(1..1 + bare.len()))
}

/// The first and the last port of `8000` or `8000-8010`.
pub(super) fn range(text: &str) -> Option<(u16, u16)> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let (first, last) = (first.parse().ok()?, last.parse().ok()?);
    (first <= last).then_some((first, last))
}

fn schema(place: Place, message: &str) -> Fault {
    Fault::new(FaultKind::Schema, place, message)
}
