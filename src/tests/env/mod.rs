//! `kilter env` as it is called.

mod mentions;

use crate::cli::Exit;
use crate::tests::cli::{Said, kilter};
use serde_json::Value;

const VIARAH: &str = "fixtures/deployments/viarah";
const HEYPAGE: &str = "fixtures/deployments/heypage";

fn env(arguments: &[&str]) -> Said {
    let all: Vec<&str> = ["env"].iter().chain(arguments).copied().collect();
    kilter(&all)
}

fn snapshot(name: &str, text: &str) {
    insta::with_settings!({ snapshot_path => "../../../snapshots/env", prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(name, text);
    });
}

#[test]
fn variables_of_units_are_listed_with_who_supplies_them() {
    let said = env(&[HEYPAGE]);
    assert_eq!(said.exit, Exit::Clean, "{}", said.err);
    snapshot("units", &said.out);
}

#[test]
fn variables_of_services_are_listed_with_who_supplies_them() {
    let said = env(&[VIARAH]);
    assert_eq!(said.exit, Exit::Clean, "{}", said.err);
    snapshot("services", &said.out);
}

#[test]
fn an_example_has_what_settings_read_and_no_secret() {
    let said = env(&[VIARAH, "--example"]);
    assert_eq!(said.exit, Exit::Clean, "{}", said.err);
    assert!(!said.out.contains("kilter-fixture"), "{}", said.out);
    snapshot("example", &said.out);
}

#[test]
fn json_says_the_same() {
    let said = env(&[VIARAH, "--format", "json"]);
    assert_eq!(said.exit, Exit::Clean, "{}", said.err);
    assert!(!said.out.contains("kilter-fixture"));
    let document: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(document["version"], 1);
    let processes = document["deployments"][0]["processes"].as_array().unwrap();
    let web = processes.iter().find(|it| it["name"] == "web").unwrap();
    let variables = web["variables"].as_array().unwrap();
    let key = variables.iter().find(|it| it["name"] == "DJANGO_SECRET_KEY").unwrap();
    assert_eq!(key["state"], "set");
    assert!(key["supplied"][0]["path"].as_str().unwrap().contains("docker-compose"));
    assert!(key["read"]["path"].as_str().unwrap().contains("settings"));
}

#[test]
fn a_deployment_that_is_not_there_is_an_error_of_the_command() {
    let said = env(&[VIARAH, "--deployment", "nowhere"]);
    assert_eq!(said.exit, Exit::Failed);
    assert!(said.err.contains("nowhere"), "{}", said.err);
}
