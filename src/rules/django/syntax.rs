//! See the page.

use crate::diagnostic::Severity;
use crate::model::{Fault, Kind};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "django/syntax",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Refused {
        is: |fault| matches!(fault, Fault::Refused(Kind::Python)),
        label: "reading stops here",
        help: "mend this: the process does not start with it",
    },
    page: include_str!("../../../rules/django/syntax.md"),
};
