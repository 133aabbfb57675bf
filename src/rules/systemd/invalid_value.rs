//! See the page.

use crate::diagnostic::Severity;
use crate::model::{Fault, UnitFault};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "systemd/invalid-value",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Refused {
        is: |fault| matches!(fault, Fault::Systemd(UnitFault::InvalidValue)),
        label: "systemd cannot read this value",
        help: "check what the key takes in its manual page",
    },
    page: include_str!("../../../rules/systemd/invalid-value.md"),
};
