//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::model::nginx::Config;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "tls/server-cipher-order",
    since: "0.1.0",
    severity: Severity::Advice,
    pedantic: true,
    explains: &[],
    security: None,
    check: Check::Nginx(check),
    page: include_str!("../../../rules/tls/server-cipher-order.md"),
};

fn check(config: &Config, out: &mut Findings) {
    for level in config.levels() {
        let prefers = level.own("ssl_prefer_server_ciphers").find(|line| line.has_arg("on"));
        let Some(line) = prefers else { continue };
        // Then the client's wish still counts where its processor has no AES.
        let chacha = level.in_effect(&["ssl_conf_command"]).lines;
        if chacha.iter().any(|line| line.has_arg("PrioritizeChaCha")) {
            continue;
        }
        let at = line.fact(());
        out.report(
            &at,
            "the server chooses the cipher, and clients know better which is fast for them",
            at.label("the order of `ssl_ciphers` counts"),
        )
        .help("write `off`, if all ciphers of the list are good ones")
        .replace(&at, "ssl_prefer_server_ciphers off", Safety::Unsafe);
    }
}
