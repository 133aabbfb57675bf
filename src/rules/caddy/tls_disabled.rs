//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Certainty;
use crate::model::{Deployment, Distrust, Untrusted};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "caddy/tls-disabled",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/caddy/tls-disabled.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    // Who takes https outside may believe whatever certificate there is here, or need none.
    if deployment.surroundings.tls.of_outer_proxy {
        return;
    }
    let mut said = Vec::new();
    for (site, _) in deployment.proxied() {
        if site.is_template || site.left_out || site.is_behind_another() {
            continue;
        }
        // Whoever takes https outside does not ask for it here, and no browser comes past it.
        if deployment.keeps_tls_inside(site).is_some() {
            continue;
        }
        for Untrusted { name, at, why } in site.untrusted() {
            if said.contains(&(at.evidence().place(), name.value.clone())) {
                continue;
            }
            said.push((at.evidence().place(), name.value.clone()));
            let (message, at, help) = match why {
                Distrust::SignedByItself => (
                    format!("browsers refuse `{name}`: Caddy signs its certificate itself"),
                    at.doubt(
                        Certainty::Likely,
                        "a network of one's own may know Caddy's authority",
                    )
                    .label("no public authority is asked"),
                    "take it out, and Caddy obtains a certificate",
                ),
                Distrust::NoCertificate => (
                    format!("browsers refuse `{name}`: nothing obtains a certificate for it"),
                    at.label("none is obtained"),
                    "take it out, or name the certificate's files with `tls`",
                ),
            };
            out.report(site, message, at).also(name.label("everybody's name")).help(help);
        }
    }
}
