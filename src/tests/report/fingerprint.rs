//! What a finding is known by from one run to the next.

use crate::diagnostic::{Diagnostic, Severity, Subject};
use crate::fact::{Fact, Origin};
use crate::report::fingerprint;
use crate::source::Place;
use crate::tests::report::sample::{Sample, findings, site};

/// The fingerprint of one finding about these parts of these files.
fn of(files: &[(&str, &str)], parts: &[(&str, &str)]) -> String {
    let sample = Sample::of(files);
    let labels: Vec<_> = parts.iter().map(|(path, part)| sample.fact(path, part)).collect();
    let mut out = findings("group/name", Severity::Error);
    let finding = out.report(site(), "something", labels[0].label("here"));
    labels[1..].iter().for_each(|label| _ = finding.also(label.label("there")));
    fingerprint::all(&out.into_vec(), sample.sources.shown()).remove(0)
}

#[test]
fn it_survives_what_is_not_about_the_finding() {
    let known = of(
        &[("deploy/a.conf", "alias /static/;\n"), ("b.py", "ROOT = 'x'\n")],
        &[("deploy/a.conf", "alias /static/;"), ("b.py", "'x'")],
    );
    let moved = format!("{}    alias   /static/; # why\n", "# a line\n".repeat(30));
    let later = of(
        &[("ops/prod/a.conf", &moved), ("app/b.py", "import os\nSTATIC_ROOT = 'x'\n")],
        &[("ops/prod/a.conf", "alias   /static/;"), ("app/b.py", "'x'")],
    );
    assert_eq!(known, later, "lines above, blanks, a folder, the rest of the line");
    assert_eq!(known.len(), 32);
}

#[test]
fn it_tells_findings_apart() {
    let files = [("a.conf", "alias /one/;\nalias /two/;\n"), ("b.conf", "alias /one/;\n")];
    let one = of(&files, &[("a.conf", "/one/")]);
    assert_ne!(one, of(&files, &[("a.conf", "/two/")]), "another value");
    assert_ne!(one, of(&files, &[("b.conf", "/one/")]), "another file");
    assert_ne!(one, of(&files, &[("a.conf", "/one/"), ("b.conf", "/one/")]), "more evidence");

    let sample = Sample::of(&files);
    let about = |rule, subject: &Subject| -> Vec<Diagnostic> {
        let mut out = findings(rule, Severity::Error);
        let label = sample.fact("a.conf", "/one/").label("here");
        out.report(subject.clone(), "something", label);
        out.into_vec()
    };
    let worker = Subject::Process("worker".to_owned());
    let found =
        [about("group/name", &site()), about("group/other", &site()), about("group/name", &worker)];
    let all = fingerprint::all(&found.concat(), sample.sources.shown());
    assert_eq!(all[0], one);
    assert!(all[1] != one && all[2] != one && all[1] != all[2], "{all:?}");
}

#[test]
fn equal_findings_are_numbered() {
    let sample = Sample::of(&[("a.conf", "deny all;\ndeny all;\n")]);
    let mut out = findings("group/name", Severity::Error);
    let file = sample.file("a.conf");
    for start in [0, 10] {
        let fact = Fact::at((), Place::new(file, start, start + 9));
        out.report(site(), "something", fact.label("here"));
    }
    let all = fingerprint::all(&out.into_vec(), sample.sources.shown());
    assert_eq!(all[1], format!("{}:2", all[0]));
    assert_eq!(fingerprint::kind(&all[1]), all[0]);
}

#[test]
fn a_secret_takes_no_part() {
    let of = |secret: &str| {
        let text = format!("KEY={secret}\n");
        let mut sample = Sample::of(&[(".env", &text)]);
        let hidden = sample.place(".env", secret);
        sample.sources.hide(hidden);
        let mut out = findings("group/name", Severity::Error);
        out.report(site(), "something", sample.fact(".env", &text[..text.len() - 1]).label("here"));
        fingerprint::all(&out.into_vec(), sample.sources.shown())
    };
    assert_eq!(of("short"), of("a much longer one"));
}

#[test]
fn what_is_missing_from_a_file_does_not_depend_on_its_first_line() {
    let of = |text: &str| {
        let sample = Sample::of(&[("settings.py", text)]);
        let within = Place::new(sample.file("settings.py"), 0, text.len());
        let mut out = findings("group/name", Severity::Error);
        let absent = Fact::new((), Origin::Absent { within });
        out.report(site(), "something", absent.label("no STATIC_ROOT"));
        fingerprint::all(&out.into_vec(), sample.sources.shown())
    };
    assert_eq!(of("import os\n"), of("\"\"\"Settings.\"\"\"\nimport os\n"));
}
