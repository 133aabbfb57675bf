//! See the page.

use crate::diagnostic::Severity;
use crate::model::{Fault, UnitFault};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "systemd/unknown-key",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Refused {
        is: |fault| {
            matches!(fault, Fault::Systemd(UnitFault::UnknownKey | UnitFault::UnknownSection))
        },
        label: "systemd does not know this",
        help: "check the spelling against `man systemd.directives`",
    },
    page: include_str!("../../../rules/systemd/unknown-key.md"),
};
