//! See the page.

use crate::diagnostic::Subject;
use crate::diagnostic::{Area, Findings, Severity};
use crate::model::Deployment;
use crate::model::observed::{Observed, Purpose, Way};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "live/exec-missing",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Live(Area::Files, check),
    page: include_str!("../../../rules/live/exec-missing.md"),
};

fn check(_: &Deployment, observed: &Observed, out: &mut Findings) {
    for access in observed.accesses.iter().filter(|it| it.purpose == Purpose::Execute) {
        let path = &access.path;
        match &access.way {
            Ok(Way::Free) => out.passed(format!("`{path}` is there")),
            // What a copy of some files lacks, the machine may have.
            Ok(Way::Missing(_)) if !observed.is_whole => {}
            Ok(Way::Missing(component)) => {
                out.report(
                    Subject::Process(access.by.clone()),
                    format!("`{}` starts `{path}`, which is not there", access.by),
                    access.asked.label("is to be started"),
                )
                .also(component.label("the way ends here"))
                .help("install it there, or name the one that is: `command -v` in the virtualenv");
            }
            // Who may not reach it is another rule's, and so is who cannot be asked.
            Ok(Way::Blocked(_)) | Err(_) => {}
        }
    }
}
