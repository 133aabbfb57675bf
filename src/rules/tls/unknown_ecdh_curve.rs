//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::nginx::Config;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "tls/unknown-ecdh-curve",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Nginx(check),
    page: include_str!("../../../rules/tls/unknown-ecdh-curve.md"),
};

fn check(config: &Config, out: &mut Findings) {
    for line in config.levels().flat_map(|level| level.own("ssl_ecdh_curve")) {
        let Some(groups) = line.args.first() else { continue };
        let is_new = |group: &&str| group.contains("MLKEM") || group.contains("Kyber");
        let new = groups.value.split(':').find(|group| is_new(group) && !group.starts_with('?'));
        let Some(new) = new else { continue };
        out.report(
            groups,
            format!("nginx does not start where OpenSSL does not know `{new}`"),
            groups.label("one unknown group makes the whole list invalid"),
        )
        .help(format!("write `?{new}`, which OpenSSL 3.3 passes over if it does not know it"));
    }
}
