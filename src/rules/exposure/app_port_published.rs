//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::model::Deployment;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "exposure/app-port-published",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: Some("5.3"),
    check: Check::Deployment(check),
    page: include_str!("../../../rules/exposure/app-port-published.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    for (service, process, _) in deployment.services() {
        let Some(port) = service.open_to(process) else { continue };
        let Some(open) = port.open() else { continue };
        let routes = deployment.sites.iter().flat_map(|site| &site.routes);
        let mut passed = routes.filter_map(|route| {
            let to = deployment.process(route)?;
            std::ptr::eq(to.value, process).then(|| route.pass.map(|_| ()).given(&to))
        });
        let Some(pass) = passed.next() else { continue };
        out.report(
            process,
            format!("`{}` is published beside its proxy", process.name),
            open.label("requests here pass no TLS, no limits and no headers of the proxy"),
        )
        .also(pass.label("the proxy passes requests on here"))
        .help("take the port away: the proxy reaches it without")
        .mend(Safety::Unsafe, "publish it on `127.0.0.1`", port.keep_on_host());
    }
}
