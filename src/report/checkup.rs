//! What was looked at on a running machine, by area: ✓ as it should be, ! and ✗ with findings,
//! ? where nobody could tell.
//!
//! Unknown is never shown as well: an area with an unknown and nothing worse is a question.

use crate::diagnostic::{Area, Checked, Outcome, Severity};
use crate::report::Report;
use crate::report::text::printable;
use std::collections::BTreeMap;

/// What of an area was looked at.
#[derive(Debug, Default)]
pub(super) struct Seen<'a> {
    pub(super) errors: usize,
    pub(super) warnings: usize,
    pub(super) passed: Vec<&'a str>,
    /// What is not known, and why.
    pub(super) unknown: Vec<(&'a str, &'a str)>,
}

impl Seen<'_> {
    pub(super) fn mark(&self) -> char {
        match self {
            Self { errors: 1.., .. } => '✗',
            Self { warnings: 1.., .. } => '!',
            Self { unknown, .. } if !unknown.is_empty() => '?',
            _ => '✓',
        }
    }
}

pub(super) fn name(area: Area) -> &'static str {
    match area {
        Area::Units => "Units",
        Area::Processes => "Processes",
        Area::Environment => "Environment",
        Area::Sockets => "Sockets",
        Area::Files => "Files",
        Area::Tls => "TLS",
        Area::Services => "Services",
        Area::Answers => "Answers",
        Area::Machine => "Machine",
    }
}

/// Every area that something was looked at in.
pub(super) fn areas<'a>(report: &Report<'a>, checked: &'a [Checked]) -> BTreeMap<Area, Seen<'a>> {
    let mut areas: BTreeMap<Area, Seen<'a>> = BTreeMap::new();
    let area_of = |rule| report.rule(rule).and_then(|rule| rule.area);
    for diagnostic in report.diagnostics {
        let Some(area) = area_of(diagnostic.rule) else { continue };
        let seen = areas.entry(area).or_default();
        match diagnostic.severity() {
            Severity::Error => seen.errors += 1,
            Severity::Warning => seen.warnings += 1,
            Severity::Advice => {}
        }
    }
    for it in checked {
        let Some(area) = area_of(it.rule) else { continue };
        let seen = areas.entry(area).or_default();
        match &it.outcome {
            Outcome::Passed => seen.passed.push(&it.what),
            Outcome::Unknown { why, .. } => seen.unknown.push((&it.what, why)),
        }
    }
    areas
}

/// The list, and below it what would make more known.
pub(super) fn list(report: &Report<'_>, checked: &[Checked]) -> String {
    let mut out = String::new();
    for (area, seen) in areas(report, checked) {
        let mut said = Vec::new();
        let counted = |count: usize, what: &str| match count {
            0 => None,
            1 => Some(format!("1 {what}")),
            _ => Some(format!("{count} {what}s")),
        };
        said.extend(counted(seen.errors, "error"));
        said.extend(counted(seen.warnings, "warning"));
        match seen.passed.as_slice() {
            [] => {}
            [one] if seen.mark() == '✓' => said.push((*one).to_owned()),
            some => said.push(format!("{} as they should be", some.len())),
        }
        said.extend((!seen.unknown.is_empty()).then(|| format!("{} unknown", seen.unknown.len())));
        out += &format!("{} {:<12} {}\n", seen.mark(), name(area), printable(&said.join(", ")));
        for (what, why) in &seen.unknown {
            out += &format!("    ? {}\n", printable(&format!("{what}: {why}")));
        }
    }
    for (remedy, count) in remedies(checked) {
        let what = if count == 1 { "1 answer".to_owned() } else { format!("{count} answers") };
        out += &format!("For {what} more: {remedy}.\n");
    }
    out
}

/// What would let kilter see more, and how much.
fn remedies(checked: &[Checked]) -> BTreeMap<&'static str, usize> {
    let mut remedies = BTreeMap::new();
    for it in checked {
        if let Outcome::Unknown { remedy: Some(remedy), .. } = it.outcome {
            *remedies.entry(remedy).or_default() += 1;
        }
    }
    remedies
}
