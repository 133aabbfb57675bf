//! See the page.

use crate::diagnostic::Severity;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "kilter/unused-ignore",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Run,
    page: include_str!("../../../rules/kilter/unused-ignore.md"),
};
