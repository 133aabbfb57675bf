//! See the page.

use crate::diagnostic::Severity;
use crate::model::{Fault, UnitFault};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "systemd/environment-unquoted",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Refused {
        is: |fault| matches!(fault, Fault::Systemd(UnitFault::DroppedWord)),
        label: "dropped",
        help: "put the whole assignment in quotes: `\"NAME=a value\"`",
    },
    page: include_str!("../../../rules/systemd/environment-unquoted.md"),
};
