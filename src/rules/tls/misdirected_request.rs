//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::nginx::Config;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "tls/misdirected-request",
    since: "0.1.0",
    severity: Severity::Advice,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Nginx(check),
    page: include_str!("../../../rules/tls/misdirected-request.md"),
};

fn check(config: &Config, out: &mut Findings) {
    for server in config.servers() {
        let rejects = server.level().own("ssl_reject_handshake").find(|line| line.has_arg("on"));
        let Some(rejects) = rejects else { continue };
        let default = server
            .listeners()
            .iter()
            .find(|it| it.value.default_server && (it.value.http2 || it.value.quic));
        let Some(default) = default else { continue };
        let levels = server.level().with_locations();
        let answers =
            levels.iter().any(|level| level.own("return").any(|line| line.arg(0) == Some("421")));
        if answers {
            continue;
        }
        let at = rejects.fact(());
        out.report(
            &at,
            "requests for other names on a connection of HTTP/2 get no 421",
            at.label("refuses handshakes, and not requests on connections that are there"),
        )
        .also(default.label("takes what no other server has"))
        .help("add `return 421;`");
    }
}
