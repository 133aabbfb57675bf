//! See the page.

use crate::diagnostic::Severity;
use crate::model::{Fault, UnitFault};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "systemd/exec-shell-syntax",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Refused {
        is: |fault| matches!(fault, Fault::Systemd(UnitFault::ShellSyntax)),
        label: "systemd passes this on as an argument",
        help: "wrap it in `/bin/sh -c`, or use a setting for each step; for `~`, write the path itself",
    },
    page: include_str!("../../../rules/systemd/exec-shell-syntax.md"),
};
