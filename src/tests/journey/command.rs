//! `kilter trace` as it is called.

use crate::cli::Exit;
use crate::tests::cli::{Said, kilter};
use serde_json::Value;

fn trace(arguments: &[&str]) -> Said {
    let all: Vec<&str> = ["trace"].iter().chain(arguments).copied().collect();
    kilter(&all)
}

const HEYPAGE: &str = "fixtures/deployments/heypage";

#[test]
fn a_page_is_traced_to_its_view() {
    let said = trace(&["https://heypage.com/", HEYPAGE]);
    assert_eq!(said.exit, Exit::Clean, "{}{}", said.out, said.err);
    insta::with_settings!({ snapshot_path => "../../../snapshots/trace", prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("front_page", said.out);
    });
}

#[test]
fn json_says_the_same() {
    let said = trace(&["https://heypage.com/admin", HEYPAGE, "--format", "json"]);
    assert_eq!(said.exit, Exit::Clean, "{}", said.err);
    let document: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(document["request"], "GET https://heypage.com/admin");
    assert_eq!(document["end"], "answered");
    assert_eq!(document["status"], Value::Null);
    let hops = document["hops"].as_array().unwrap();
    let redirect =
        hops.iter().find(|hop| hop["text"].as_str().unwrap().starts_with("301")).unwrap();
    assert_eq!(redirect["at"], "django");
    assert!(redirect["labels"][0]["path"].as_str().unwrap().ends_with("config/urls.py"));
}

#[test]
fn every_bad_url_gets_a_clear_answer() {
    let cases = [
        ("heypage.com", "is no URL"),
        ("ftp://heypage.com/", "is no URL"),
        ("https://", "no host"),
        ("https://user:kilter-fixture@heypage.com/", "a user or a password"),
        ("https://heypage.com:0/", "`0` is no port"),
        ("https://heypage.com:99999/", "`99999` is no port"),
        ("https://[::1/", "is no IPv6 address"),
        ("https://::1/", "stands in brackets"),
        ("https://hey page.com/", "is no host name"),
        ("https://büro.example/", "`xn--`"),
        ("https://heypage.com/\u{7}", "control character"),
    ];
    for (url, expected) in cases {
        let said = trace(&[url, HEYPAGE]);
        assert_eq!(said.exit, Exit::Failed, "{url}: {}", said.out);
        assert!(said.err.contains(expected), "{url}: {}", said.err);
        assert!(!said.err.contains("kilter-fixture"), "{}", said.err);
        assert_eq!(said.err.lines().count(), 1, "{}", said.err);
    }
}

#[test]
fn what_is_asked_for_must_be_there() {
    let said = trace(&["https://heypage.com/", HEYPAGE, "--deployment", "staging"]);
    assert_eq!(said.exit, Exit::Failed);
    assert!(
        said.err.contains("there is no deployment `staging`; there is heypage.service"),
        "{}",
        said.err
    );
    let said = trace(&["https://heypage.com/", HEYPAGE, "--from", "worker"]);
    assert!(said.err.contains("there is no process `worker`"), "{}", said.err);
    let said = trace(&["https://heypage.com/", "docs"]);
    assert_eq!(
        (said.exit, said.err.as_str()),
        (Exit::Failed, "kilter: nothing was found that is deployed\n")
    );
    let said = trace(&["https://heypage.com/", HEYPAGE, "--header", "no header"]);
    assert!(said.err.contains("is no header"), "{}", said.err);
    let said = trace(&["https://heypage.com/", HEYPAGE, "--method", "GET /"]);
    assert!(said.err.contains("is no method"), "{}", said.err);
}
