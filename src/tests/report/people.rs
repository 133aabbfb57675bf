//! The formats that people read.

use crate::diagnostic::Severity;
use crate::fact::{Fact, Origin};
use crate::report::{Format, Style, concise, terminal};
use crate::tests::report::sample::{Sample, findings, sample, site};

/// An error with a label on each of these parts, in this order, as both formats print it.
fn print(files: &[(&str, &str)], parts: &[(&str, &str)]) -> (String, String) {
    let sample = Sample::of(files);
    let mut labels = parts.iter().map(|(path, part)| sample.fact(path, part).label("here"));
    let mut out = findings("group/name", Severity::Error);
    let finding = out.report(site(), "something", labels.next().unwrap());
    labels.for_each(|label| _ = finding.also(label));
    let shown = sample.sources.shown();
    (terminal::render(finding, shown), concise::render(finding, shown))
}

#[test]
fn positions_are_the_files_own_in_each_frame() {
    let files = [("a.conf", "x\ny\nfirst\n"), ("b.conf", "last é é here {\n  80\n}\n")];
    let parts = [("b.conf", "here {\n  80\n}"), ("a.conf", "first"), ("a.conf", "x")];
    let (said, line) = print(&files, &parts);
    let at = |address| said.find(address).unwrap_or_else(|| panic!("{address}:\n{said}"));
    assert!(at("[b.conf:1:10]") < at("[a.conf:1:1]"), "the primary file comes first:\n{said}");
    assert!(said.contains("·          ───┬──\n"), "a block is drawn by its first line:\n{said}");
    assert_eq!(line, "b.conf:1:10: error: something [group/name]\n");
}

#[test]
fn what_lies_between_two_far_labels_is_not_drawn() {
    let text: String = (1..=900).map(|n| format!("line {n};\n")).collect();
    let parts = [("a.conf", "line 700;"), ("a.conf", "line 500;")];
    let (said, _) = print(&[("a.conf", &text)], &parts);
    assert!(said.contains("[a.conf:500:1]") && said.contains("[a.conf:700:1]"), "{said}");
    assert!(said.contains("line 701;") && !said.contains("line 600"), "{said}");
}

#[test]
fn a_long_line_is_clipped_around_what_is_labelled() {
    let text = format!("{}needle{}\n", "ä".repeat(9_000), "ß".repeat(9_000));
    let (said, _) = print(&[("a.conf", &text)], &[("a.conf", "needle")]);
    assert!(said.contains("needle") && said.contains("[a.conf:1:9001]"), "{said}");
    assert!(said.len() < 2_000, "{said}");
}

#[test]
fn a_place_at_the_end_of_a_file_is_drawn() {
    for text in ["a\n", "a", ""] {
        let sample = Sample::of(&[("a.conf", text)]);
        let file = sample.file("a.conf");
        let place = crate::source::Place::new(file, text.len(), text.len());
        let mut out = findings("group/name", Severity::Error);
        let label = Fact::new((), Origin::Absent { within: place }).label("nothing here");
        let finding = out.report(site(), "something", label);
        let said = terminal::render(finding, sample.sources.shown());
        assert!(said.contains("a.conf:") && said.contains("nothing here"), "{text:?}:\n{said}");
    }
}

#[test]
fn a_default_is_told_where_it_cannot_be_drawn() {
    let default = Origin::Default { of: "nginx", version: "1.22", source: "core module" };
    let mut out = findings("group/name", Severity::Error);
    let label = Fact::new("1m", default).label("bodies over `1m` are refused");
    let finding = out.report(site(), "something", label);
    let said = terminal::render(finding, Sample::of(&[]).sources.shown());
    assert!(said.contains("bodies over `1m` are refused: nginx's default (core module, 1.22)"));
}

#[test]
fn nothing_that_is_quoted_drives_the_terminal() {
    let mut sample = Sample::of(&[("a\n\u{1b}[2J.conf", "x\u{9b}2J \u{202e}y\u{1b}]8;; z\n")]);
    let mut out = findings("group/name", Severity::Error);
    let fact = sample.fact("a\n\u{1b}[2J.conf", "y");
    let hostile = "quoted \u{1b}[31m\u{7}\r\u{202e}";
    out.report(site(), hostile, fact.label(hostile)).help(hostile);
    sample.add(out);
    sample.notes.push(hostile.to_owned());
    for format in [Format::Full, Format::Concise] {
        let said = sample.print(format);
        let drives = |it: char| (it.is_control() && it != '\n') || it == '\u{202e}';
        assert_eq!(said.find(drives), None, "{said:?}");
        assert!(!said.contains("a\n"), "a path stays on its line: {said:?}");
    }
}

#[test]
fn colour_and_links_are_there_when_asked_for() {
    let style = Style { colour: true, hyperlinks: true, width: 100 };
    for format in [Format::Full, Format::Concise] {
        let said = sample().print_styled(format, &style);
        assert!(said.contains("\u{1b}[31m"), "an error is red: {said:?}");
        let link = "\u{1b}]8;;https://kilter.example/rules/env/debug-on\u{1b}\\";
        assert!(said.contains(link), "{said:?}");
    }
}

#[test]
fn the_last_line_sums_up() {
    let last = |sample: &Sample| {
        let said = [Format::Full, Format::Concise].map(|format| sample.print(format));
        let [full, concise] = said.each_ref().map(|it| it.lines().last().unwrap().to_owned());
        assert_eq!(full, concise);
        full
    };
    let found = "Found 2 errors and 2 warnings in 1 file (1 deployment).";
    let mut clean = Sample::of(&[("a.conf", "x")]);
    assert_eq!(
        last(&clean),
        "Read 1 file of 1 deployment (heypage, production): nothing is out of kilter."
    );
    for severity in [Severity::Error, Severity::Warning, Severity::Error, Severity::Warning] {
        let mut out = findings("group/name", severity);
        out.report(site(), "something", clean.fact("a.conf", "x").label("here"));
        clean.add(out);
    }
    assert_eq!(last(&clean), found);
    assert_eq!(
        last(&sample()),
        "Found 1 error, 2 warnings and 1 advice in 4 files (1 deployment)."
    );
    assert!(last(&Sample::of(&[])).starts_with("Nothing to check"));
}
