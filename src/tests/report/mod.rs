//! What the formats print, beyond what the rules' pages show.

use crate::report::Format;
use insta::Settings;
use sample::{SECRET, Sample, sample};

mod fingerprint;
mod line_hash;
mod people;
mod sample;
mod sarif;
mod style;

/// Compares with `snapshots/formats/<name>.snap`.
fn snapshot(name: &str, said: &str) {
    let mut settings = Settings::clone_current();
    settings.set_snapshot_path("../../../snapshots/formats");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, said));
}

#[test]
fn every_format_shows_the_sample() {
    let sample = sample();
    for format in Format::ALL {
        let said = sample.print(format);
        let said = match format {
            Format::Sarif => pretty(&said),
            Format::Full | Format::Concise | Format::Json => said,
        };
        snapshot(format.name(), &said);
    }
}

fn pretty(json: &str) -> String {
    let value: serde_json::Value = serde_json::from_str(json).unwrap();
    serde_json::to_string_pretty(&value).unwrap()
}

#[test]
fn no_format_shows_a_secret() {
    let mut sample = sample();
    // A frame around the line above, one on the line itself, and one that ends in the secret.
    for part in ["DJANGO_DEBUG", "DJANGO_SECRET_KEY", SECRET] {
        let mut out = sample::findings("env/debug-on", crate::diagnostic::Severity::Error);
        let fact = sample.fact("deploy/heypage.env", part);
        out.report(sample::site(), "something", fact.label("here"));
        sample.add(out);
    }
    for format in Format::ALL {
        let said = sample.print(format);
        assert!(!said.contains(SECRET) && !said.contains("hunter2"), "{format:?}:\n{said}");
    }
}

#[test]
fn an_empty_report_is_one_in_every_format() {
    for sample in [Sample::of(&[]), Sample::of(&[("a.conf", "")])] {
        for format in Format::ALL {
            assert!(sample.print(format).ends_with('\n'), "{format:?}");
        }
    }
}

#[test]
fn json_says_where_in_lines_columns_and_bytes() {
    let mut sample = Sample::of(&[("sites/é.conf", "x\r\né = {\n  1\n}\n")]);
    let mut out = sample::findings("a/b", crate::diagnostic::Severity::Error);
    let fact = sample.fact("sites/é.conf", "= {\n  1\n}");
    out.report(sample::site(), "something", fact.label("here"));
    sample.add(out);
    let said: serde_json::Value = serde_json::from_str(&sample.print(Format::Json)).unwrap();
    let label = &said["diagnostics"][0]["labels"][0];
    assert_eq!(label["path"], "sites/é.conf");
    assert_eq!(label["start"], serde_json::json!({"line": 2, "column": 3, "offset": 6}));
    assert_eq!(label["end"], serde_json::json!({"line": 4, "column": 2, "offset": 15}));
}
