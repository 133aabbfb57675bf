//! See the page.

use crate::diagnostic::{Findings, Kind, Safety, Severity};
use crate::fact::{Certainty, Fact};
use crate::model::Deployment;
use crate::model::nginx::{Config, Context, Level, Line};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "nginx/removed-directive",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/nginx/removed-directive.md"),
};

/// Directives that nginx took out, and the release that no longer has each: ngx_http_spdy_module's manual
/// ("superseded by the ngx_http_v2_module module in 1.9.5"), and nginx's CHANGES, 1.7.6.
const REMOVED: [(&str, &str); 3] =
    [("spdy_chunk_size", "1.9.5"), ("spdy_headers_comp", "1.9.5"), ("limit_zone", "1.7.6")];

/// What nginx 1.22 still takes and warns of at each start, with the directive that it names instead
/// (measured; ngx_http_v2_module's manual, "obsolete since version 1.19.7").
const OBSOLETE: [(&str, &str); 5] = [
    ("http2_max_requests", "keepalive_requests"),
    ("http2_recv_timeout", "client_header_timeout"),
    ("http2_idle_timeout", "keepalive_timeout"),
    ("http2_max_field_size", "large_client_header_buffers"),
    ("http2_max_header_size", "large_client_header_buffers"),
];

const UNSEEN: &str = "which nginx reads it is not in view";

fn check(deployment: &Deployment, out: &mut Findings) {
    for config in &deployment.nginx {
        // Of a version in view, nginx/unknown-to-version says what it refuses.
        if deployment.nginx_version(config).is_some() {
            continue;
        }
        for level in config.levels().filter(|it| is_of_http(*it)) {
            level.own("ssl").for_each(|line| switched(level, line, out));
            spoken(level, out);
            for (name, since) in REMOVED {
                level.own(name).for_each(|line| removed(line, since, out));
            }
        }
        OBSOLETE.iter().for_each(|(name, instead)| obsolete(config, name, instead, out));
    }
}

fn is_of_http(level: Level<'_>) -> bool {
    matches!(level.context(), Context::Http | Context::Server | Context::Location)
}

/// `ssl on`, which works up to 1.25.0.
fn switched(level: Level<'_>, line: &Line, out: &mut Findings) {
    let at = line.fact(());
    let listens: Vec<&Line> = level.own("listen").collect();
    let is_said = !listens.is_empty() && listens.iter().all(|it| it.has_arg("ssl"));
    let finding = out.report(
        &at,
        "nginx knows no `ssl` directive since 1.25.1: the upgrade to it stops the server",
        at.label("older ones warn of this each time they start"),
    );
    finding.at_most(Severity::Advice);
    match (is_said, line.arg(0)) {
        (true, Some("on")) => {
            finding.help("take it out: each `listen` says `ssl` already");
            finding.remove(&at, "`ssl on`", Kind::Statement, Safety::Safe);
        }
        (_, Some("on")) => {
            finding.help("take it out, and write `ssl` into the `listen` lines that speak TLS");
        }
        _ => {
            finding.help("take it out");
        }
    }
}

/// `listen 443 ssl spdy`, which 1.9.5 to 1.19.6 passed over with a warning (nginx's commit e82939206, "HTTP/2:
/// removed SPDY directives handling", first in 1.19.7; asked nginx 1.22).
fn spoken(level: Level<'_>, out: &mut Findings) {
    let lines = || level.own("listen").filter(|it| it.has_arg("spdy"));
    let words = lines().filter_map(|it| it.args.iter().skip(1).find(|it| it.value == "spdy"));
    let words: Vec<&Fact<String>> = words.collect();
    let Some((first, others)) = words.split_first() else { return };
    let finding = out.report(
        *first,
        "nginx does not start: `listen` takes no `spdy` any more",
        first.label("refused since 1.19.7, and passed over before"),
    );
    for other in others {
        finding.also(other.label("and here"));
    }
    finding.because(&(*first).clone().doubt(Certainty::Likely, UNSEEN));
    finding.help(match lines().all(|it| it.has_arg("http2")) {
        true => "take it out: `http2` has come in its place",
        false => "write `http2` in its place",
    });
}

fn removed(line: &Line, since: &str, out: &mut Findings) {
    let at: Fact<()> = line.fact(());
    out.report(
        &at,
        format!("nginx knows no `{}` directive since {since}, and does not start", line.name),
        at.label("an unknown directive"),
    )
    .because(&at.clone().doubt(Certainty::Likely, UNSEEN))
    .help(match (line.arg(0), line.arg(1), line.arg(2)) {
        (Some(name), Some(key), Some(size)) => {
            format!("write `limit_conn_zone {key} zone={name}:{size};` instead")
        }
        _ => "take it out".to_owned(),
    });
}

fn obsolete(config: &Config, name: &str, instead: &str, out: &mut Findings) {
    let levels = config.levels().filter(|it| is_of_http(*it));
    for line in levels.flat_map(|level| level.own(name)) {
        let at = line.fact(());
        out.report(
            &at,
            format!("`{name}` does nothing since nginx 1.19.7"),
            at.label("nginx warns of this each time it starts"),
        )
        .at_most(Severity::Advice)
        .help(format!("take it out, and set `{instead}` if the default will not do"));
    }
}
