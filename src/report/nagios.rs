//! One line for Nagios, Icinga and Sensu, with performance data (Monitoring Plugins Development
//! Guidelines, "Plugin Output"). The exit code says the same and is others' business.

use crate::diagnostic::Severity;
use crate::report::text::printable;
use crate::report::{Report, summary};

pub(super) fn report(report: &Report<'_>) -> String {
    let [errors, warnings] = [Severity::Error, Severity::Warning].map(|it| report.count(it));
    let unknown = report.unknown();
    let state = match report.worst() {
        Some(Severity::Error) => "CRITICAL",
        Some(Severity::Warning) => "WARNING",
        Some(Severity::Advice) | None if unknown > 0 && report.passed() == 0 => "UNKNOWN",
        Some(Severity::Advice) | None => "OK",
    };
    let first = report.diagnostics.iter().max_by_key(|it| it.severity());
    let first = first.map(|it| format!(": {}", it.message)).unwrap_or_default();
    // A bar ends the text (the same guidelines).
    let text = printable(&format!("{}{first}", summary::found(report))).replace('|', "/");
    format!(
        "KILTER {state} - {text} | errors={errors};;1 warnings={warnings};1 unknown={unknown} passed={}\n",
        report.passed()
    )
}
