//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::nginx::{Config, weak_cipher};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "tls/weak-cipher",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: Some("5.9"),
    check: Check::Nginx(check),
    page: include_str!("../../../rules/tls/weak-cipher.md"),
};

fn check(config: &Config, out: &mut Findings) {
    for line in config.tls_lines("ssl_ciphers") {
        let Some(list) = line.value.args.first() else { continue };
        let Some((entry, what)) = weak_cipher(&list.value) else { continue };
        out.report(
            &line,
            format!("the cipher list admits {what}"),
            list.label(format!("`{entry}` is among these")),
        )
        .because(&line)
        .help(format!("take `{entry}` out of the list"));
    }
}
