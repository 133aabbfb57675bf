//! See the page.

use crate::diagnostic::Severity;
use crate::model::{Fault, UnitFault};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "systemd/assignment-outside-section",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Refused {
        is: |fault| matches!(fault, Fault::Systemd(UnitFault::OutsideSection)),
        label: "no section has begun",
        help: "put a section header such as `[Unit]` before it",
    },
    page: include_str!("../../../rules/systemd/assignment-outside-section.md"),
};
