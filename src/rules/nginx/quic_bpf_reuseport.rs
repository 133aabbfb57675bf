//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::nginx::Config;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "nginx/quic-bpf-reuseport",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Nginx(check),
    page: include_str!("../../../rules/nginx/quic-bpf-reuseport.md"),
};

fn check(config: &Config, out: &mut Findings) {
    let Some(bpf) = config.main().own("quic_bpf").find(|line| line.has_arg("on")) else { return };
    let workers = config.main().own("worker_processes").next();
    let Some(workers) = workers.filter(|line| line.arg(0) != Some("1")) else { return };
    let mut listens = config.servers().flat_map(|server| server.level().own("listen"));
    let quic = listens.find(|line| line.has_arg("quic") && line.has_arg("reuseport"));
    let Some(quic) = quic else { return };
    let at = bpf.fact(());
    out.report(
        &at,
        "after a reload, connections of QUIC are lost: packets go to workers that are gone",
        at.label("leads packets to workers by number"),
    )
    .also(quic.fact(()).label("each worker has a socket of its own"))
    .also(workers.fact(()).label("and there are several"))
    .help("switch `quic_bpf` off, or use nginx 1.31.7 or newer");
}
