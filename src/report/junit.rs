//! JUnit's XML, as Jenkins and GitLab read it: what its schema `junit-10.xsd` allows and no more.
//!
//! A suite for each group of rules and a test for each rule that was asked, the silent ones
//! included, so a dashboard shows what was checked and not only what failed. What is not worth
//! failing for is a test that passed and left a text.

use crate::diagnostic::Diagnostic;
use crate::report::text::markup;
use crate::report::{Report, details, qualifier, severity};
use std::collections::BTreeMap;

pub(super) fn report(report: &Report<'_>) -> String {
    let mut found: BTreeMap<&str, Vec<&Diagnostic>> =
        report.rules.iter().map(|rule| (rule.id, Vec::new())).collect();
    for diagnostic in report.diagnostics {
        found.entry(diagnostic.rule).or_default().push(diagnostic);
    }
    let mut suites: BTreeMap<&str, Suite> = BTreeMap::new();
    for (rule, diagnostics) in &found {
        let group = rule.split('/').next().unwrap_or(rule);
        suites.entry(group).or_default().add(rule, diagnostics, report);
    }

    let tests: usize = suites.values().map(|suite| suite.tests).sum();
    let failures: usize = suites.values().map(|suite| suite.failures).sum();
    let mut out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned();
    out += &format!(
        "<testsuites name=\"kilter\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\">\n"
    );
    for (group, Suite { tests, failures, cases }) in &suites {
        let group = escaped(group);
        out += &format!(
            "  <testsuite name=\"{group}\" tests=\"{tests}\" failures=\"{failures}\" \
             errors=\"0\" skipped=\"0\" time=\"0\">\n{cases}  </testsuite>\n"
        );
    }
    out + "</testsuites>\n"
}

#[derive(Default)]
struct Suite {
    tests: usize,
    failures: usize,
    cases: String,
}

impl Suite {
    fn add(&mut self, rule: &str, diagnostics: &[&Diagnostic], report: &Report<'_>) {
        if diagnostics.is_empty() {
            self.tests += 1;
            self.cases += &format!("    <testcase {}/>\n", identity(rule, rule));
        }
        for it in diagnostics {
            let place = it.place().map_or("", |place| report.shown.path(place.file));
            let name = format!("{rule} {place}");
            let fails = it.severity() >= report.fail_on;
            self.tests += 1;
            self.failures += usize::from(fails);
            self.cases += &case(it, &identity(rule, name.trim_end()), fails, report);
        }
    }
}

fn identity(rule: &str, name: &str) -> String {
    let class = escaped(rule).replace('/', ".");
    format!("name=\"{}\" classname=\"{class}\" time=\"0\"", escaped(name))
}

fn case(it: &Diagnostic, identity: &str, fails: bool, report: &Report<'_>) -> String {
    let kind = severity(it.severity());
    let headline = escaped(&format!("{}{}", it.message, qualifier(it.certainty())));
    let lines: Vec<_> = details::lines(it, report.shown).iter().map(|line| escaped(line)).collect();
    let text = lines.join("\n");
    let body = match fails {
        true => format!("<failure message=\"{headline}\" type=\"{kind}\">{text}</failure>"),
        false => format!("<system-out>{kind}: {headline}\n{text}</system-out>"),
    };
    format!("    <testcase {identity}>\n      {body}\n    </testcase>\n")
}

/// For text and attributes. Control characters have no place in XML 1.0, not even escaped, and nor
/// have these two.
fn escaped(text: &str) -> String {
    markup(text).replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}
