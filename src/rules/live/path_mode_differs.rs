//! See the page.

use crate::diagnostic::Subject;
use crate::diagnostic::{Area, Findings, Severity};
use crate::model::Deployment;
use crate::model::observed::{Observed, Purpose, Way};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "live/path-mode-differs",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Live(Area::Files, check),
    page: include_str!("../../../rules/live/path-mode-differs.md"),
};

fn check(_: &Deployment, observed: &Observed, out: &mut Findings) {
    for access in &observed.accesses {
        let Purpose::Write(setting) = access.purpose else { continue };
        let (path, user) = (&access.path, &access.user);
        match &access.way {
            Ok(Way::Free) => out.passed(format!("`{user}` may write to `{path}`")),
            // Django makes what is missing, and where it may not, it says so at once.
            Ok(Way::Missing(_)) => {}
            Err(unseen) => {
                let what = format!("whether one may write to `{path}`");
                out.unknown(what, &unseen.why, unseen.remedy);
            }
            // What closes the way to it is another rule's.
            Ok(Way::Blocked(component)) if component.value != *path => {}
            Ok(Way::Blocked(component)) => {
                out.report(
                    Subject::Path(path.to_string()),
                    format!("`{user}` may not write to `{path}`, which is {setting}"),
                    component.label(format!("does not let `{user}` write")),
                )
                .also(access.asked.label("is to be written to"))
                .also(user.label("the user"))
                .help(format!("`chown {user} {path}`, and keep the folder's mode"));
            }
        }
    }
}
