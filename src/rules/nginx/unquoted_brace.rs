//! See the page.

use crate::diagnostic::Severity;
use crate::model::{Fault, NginxFault};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "nginx/unquoted-brace",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Refused {
        is: |fault| matches!(fault, Fault::Nginx(NginxFault::UnquotedBrace)),
        label: "nginx ends the expression at the brace",
        help: "put the expression in quotes",
    },
    page: include_str!("../../../rules/nginx/unquoted-brace.md"),
};
