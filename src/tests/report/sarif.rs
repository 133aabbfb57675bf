//! SARIF: what its schema cannot see.

use crate::diagnostic::Severity;
use crate::fact::{Fact, Origin};
use crate::report::Format;
use crate::tests::report::sample::{Sample, findings, rules, sample, site};
use serde_json::{Value, json};

fn run(sample: &Sample) -> Value {
    let log: Value = serde_json::from_str(&sample.print(Format::Sarif)).unwrap();
    log["runs"][0].clone()
}

#[test]
fn every_rule_is_described_whether_it_fired_or_not() {
    let run = run(&Sample::of(&[]));
    let described = run["tool"]["driver"]["rules"].as_array().unwrap();
    assert_eq!(described.len(), rules().len());
    for rule in described {
        for text in ["/shortDescription/text", "/fullDescription/text", "/help/text", "/helpUri"] {
            assert!(!rule.pointer(text).unwrap().as_str().unwrap().is_empty(), "{text}: {rule}");
        }
    }
    let debug = &described[1];
    assert_eq!(debug["properties"]["security-severity"], "7.5");
    assert_eq!(debug["properties"]["tags"], json!(["env", "security"]));
    assert_eq!(debug["name"], "EnvDebugOn");
    assert_eq!(
        described[0]["fullDescription"]["text"],
        "Django copies static files into `STATIC_ROOT` and has no part in serving them."
    );
}

#[test]
fn results_name_their_rule_by_index_and_come_errors_first() {
    let run = run(&sample());
    let results = run["results"].as_array().unwrap();
    let levels: Vec<_> = results.iter().map(|it| it["level"].as_str().unwrap()).collect();
    assert_eq!(levels, ["error", "warning", "warning", "note"]);
    for result in results {
        let index = result["ruleIndex"].as_u64().unwrap() as usize;
        assert_eq!(run["tool"]["driver"]["rules"][index]["id"], result["ruleId"]);
        let prints = &result["partialFingerprints"];
        assert!(prints["kilter/v1"].is_string(), "{result}");
    }
}

#[test]
fn the_message_links_to_every_related_location() {
    for result in run(&sample())["results"].as_array().unwrap() {
        let message = result["message"]["text"].as_str().unwrap();
        for related in result["relatedLocations"].as_array().into_iter().flatten() {
            let text = related["message"]["text"].as_str().unwrap();
            assert!(message.contains(&format!("[{text}]({})", related["id"])), "{message}");
        }
    }
}

#[test]
fn brackets_in_a_message_are_no_links() {
    let mut sample = Sample::of(&[("a b/[1]:é.conf", "listen [::]:80;\n")]);
    let mut out = findings("a/b", Severity::Error);
    let fact = sample.fact("a b/[1]:é.conf", "[::]:80");
    out.report(site(), r"`[::]:80](9) \` twice", fact.label("here"));
    sample.add(out);
    let result = &run(&sample)["results"][0];
    let message = result["message"]["text"].as_str().unwrap();
    assert_eq!(message, r"`\[::\]:80\](9) \\` twice. Here: here.");
    let uri = &result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
    assert_eq!(uri, "a%20b/%5B1%5D%3A%C3%A9.conf");
    assert_eq!(result["ruleIndex"], Value::Null, "a rule that nobody described");
}

#[test]
fn a_finding_without_a_place_is_told_about_the_run() {
    let mut sample = sample();
    let default = Origin::Default { of: "nginx", version: "1.22", source: "core module" };
    let mut out = findings("env/debug-on", Severity::Error);
    out.report(site(), "nobody wrote it", Fact::new((), default).label("here"));
    sample.add(out);
    let run = run(&sample);
    assert_eq!(run["results"].as_array().unwrap().len(), 4);
    let told = &run["invocations"][0]["toolExecutionNotifications"][0];
    assert_eq!(told["message"]["text"], "nobody wrote it");
    assert_eq!(told["associatedRule"], json!({"id": "env/debug-on", "index": 1}));
}

#[test]
fn thirty_thousand_findings_stay_within_githubs_limits() {
    let text: String = (0..30_000).map(|n| format!("line {n};\n")).collect();
    let mut sample = Sample::of(&[("a.conf", &text)]);
    let file = sample.file("a.conf");
    for (number, (at, line)) in text.match_indices("line").enumerate() {
        let severity = if number % 2 == 0 { Severity::Warning } else { Severity::Error };
        let mut out = findings("env/debug-on", severity);
        let fact = Fact::at((), crate::source::Place::new(file, at, at + line.len()));
        out.report(site(), "something", fact.label("here"));
        sample.add(out);
    }
    let run = run(&sample);
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 25_000);
    assert!(results[..15_000].iter().all(|it| it["level"] == "error"));
    assert!(results[15_000..].iter().all(|it| it["level"] == "warning"));
    let told = run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"].as_str();
    assert!(told.unwrap().starts_with("5000 more findings"), "{told:?}");
}
