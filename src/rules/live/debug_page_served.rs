//! See the page.

use crate::diagnostic::Subject;
use crate::diagnostic::{Area, Findings, Severity};
use crate::model::Deployment;
use crate::model::observed::Observed;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "live/debug-page-served",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &["live/any-host-accepted"],
    security: Some("7.5"),
    check: Check::Live(Area::Answers, check),
    page: include_str!("../../../rules/live/debug-page-served.md"),
};

fn check(_: &Deployment, observed: &Observed, out: &mut Findings) {
    for answered in &observed.answers {
        let Ok(Some(page)) = &answered.page else { continue };
        if !page.value.debug {
            out.passed(format!("{} shows nothing of its inside", answered.url));
            continue;
        }
        let name = &answered.by;
        out.report(
            Subject::Process(name.clone()),
            format!("`{name}` answers with Django's page for developers"),
            page.label("source code and settings are in it"),
        )
        .also(answered.named.label("asked here"))
        .help("set DEBUG to False where this process gets its settings, and restart it");
    }
}
