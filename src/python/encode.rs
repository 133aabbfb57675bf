//! Settings as JSON, each Python type told apart.

use crate::fact::secret::is_secret_name;
use crate::python::secrets::has_credentials;
use crate::python::{Evaluation, Namespace, Raise, Value};
use crate::source::{Place, Shown};
use camino::Utf8Path;
use serde_json::{Map, Value as Json, json as object};

/// Every setting of a module, or the error that loading it raises.
///
/// Files are named from `base`.
pub fn json(
    evaluation: &Evaluation,
    shown: Shown<'_>,
    base: &Utf8Path,
    show_secrets: bool,
) -> Json {
    match &evaluation.outcome {
        Err(raise) => object!({ "error": error(raise, shown, base) }),
        Ok(namespace) => {
            let mut settings = names(namespace, show_secrets);
            if namespace.more.is_some() {
                unlisted(&mut settings);
            }
            if !evaluation.perhaps.is_empty() {
                let perhaps = evaluation.perhaps.iter().map(|it| error(it, shown, base)).collect();
                settings.insert("$maybe_error".to_owned(), Json::Array(perhaps));
            }
            Json::Object(settings)
        }
    }
}

/// Any setting may have been bound by an import that is not in view.
fn unlisted(settings: &mut Map<String, Json>) {
    for name in crate::python::default::names() {
        if !settings.contains_key(name) {
            let why = "it may be set by what is not in view";
            settings.insert(name.to_owned(), object!({ "$unknown": why }));
        }
    }
}

fn error(raise: &Raise, shown: Shown<'_>, base: &Utf8Path) -> Json {
    let from_base = |path| Utf8Path::new(path).strip_prefix(base).map_or(path, Utf8Path::as_str);
    let at = |place: Place| (from_base(shown.path(place.file)), shown.position(place).0);
    let place = raise.place.map(at);
    object!({
        "type": raise.kind,
        "message": raise.message,
        "file": place.map(|it| it.0),
        "line": place.map(|it| it.1),
    })
}

/// `str.isupper()`: some letter, and none in lower case.
fn is_setting(name: &str) -> bool {
    name.chars().any(char::is_uppercase) && !name.chars().any(char::is_lowercase)
}

fn names(namespace: &Namespace, show_secrets: bool) -> Map<String, Json> {
    let mut names: Vec<_> = namespace.names.iter().filter(|it| is_setting(&it.name)).collect();
    names.sort_by(|a, b| a.name.cmp(&b.name));
    let mut settings = Map::new();
    for named in names {
        let encoded = match named.perhaps {
            true => object!({ "$unknown": "whether it is set depends on what is not known" }),
            false => encode(&named.value.value, secret(&named.name, show_secrets)),
        };
        settings.insert(named.name.clone(), encoded);
    }
    settings
}

/// Whether what stands under a name is kept back.
#[derive(Clone, Copy)]
enum Secret {
    Shown,
    /// Named so by a key further out.
    Masked,
    /// Unless a key says otherwise.
    ByName,
}

fn secret(name: &str, show_secrets: bool) -> Secret {
    match (show_secrets, is_secret_name(name)) {
        (true, _) => Secret::Shown,
        (false, true) => Secret::Masked,
        (false, false) => Secret::ByName,
    }
}

fn encode(value: &Value, secret: Secret) -> Json {
    let masked = matches!(secret, Secret::Masked);
    let each = |items: &[crate::fact::Fact<Value>]| -> Vec<Json> {
        items.iter().map(|it| encode(&it.value, secret)).collect()
    };
    let sorted = |items: &[crate::fact::Fact<Value>]| {
        let mut all = each(items);
        all.sort_by_key(ToString::to_string);
        all
    };
    match value {
        Value::None => Json::Null,
        Value::Bool(it) => object!(it),
        Value::Str(_) | Value::Bytes(_) | Value::Path(_) if masked => object!({ "$masked": "str" }),
        Value::Str(text) if !matches!(secret, Secret::Shown) && has_credentials(text) => {
            object!({ "$masked": "str" })
        }
        Value::Int(it) if it.unsigned_abs() < 1 << 53 => object!(*it as i64),
        Value::Int(it) => object!({ "$int": it.to_string() }),
        Value::Float(it) => object!({ "$float": crate::python::machine::repr::float(*it) }),
        Value::Str(text) => object!(text),
        Value::Bytes(bytes) => {
            let hex: String = bytes.iter().map(|it| format!("{it:02x}")).collect();
            object!({ "$bytes": hex })
        }
        Value::List(items) => Json::Array(each(items)),
        Value::Tuple(items) => object!({ "$tuple": each(items) }),
        Value::Set(items) => object!({ "$set": sorted(items) }),
        Value::FrozenSet(items) => object!({ "$frozenset": sorted(items) }),
        Value::Dict(dict) => encode_dict(dict, secret),
        Value::Path(path) => object!({ "$path": path }),
        Value::TimeDelta(it) => {
            let (days, rest) = (it.div_euclid(86_400_000_000), it.rem_euclid(86_400_000_000));
            object!({ "$timedelta": [days as i64, (rest / 1_000_000) as i64, (rest % 1_000_000) as i64] })
        }
        Value::Regex { pattern, flags } => {
            object!({ "$regex": pattern, "$flags": *flags as i64 })
        }
        Value::Range { start, stop, step } => {
            object!({ "$range": [*start as i64, *stop as i64, *step as i64] })
        }
        Value::Ref(name) => object!({ "$ref": name }),
        Value::Lazy { function, arguments } => {
            object!({ "$lazy": function, "$args": each(arguments), "$kwargs": {} })
        }
        Value::Instance(name) => object!({ "$type": name }),
        Value::Opaque(name) => object!({ "$unknown": format!("`{name}` is not modelled") }),
        Value::Unknown(why) => object!({ "$unknown": &**why }),
        Value::OneOf { members, .. } => {
            let why = "it depends on a condition that is not known";
            object!({ "$unknown": why, "$candidates": each(members) })
        }
        Value::Rest(why) => object!({ "$unknown_items": &**why }),
    }
}

fn encode_dict(dict: &crate::python::Dict, secret: Secret) -> Json {
    let inner = |key: &Value| match (secret, key.text()) {
        (Secret::ByName, Some(name)) if is_secret_name(name) => Secret::Masked,
        _ => secret,
    };
    let entry = |it: &crate::python::Entry| match it.perhaps {
        true => object!({ "$unknown": "whether the key is there depends on what is not known" }),
        false => encode(&it.value.value, inner(&it.key)),
    };
    let plain = |it: &crate::python::Entry| match &it.key {
        Value::Str(name) => !name.starts_with('$'),
        _ => false,
    };
    if dict.entries.iter().all(plain) {
        let mut all = Map::new();
        for it in &dict.entries {
            if let Value::Str(name) = &it.key {
                all.insert(name.clone(), entry(it));
            }
        }
        if let Some(why) = &dict.more {
            all.insert("$unknown_items".to_owned(), object!(&**why));
        }
        return Json::Object(all);
    }
    if dict.more.is_some() || dict.entries.iter().any(|it| it.perhaps) {
        return object!({ "$unknown": "not all of its keys are known" });
    }
    let pairs: Vec<Json> = dict
        .entries
        .iter()
        .map(|it| Json::Array(vec![encode(&it.key, secret), entry(it)]))
        .collect();
    object!({ "$dict": pairs })
}
