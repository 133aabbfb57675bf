//! Gauges for node_exporter's textfile collector (Prometheus text format 0.0.4).
//!
//! No message, path or time is a label: each would be a series of its own. Every live rule has a
//! series whether it found something or not, or an alert could not tell silence from health.

use crate::diagnostic::Diagnostic;
use crate::report::{Report, VERSION, severity};
use std::collections::BTreeMap;

pub(super) fn report(report: &Report<'_>) -> String {
    let mut out = String::new();
    let mut gauge = |name: &str, help: &str, series: Vec<(Vec<(&str, &str)>, usize)>| {
        out += &format!("# HELP {name} {help}\n# TYPE {name} gauge\n");
        for (labels, value) in series {
            let labels = labels.iter().map(|(key, value)| format!("{key}=\"{}\"", escaped(value)));
            let labels = labels.collect::<Vec<_>>().join(",");
            out += &format!("{name}{{{labels}}} {value}\n");
        }
    };
    gauge("kilter_build_info", "Version of kilter.", vec![(vec![("version", VERSION)], 1)]);
    gauge("kilter_findings", "Findings of the last run.", findings(report));
    let checks = [("pass", report.passed()), ("unknown", report.unknown())];
    let checks = checks.map(|(outcome, count)| (vec![("outcome", outcome)], count));
    gauge("kilter_checks", "What was looked at and is no finding.", checks.to_vec());
    out
}

fn findings<'a>(report: &'a Report<'_>) -> Vec<(Vec<(&'a str, &'a str)>, usize)> {
    let mut counts: BTreeMap<(&str, &str, &str), usize> = BTreeMap::new();
    let live = report.rules.iter().filter(|rule| rule.area.is_some());
    for rule in live {
        counts.insert((rule.id, severity(rule.severity), deployment(report, None)), 0);
    }
    for it in report.diagnostics {
        let key = (it.rule, severity(it.severity()), deployment(report, Some(it)));
        *counts.entry(key).or_default() += 1;
    }
    let series = counts.into_iter().map(|((rule, level, deployment), count)| {
        (vec![("deployment", deployment), ("level", level), ("rule", rule)], count)
    });
    series.collect()
}

fn deployment<'a>(report: &'a Report<'_>, of: Option<&'a Diagnostic>) -> &'a str {
    let named = of.and_then(|it| it.deployments.first()).map(String::as_str);
    named.or(report.deployments.first().map(|it| it.name)).unwrap_or_default()
}

fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}
