//! What each consumer was seen to make of small files.

use crate::fact::Supplied;
use crate::tests::dotenv::{caller, dialect, outcome, reading};
use serde_json::Value;

#[test]
fn every_dialect_reads_as_its_consumer_was_seen_to() {
    let cases = include_str!("../../../fixtures/syntax/dotenv/measured.json");
    let cases: Vec<Value> = serde_json::from_str(cases).expect("the fixture is JSON");
    let caller = caller();
    let mut compared = 0;
    let mut wrong = Vec::new();
    for case in &cases {
        let text = case["text"].as_str().expect("a text");
        for group in case["reads"].as_array().expect("readers") {
            for name in group["to"].as_array().expect("names") {
                let name = name.as_str().expect("a name");
                compared += 1;
                if let Some(found) = differs(name, text, &group["is"], &caller) {
                    wrong.push(format!("{} {name}: {text:?} {found}", case["case"]));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {compared}:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(cases.len(), 101);
}

/// What is read instead of `expected`.
pub(super) fn differs(
    name: &str,
    text: &str,
    expected: &Value,
    caller: &crate::fact::Environment,
) -> Option<String> {
    let dialect = dialect(name);
    let reading = reading(dialect, text, caller);
    if expected == "refused" {
        return reading.refused.is_none().then(|| "is not refused".to_owned());
    }
    expected.as_object().expect("variables").iter().find_map(|(key, value)| {
        let found = outcome(dialect, &reading, key, caller);
        let is_right = match (&found, value) {
            (None, Value::Null) => true,
            (Some(Supplied::Unknown(_)), Value::String(value)) => value == "unknown",
            (Some(Supplied::Value(found)), Value::String(value)) => found == value,
            _ => false,
        };
        (!is_right).then(|| format!("is {found:?} and not {value}"))
    })
}
