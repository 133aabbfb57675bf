//! See the page.

use crate::diagnostic::Severity;
use crate::model::{Fault, UnitFault};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "systemd/inline-comment",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Refused {
        is: |fault| matches!(fault, Fault::Systemd(UnitFault::InlineComment)),
        label: "part of the value",
        help: "put the comment on a line of its own",
    },
    page: include_str!("../../../rules/systemd/inline-comment.md"),
};
