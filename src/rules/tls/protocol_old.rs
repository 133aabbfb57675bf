//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::fact::{Certainty, Fact};
use crate::model::Deployment;
use crate::model::nginx::{Config, Line};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "tls/protocol-old",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: Some("5.9"),
    check: Check::Deployment(check),
    page: include_str!("../../../rules/tls/protocol-old.md"),
};

/// What RFC 8996 and those before it say nobody may speak.
const OLD: &[&str] = &["SSLv2", "SSLv3", "TLSv1", "TLSv1.0", "TLSv1.1"];

/// nginx's image is built on Debian 12 or Alpine 3.17 from here on, and so with OpenSSL 3.
const WITH_OPENSSL_3: [u32; 3] = [1, 25, 0];

/// The first nginx that takes the word `TLSv1.3` (its documentation of `ssl_protocols`).
const WITH_TLS_1_3: [u32; 3] = [1, 13, 0];

fn check(deployment: &Deployment, out: &mut Findings) {
    for config in &deployment.nginx {
        let version = deployment.nginx_version(config);
        let refuses = version.as_ref().is_some_and(|it| it.value >= WITH_OPENSSL_3);
        let knows_1_3 = version.is_none_or(|it| it.value >= WITH_TLS_1_3);
        check_config(config, refuses, knows_1_3, out);
    }
}

fn check_config(config: &Config, refuses: bool, knows_1_3: bool, out: &mut Findings) {
    let instead = match knows_1_3 {
        true => "ssl_protocols TLSv1.2 TLSv1.3",
        false => "ssl_protocols TLSv1.2",
    };
    // Below that, OpenSSL 3 refuses all of them whatever nginx is told, as the page has it measured.
    let lowers =
        |line: &Fact<&Line>| line.value.args.iter().any(|it| it.value.contains("@SECLEVEL=0"));
    let is_lowered = config.tls_lines("ssl_ciphers").iter().any(lowers);
    for line in config.tls_lines("ssl_protocols") {
        let words = || line.value.args.iter();
        let is_old = |it: &&Fact<String>| OLD.contains(&it.value.as_str());
        let old: Vec<&str> = words().filter(is_old).map(|it| it.value.as_str()).collect();
        let Some(first) = words().find(is_old) else { continue };
        let listed = old.join("` and `");
        let why = match refuses {
            true => "the OpenSSL of today's image refuses them all the same",
            false => {
                "an OpenSSL since 3.0 refuses them all the same, and which one nginx has is not known"
            }
        };
        let allowed = line.map(|_| ());
        let allowed = if is_lowered { allowed } else { allowed.doubt(Certainty::Likely, why) };
        out.report(
            &line,
            format!("connections by `{listed}` are allowed"),
            first.label("has been broken for years"),
        )
        .because(&allowed)
        .help(format!("write `{instead};`"))
        // Old devices that come by nothing else are shut out.
        .replace(&line, instead, Safety::Unsafe);
    }
}
