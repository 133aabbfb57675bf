//! GitHub's workflow commands: annotations on the lines of a pull request.
//!
//! GitHub draws the first ten of each level of a step; the whole list belongs into the step's
//! summary, as Markdown.

use crate::diagnostic::{Diagnostic, Severity};
use crate::report::text::printable;
use crate::report::{Report, details, qualifier, summary};
use crate::source::Shown;

pub(super) fn report(report: &Report<'_>) -> String {
    let mut out = String::new();
    for diagnostic in report.diagnostics {
        out += &command(diagnostic, report.shown);
    }
    for note in report.notes {
        out += &format!("{}\n", printable(note));
    }
    out + &summary::sentence(report) + "\n"
}

fn command(it: &Diagnostic, shown: Shown<'_>) -> String {
    let level = match it.severity() {
        Severity::Advice => "notice",
        Severity::Warning => "warning",
        Severity::Error => "error",
    };
    let place = it.place().map_or_else(String::new, |place| {
        let (line, column) = shown.position(place);
        let (_, end) = shown.locate(place.file, shown.first_line(place).end);
        let path = property(shown.path(place.file));
        format!("file={path},line={line},endLine={line},col={column},endColumn={end},")
    });
    let mut said = vec![it.message.clone()];
    said.extend(details::lines(it, shown));
    let title = format!("{}{}", it.rule, qualifier(it.certainty()));
    format!("::{level} {place}title={}::{}\n", property(&title), data(&said.join("\n")))
}

/// As the runner's own toolkit escapes (actions/toolkit, `packages/core/src/command.ts`).
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
