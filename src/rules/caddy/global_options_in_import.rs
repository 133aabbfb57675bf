//! See the page.

use crate::diagnostic::Severity;
use crate::model::Fault;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "caddy/global-options-in-import",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Refused {
        is: |fault| matches!(fault, Fault::ImportedOptions),
        label: "global options, which no block may come before",
        help: "move them to the top of the Caddyfile that imports this file",
    },
    page: include_str!("../../../rules/caddy/global-options-in-import.md"),
};
