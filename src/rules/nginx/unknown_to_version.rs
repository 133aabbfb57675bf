//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::fact::Fact;
use crate::model::Deployment;
use crate::model::nginx::{Config, Context, Level, Line, Stranger, Upstream};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "nginx/unknown-to-version",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/nginx/unknown-to-version.md"),
};

/// The release that took `ssl on` out (nginx's CHANGES, 1.25.1).
const WITHOUT_SSL: [u32; 3] = [1, 25, 1];

/// Directives and the first release that knows each (ngx_http_v2_module, ngx_http_v3_module and
/// ngx_http_ssl_module, "appeared in version").
const SINCE: [(&str, [u32; 3]); 4] = [
    ("http2", [1, 25, 1]),
    ("http3", [1, 25, 0]),
    ("quic_retry", [1, 25, 0]),
    ("ssl_reject_handshake", [1, 19, 4]),
];

/// The first that resolves the names of an upstream again and again (1.27.3).
const RESOLVES: [u32; 3] = [1, 27, 3];

fn check(deployment: &Deployment, out: &mut Findings) {
    for config in &deployment.nginx {
        let version = deployment.nginx_version(config);
        // Debian had 1.22 up to its version 12, and Ubuntu 24.04 has 1.24.
        if let Some(version) = version.as_ref().filter(|it| it.value >= WITHOUT_SSL) {
            let levels = config.levels();
            let around = |it: &Level<'_>| matches!(it.context(), Context::Http | Context::Server);
            for line in levels.filter(around).flat_map(|level| level.own("ssl")) {
                switched(line, version, out);
            }
        }
        if let Some(version) = &version {
            for (name, since) in SINCE.iter().filter(|(_, since)| version.value < *since) {
                let lines = config.levels().flat_map(|level| level.own(name));
                lines.for_each(|line| too_new(line, *since, version, out));
            }
        }
        if let Some(version) = &version {
            config.strangers().iter().for_each(|it| unknown(it, version, out));
        }
        for upstream in config.upstreams() {
            resolved(config, &upstream, version.as_ref(), out);
        }
    }
}

/// `ssl on`, which is the listener's matter now.
fn switched(line: &Line, version: &Fact<[u32; 3]>, out: &mut Findings) {
    let at = line.fact(()).given(version);
    out.report(
        &at,
        "nginx knows no `ssl` directive since 1.25.1, and does not start",
        at.label("an unknown directive"),
    )
    .also(version.label("this version reads it"))
    .help("take it out, and write `ssl` into the `listen` lines that speak TLS");
}

/// `http2 on`, of which older ones know no more than the parameter of `listen`.
fn too_new(line: &Line, since: [u32; 3], version: &Fact<[u32; 3]>, out: &mut Findings) {
    let at = line.fact(()).given(version);
    let name = &line.name;
    let [major, minor, patch] = since;
    out.report(
        &at,
        format!("this nginx knows no `{name}` directive, and does not start"),
        at.label(format!("known since {major}.{minor}.{patch}")),
    )
    .also(version.label("this version reads it"))
    .help(match name.as_str() {
        "http2" => "use a newer image, or write `http2` into the `listen` line instead".to_owned(),
        _ => format!("use a newer image, or take `{name}` out"),
    });
}

/// What no nginx knows; the official image has no modules but nginx's own.
fn unknown(it: &Stranger<'_>, version: &Fact<[u32; 3]>, out: &mut Findings) {
    let name = &it.line.name;
    let at = it.line.fact(()).given(version);
    let finding = out.report(
        &at,
        format!("nginx knows no `{name}` directive, and does not start"),
        at.label("an unknown directive"),
    );
    finding.also(version.label("no module of others is in it"));
    match it.meant {
        Some(meant) => finding.help(format!("write `{meant}`")),
        None => finding.help(format!("take `{name}` out, or load the module that knows it")),
    };
}

/// A name that is looked up again and again, for which nginx keeps the addresses in shared memory.
fn resolved(
    config: &Config,
    upstream: &Upstream<'_>,
    version: Option<&Fact<[u32; 3]>>,
    out: &mut Findings,
) {
    let Some(line) = upstream.level.own("server").find(|it| it.has_arg("resolve")) else { return };
    let at = line.fact(());
    let name = &upstream.name.value;
    if let Some(version) = version.filter(|it| it.value < RESOLVES) {
        out.report(
            &at,
            "this nginx takes no `resolve` for a server of an upstream, and does not start",
            at.label("known since 1.27.3"),
        )
        .also(version.label("this version reads it"))
        .help("take `resolve` out, or use a newer image");
        return;
    }
    let in_memory = upstream.level.own("zone").next().is_some();
    if in_memory || upstream.level.unseen().is_some_and(|it| it.place.is_some()) {
        return;
    }
    let finding = out.report(
        &at,
        format!("`resolve` needs `{name}` to have a `zone`, and nginx does not start without"),
        at.label("looked up again and again, for all workers"),
    );
    finding.also(upstream.name.label("has no `zone`"));
    finding.help(format!("add `zone {name} 64k;` to the upstream"));
    let zone = format!("zone {name} 64k;");
    if config.is_whole() || version.is_some() {
        finding.insert_before(&at, &zone, Safety::Safe);
    }
}
