//! The JSON schema of kilter.toml, for editors.

use crate::config::key::{Key, ROOT, Shape};
use crate::rules;
use serde_json::{Value, json};

pub fn schema() -> Value {
    let mut schema = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "kilter.toml",
        "description": "Configuration of kilter, also as [tool.kilter] in pyproject.toml",
    });
    merge(&mut schema, table(ROOT));
    schema
}

fn merge(into: &mut Value, from: Value) {
    if let (Value::Object(into), Value::Object(from)) = (into, from) {
        into.extend(from);
    }
}

fn table(keys: &[Key]) -> Value {
    let property = |key: &Key| {
        let mut property = json!({ "description": key.says });
        merge(&mut property, of(&key.shape));
        (key.name.to_owned(), property)
    };
    let properties: serde_json::Map<_, _> = keys.iter().map(property).collect();
    let required: Vec<_> = keys.iter().filter(|key| key.required).map(|key| key.name).collect();
    let mut table =
        json!({ "type": "object", "properties": properties, "additionalProperties": false });
    if !required.is_empty() {
        table["required"] = required.into();
    }
    table
}

fn of(shape: &Shape) -> Value {
    match shape {
        Shape::Flag => json!({ "type": "boolean" }),
        Shape::Integer(range) => {
            json!({ "type": "integer", "minimum": range.start(), "maximum": range.end() })
        }
        Shape::Choice(all) => json!({ "enum": all() }),
        Shape::Text(_) | Shape::Glob => json!({ "type": "string", "minLength": 1 }),
        Shape::Rule => {
            let all: Vec<_> = groups().chain(["all"]).collect();
            let of_group = groups().collect::<Vec<_>>().join("|");
            json!({ "anyOf": [
                { "enum": all },
                { "type": "string", "pattern": format!("^({of_group})/[a-z0-9-]+$") },
            ] })
        }
        Shape::ServerPath | Shape::Route => json!({ "type": "string", "pattern": "^/" }),
        Shape::Variable => json!({ "type": "string", "pattern": "^[A-Za-z_][A-Za-z0-9_]*$" }),
        Shape::Domain => json!({ "type": "string", "pattern": "^[^/: @]+$" }),
        Shape::Mode => json!({ "type": "string", "pattern": "^([0-7]{3,5}|[ugoarwxst+=,-]+)$" }),
        Shape::List(item) => json!({ "type": "array", "items": of(item) }),
        Shape::Map(name, value) => json!({
            "type": "object",
            "propertyNames": of(name),
            "additionalProperties": of(value),
        }),
        Shape::Table(keys) => table(keys),
        Shape::Either(one, other) => json!({ "anyOf": [of(one), of(other)] }),
    }
}

/// What means several rules. Rules themselves are too many to be listed at every place.
fn groups() -> impl Iterator<Item = &'static str> {
    rules::GROUPS.iter().map(|group| group.name)
}
