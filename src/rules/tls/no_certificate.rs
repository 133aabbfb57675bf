//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Certainty;
use crate::model::nginx::Config;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "tls/no-certificate",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Nginx(check),
    page: include_str!("../../../rules/tls/no-certificate.md"),
};

fn check(config: &Config, out: &mut Findings) {
    for listeners in config.listeners_without_certificate() {
        let [listener, more @ ..] = listeners.as_slice() else { continue };
        let listener = match config.is_whole() {
            true => (*listener).clone(),
            false => {
                (*listener).clone().doubt(Certainty::Likely, "other files may have more servers")
            }
        };
        let finding = out.report(
            &listener,
            "nginx does not start: it listens for TLS, and no certificate with its key is set",
            listener.label("speaks TLS"),
        );
        for listener in more {
            finding.also(listener.label("so does this one"));
        }
        finding.help("set `ssl_certificate` and `ssl_certificate_key`, or leave out `ssl`");
    }
}
