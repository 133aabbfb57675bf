//! See the page.

use crate::diagnostic::Severity;
use crate::model::{Fault, NginxFault};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "nginx/syntax",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Refused {
        is: |fault| match fault {
            Fault::Nginx(it) => !matches!(it, NginxFault::UnquotedBrace | NginxFault::Misplaced),
            _ => false,
        },
        label: "nginx stops reading here",
        help: "mend this and ask `nginx -t` again",
    },
    page: include_str!("../../../rules/nginx/syntax.md"),
};
