//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::fact::Fact;
use crate::model::{
    Deployment, Process, SECURE_PROXY_SSL_HEADER, SECURE_SSL_REDIRECT, USE_X_FORWARDED_HOST,
};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "proxy/forwarded-trust-exposed",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &["exposure/app-port-published"],
    security: Some("6.5"),
    check: Check::Deployment(check),
    page: include_str!("../../../rules/proxy/forwarded-trust-exposed.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for (service, process, _) in deployment.services() {
        let Some((port, open)) = service.open_to(process) else { continue };
        let app = process.fact();
        let Some(trusted) = app.get(SECURE_PROXY_SSL_HEADER) else { continue };
        // What is no key of `request.META` is never found there, whoever sends it.
        let Some(header) = trusted.value.0.strip_prefix("HTTP_") else { continue };
        let header = header.replace('_', "-");
        let at = app.assigned(SECURE_PROXY_SSL_HEADER).unwrap_or_else(|| trusted.map(|_| ()));
        // The setting says that there is a proxy; where none is in view, it may be a leftover.
        let is_proxied = deployment.sites_before(process).next().is_some();
        let how = if is_proxied { "can be reached past the proxy" } else { "is open to everybody" };
        let finding = out.report(
            process,
            format!("`{}` {how}, and believes what it is sent", process.name),
            open.label("published on every address of the host, past its firewall"),
        );
        finding.also(at.label(format!("`{header}` is believed, whoever sends it")));
        let flag = process.started.as_ref().and_then(|it| it.proxy_headers.as_ref());
        let flag = flag.filter(|flag| flag.value);
        if let Some(flag) = flag {
            finding.also(flag.label("and so are the client's address and scheme"));
        }
        if !gains_by_it(&app) && flag.is_none() {
            finding.at_most(Severity::Warning);
        }
        finding.because(&trusted);
        if let Some(asked) = deployment.asked_by_address(port) {
            finding
                .also(asked.label("the proxy comes by the same port"))
                .help("have the proxy ask for the service by its name, then publish no port");
            continue;
        }
        finding.help(match is_proxied {
            true => "publish the port on `127.0.0.1:`, or not at all",
            false => {
                "publish the port on `127.0.0.1:` for its proxy, or drop the setting if there is none"
            }
        });
        finding.mend(Safety::Unsafe, "publish it on `127.0.0.1`", deployment.keep_on_host(port));
    }
}

/// Whether whoever sends the header passes a redirect by it, or chooses the host as well. Otherwise the
/// request calls itself secure, which its sender alone is deceived by.
fn gains_by_it(app: &Fact<&Process>) -> bool {
    let may_be_on = |it: Option<Fact<bool>>| it.is_none_or(|it| it.value);
    may_be_on(app.get(SECURE_SSL_REDIRECT)) || may_be_on(app.get(USE_X_FORWARDED_HOST))
}
