//! See the page.

use crate::diagnostic::Severity;
use crate::model::{Fault, UnitFault};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "systemd/wrong-section",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Refused {
        is: |fault| matches!(fault, Fault::Systemd(UnitFault::WrongSection)),
        label: "this section does not know the key",
        help: "move it to the section that does",
    },
    page: include_str!("../../../rules/systemd/wrong-section.md"),
};
