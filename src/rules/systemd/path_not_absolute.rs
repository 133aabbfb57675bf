//! See the page.

use crate::diagnostic::Severity;
use crate::model::{Fault, UnitFault};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "systemd/path-not-absolute",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Refused {
        is: |fault| matches!(fault, Fault::Systemd(UnitFault::PathNotAbsolute)),
        label: "not absolute",
        help: "write the path from `/`",
    },
    page: include_str!("../../../rules/systemd/path-not-absolute.md"),
};
