//! See the page.

use crate::diagnostic::Subject;
use crate::diagnostic::{Area, Findings, Severity};
use crate::model::Deployment;
use crate::model::observed::{Observed, Purpose, Way};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "live/static-stale",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Live(Area::Files, check),
    page: include_str!("../../../rules/live/static-stale.md"),
};

fn check(_: &Deployment, observed: &Observed, out: &mut Findings) {
    for access in observed.accesses.iter().filter(|it| it.purpose == Purpose::ServeStatic) {
        let path = &access.path;
        // Whether the web server gets there is another rule's.
        let Ok(Way::Missing(component)) = &access.way else { continue };
        out.report(
            Subject::Path(path.to_string()),
            format!("`{path}` is served as static files, and is not there"),
            component.label("the way ends here"),
        )
        .also(access.asked.label("is served"))
        .help("run `manage.py collectstatic` on this machine, as part of each deployment");
    }
}
