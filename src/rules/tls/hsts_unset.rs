//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::fact::Certainty;
use crate::model::{Deployment, ProcessKind, SECURE_HSTS_SECONDS, SECURE_PROXY_SSL_HEADER};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "tls/hsts-unset",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: Some("3.7"),
    check: Check::Deployment(check),
    page: include_str!("../../../rules/tls/hsts-unset.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    // Where a web server is in view, its own headers would have to be looked at.
    let proxies = deployment.processes.iter().any(|it| it.kind == ProcessKind::Proxy);
    if proxies || !deployment.sites.is_empty() {
        return;
    }
    for process in deployment.apps().filter(|process| process.kind.is_web()) {
        let app = process.fact();
        let Some(header) = app.is_told_of_https() else { continue };
        let Some(unset) = app.get(SECURE_HSTS_SECONDS).filter(|it| it.value == 0) else { continue };
        let why = "a proxy that is not in view may send the header itself";
        let unset = unset.doubt(Certainty::Likely, why);
        let at = app.assigned(SECURE_HSTS_SECONDS).or(app.assigned(SECURE_PROXY_SSL_HEADER));
        let Some(at) = at else { continue };
        out.report(
            process,
            "the site has https, and tells no browser to keep to it",
            at.given(&unset).label("https is known of here, and SECURE_HSTS_SECONDS is 0"),
        )
        .because(&header)
        .help("set SECURE_HSTS_SECONDS, to an hour at first")
        .mend(
            Safety::Unsafe,
            "set it to an hour",
            app.set(SECURE_HSTS_SECONDS.name, "3600"),
        );
    }
}
