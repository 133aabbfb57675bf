//! See the page.

use crate::diagnostic::Severity;
use crate::model::{Fault, Kind};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "docker/syntax",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Refused {
        is: |fault| matches!(fault, Fault::Refused(Kind::Dockerfile)),
        label: "the builder stops reading here",
        help: "mend this and build again",
    },
    page: include_str!("../../../rules/docker/syntax.md"),
};
