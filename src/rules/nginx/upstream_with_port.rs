//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::model::nginx::{Config, Target};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "nginx/upstream-with-port",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Nginx(check),
    page: include_str!("../../../rules/nginx/upstream-with-port.md"),
};

fn check(config: &Config, out: &mut Findings) {
    for (_, pass) in config.passes().filter(|(_, pass)| !pass.value.has_variables()) {
        let Target::Tcp { host, port } = &pass.value.target else { continue };
        let Some(upstream) = config.upstream(host) else { continue };
        let url = pass.map(|pass| pass.url.clone());
        let named = format!("{host}:{port}");
        let at = url.value.find(&named).map(|at| at + host.len()..at + named.len());
        let ends = |at: &std::ops::Range<usize>| {
            !url.value[at.end..].starts_with(|next: char| next.is_ascii_digit())
        };
        let drop = at.filter(ends).and_then(|at| url.part(at));
        out.report(
            &pass,
            format!("nginx does not start: the upstream `{host}` is named with a port"),
            pass.label(format!("names the port {port}")),
        )
        .also(upstream.name.label("the ports are those of its servers"))
        .help(format!("leave out `:{port}`, or give the upstream another name"))
        .mend(
            Safety::Safe,
            format!("leave out `:{port}`"),
            drop.map(|at| Edit::replace(at, "")),
        );
    }
}
