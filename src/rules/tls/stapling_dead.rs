//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::model::nginx::Config;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "tls/stapling-dead",
    since: "0.1.0",
    severity: Severity::Advice,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Nginx(check),
    page: include_str!("../../../rules/tls/stapling-dead.md"),
};

fn check(config: &Config, out: &mut Findings) {
    for server in config.servers().filter(|server| server.may_speak_tls()) {
        let level = server.level();
        let Some(stapling) = level.value("ssl_stapling").filter(|it| it.value == "on") else {
            continue;
        };
        let Some(certificate) = level.certificate_without_responder() else { continue };
        out.report(
            &stapling,
            "there is nothing to staple: Let's Encrypt has no OCSP any more",
            stapling.label("asks a responder that the certificate does not name"),
        )
        .also(certificate.label("of Let's Encrypt"))
        .help("leave the lines of `ssl_stapling` out")
        .replace(&stapling, "off", Safety::Safe);
        break;
    }
}
