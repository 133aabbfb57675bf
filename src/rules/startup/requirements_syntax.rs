//! See the page.

use crate::diagnostic::Severity;
use crate::model::{Fault, Kind};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "startup/requirements-syntax",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Refused {
        is: |fault| matches!(fault, Fault::Refused(Kind::Requirements)),
        label: "pip installs nothing of the list",
        help: "mend this and install again",
    },
    page: include_str!("../../../rules/startup/requirements-syntax.md"),
};
