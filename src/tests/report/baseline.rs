//! What is known stays quiet, and only that.

use crate::diagnostic::Severity;
use crate::report::baseline::{Applied, Baseline, BaselineError};
use crate::tests::report::sample::{Sample, findings, sample, site};

/// Each `deny all;` of these files is a finding.
fn run(files: &[(&str, &str)]) -> Sample {
    let mut sample = Sample::of(files);
    for file in sample.sources.ids() {
        let text = sample.sources.get(file).text().to_owned();
        for (at, part) in text.match_indices("deny all;") {
            let place = crate::source::Place::new(file, at, at + part.len());
            let mut out = findings("proxy/denied", Severity::Error);
            let fact = crate::fact::Fact::at((), place);
            out.report(site(), "everybody is refused", fact.label("here"));
            sample.add(out);
        }
    }
    sample
}

fn baseline(sample: &Sample) -> Baseline {
    let written = Baseline::of(&sample.diagnostics, sample.sources.shown()).write();
    Baseline::parse(&written).unwrap()
}

fn apply(known: &Baseline, sample: &Sample) -> Applied {
    known.apply(sample.diagnostics.clone(), sample.sources.shown())
}

/// Where what is new lies.
fn new(applied: &Applied, sample: &Sample) -> Vec<String> {
    let places = applied.new.iter().filter_map(|it| it.place());
    places.map(|place| sample.sources.shown().address(place)).collect()
}

#[test]
fn what_was_written_is_known() {
    let sample = sample();
    let known = baseline(&sample);
    let applied = apply(&known, &sample);
    assert_eq!((applied.new.len(), applied.known), (0, sample.diagnostics.len()));
    assert_eq!(applied.shrunk, known);
}

#[test]
fn a_finding_that_moved_is_still_known() {
    let known = baseline(&run(&[("deploy/a.conf", "deny all;\n")]));
    let moved = format!("{}    deny   all;\ndeny all;\n", "# a line\n".repeat(30));
    let later = run(&[("ops/nginx/a.conf", &moved.replace("deny   all", "deny all"))]);
    let applied = apply(&known, &later);
    assert_eq!(applied.known, 1);
    assert_eq!(new(&applied, &later), ["ops/nginx/a.conf:32:1"], "the second one is new");
}

#[test]
fn one_more_of_a_kind_is_new_where_it_is() {
    let known = baseline(&run(&[("b/x.conf", "deny all;\n"), ("c/x.conf", "deny all;\n")]));
    let files =
        [("a/x.conf", "deny all;\n"), ("b/x.conf", "deny all;\n"), ("c/x.conf", "deny all;\n")];
    let later = run(&files);
    let applied = apply(&known, &later);
    assert_eq!((applied.known, new(&applied, &later)), (2, vec!["a/x.conf:1:1".to_owned()]));
}

#[test]
fn what_is_mended_leaves_the_baseline() {
    let known = baseline(&run(&[("a.conf", "deny all;\n"), ("b.conf", "deny all;\n")]));
    let applied = apply(&known, &run(&[("a.conf", "allow all;\n"), ("b.conf", "deny all;\n")]));
    let left: Vec<_> = applied.shrunk.entries().map(|entry| entry.path.as_str()).collect();
    assert_eq!(left, ["b.conf"]);
    let back = run(&[("a.conf", "deny all;\n"), ("b.conf", "deny all;\n")]);
    assert_eq!(
        new(&apply(&applied.shrunk, &back), &back),
        ["a.conf:1:1"],
        "and is new if it returns"
    );
}

#[test]
fn it_is_written_a_finding_a_line_without_line_numbers() {
    let written = Baseline::of(&sample().diagnostics, sample().sources.shown()).write();
    super::snapshot("baseline", &written);
    assert_eq!(Baseline::default().write(), "{\n  \"version\": 1,\n  \"findings\": []\n}\n");
}

#[test]
fn what_is_no_baseline_is_refused() {
    let refused = |text| Baseline::parse(text).unwrap_err();
    assert_eq!(refused(r#"{"version": 2, "other": true}"#), BaselineError::Version(2));
    for text in ["", "[]", "{}", r#"{"version": 1, "findings": [{"rule": "a/b"}]}"#] {
        assert!(matches!(refused(text), BaselineError::Malformed(_)), "{text}");
    }
}
