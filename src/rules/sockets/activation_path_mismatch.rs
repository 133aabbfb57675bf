//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::model::Deployment;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "sockets/activation-path-mismatch",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &["sockets/bind-upstream-mismatch"],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/sockets/activation-path-mismatch.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let Some(missed) = deployment.missed_in_view() else { return };
    let Some(listening) = missed.process.value.listens.iter().find(|it| it.value.activated) else {
        return;
    };
    for (site, upstream) in &missed.upstreams {
        let (to, at) = (&upstream.value, &listening.value.endpoint);
        out.report(
            *site,
            "the proxy connects to another socket than systemd listens at",
            upstream.label(format!("connects to `{to}`")),
        )
        .also(listening.label(format!("systemd listens at `{at}`")))
        .because(&missed.process)
        .help(format!("connect to `{at}`, or have the socket unit listen at `{to}`"))
        .mend(
            Safety::Safe,
            format!("connect to `{at}`"),
            deployment.reconnect(upstream, at),
        );
    }
}
